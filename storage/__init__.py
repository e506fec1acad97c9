"""Storage: the archive's database, WARC files, search, versions and exports. Imports no other package of Warraq."""
