"""Simulated years spoiled by known faults: what they cost under other tools' policies, and ours."""
