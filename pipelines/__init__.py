"""The motion of wattledger: from files to readings, intervals, totals and metrics."""
