"""Records out of the files that people keep articles in: text files, JSON lines, JSON arrays, CSV, TSV, Parquet, packed or not."""
