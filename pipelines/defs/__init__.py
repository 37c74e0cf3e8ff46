"""The only code that knows Dagster: thin assets over the stages, and how runs are started."""
