"""How long the way from file to metrics takes, and how much memory, beside two other ways."""
