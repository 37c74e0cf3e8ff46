"""Forms: what regulators receive and staff read. Knows the words, nothing of the motion."""
