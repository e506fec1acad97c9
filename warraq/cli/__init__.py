"""The command line: one file a command, one line a command in `COMMANDS`."""
