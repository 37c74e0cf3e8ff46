"""Pure steps: land, read, normalise, screen, estimate, total. Frames in, frames out."""
