"""Seals a filled form with its evidence into a pack that anyone can verify offline."""
