"""The registers beside the meters: one file each, with its row, its columns and how it is read."""
