"""The Python door: what `import warraq` offers to notebooks and programs. See docs/python.md."""
