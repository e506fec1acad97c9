"""Export formats, one module each; `storage.export.FORMATS` lists them."""
