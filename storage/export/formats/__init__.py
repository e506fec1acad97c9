"""One file an export format; `storage.export.FORMATS` lists them."""
