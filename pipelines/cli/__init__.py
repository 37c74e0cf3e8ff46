"""The command line. ``start.main`` is what ``wattledger`` runs."""
