"""`warraq sources`: list, add, check, import and export source files."""
