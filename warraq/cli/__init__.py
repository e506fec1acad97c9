"""The command line: one file per command, one line per command in `COMMANDS`."""
