"""Where the content of cells comes from: published figures, master data, registers."""
