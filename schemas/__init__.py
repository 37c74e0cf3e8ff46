"""The words of wattledger: units, quantities, metrics, estate configuration and tables."""
