"""The only code that knows where bytes lie: landing, lake and warehouse."""
