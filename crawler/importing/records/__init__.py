"""Records of files with articles: text files, JSON lines, JSON arrays, CSV, TSV, Parquet, compressed or not."""
