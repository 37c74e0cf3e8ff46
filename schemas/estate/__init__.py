"""The estate folder: typed configuration, read from files and checked."""
