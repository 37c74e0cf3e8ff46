"""Outlook: where a year will end, which limits it will meet, and when capacity is used up."""
