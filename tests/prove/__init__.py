"""The long proofs: many simulated years against their true answers, and backfills killed midway."""
