"""Sources: one TOML file per source (`catalogue/`), and its parser."""
