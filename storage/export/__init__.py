"""Export: write a stream of articles to a file. The formats are in `storage.export.formats`."""
