"""The sections of the HTML reports, one file per subject: facts in, blocks of a page out."""
