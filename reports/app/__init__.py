"""The viewer: pages over what is published, for people who file, review and run."""
