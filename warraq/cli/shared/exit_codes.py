"""What the exit codes of the program mean."""

EXIT_CODES = {
    0: "done",
    1: "some items failed, or the requested item does not exist",
    2: "the command line or the query cannot be understood",
    3: "nothing matched (only with --fail-empty)",
    4: "the configuration or a source file is wrong",
    5: "the archive cannot be opened, read or written, or the disk is full",
    6: "every source failed",
    7: "something is wrong with a newspaper (health only)",
    130: "interrupted; the state is saved, the same command resumes",
}
