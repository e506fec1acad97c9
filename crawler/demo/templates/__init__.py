"""Page templates: one file each, from a Manuscript to the HTML typical of its decade."""
