"""Causes that the operating system gives, as its C library words them: so that the catalogue has them too."""

WORDS = (
    "Address already in use",
    "Connection refused",
    "File exists",
    "File name too long",
    "Is a directory",
    "Name or service not known",
    "No space left on device",
    "No such file or directory",
    "Not a directory",
    "Operation not permitted",
    "Permission denied",
    "Read-only file system",
)
