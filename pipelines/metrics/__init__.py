"""Pure metrics: totals in, values with bounds out."""
