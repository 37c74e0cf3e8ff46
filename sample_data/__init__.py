"""A small estate with known faults, the simulator that wrote it, and the true answers."""
