"""The viewer's pages, a file for each place."""
