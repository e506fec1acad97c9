"""The page templates: one file each, from a Manuscript to the HTML that its decade would have sent."""
