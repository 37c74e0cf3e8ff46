"""Results told: tables, a page and a chart."""
