"""Sources: one TOML file a newspaper (`catalogue/`), and how it is read."""
