"""The exception hierarchy. Each class below the base is defined next to the code that raises it.

Exit codes, and where each class is defined if not here:

WarraqError                     1
├── ConfigError                 4   a setting, environment variable or file of ours is wrong
│   └── SourceError             4   a source file is wrong: path, key, cure (crawler/sources/source.py)
├── StorageError                5   the archive cannot be opened, read or written
│   ├── ArchiveInUseError       5   another program crawls into the archive (storage/operations/archive_lock.py)
│   ├── ArchiveReplacedError    5   its file was removed or replaced while open (storage/database/same_file.py)
│   ├── SchemaTooNewError       5   the archive was written by a newer program (storage/database/migrate.py)
│   └── WarcError               5   a WARC file or record is missing or damaged (storage/warc/record.py)
├── NotFoundError               1   no such article, source, story
├── QueryError                  2   a search query cannot be understood (storage/search/expression.py)
├── PackageError                1   a WACZ cannot be read, or holds nothing to import (storage/warc/packed.py)
├── UnknownFormatError          1   a file holds nothing that can be imported (crawler/importing/import_context.py)
├── PageLostError               1   a kept page cannot be read again (pipelines/reextraction/archived_page.py)
└── ExtractionError             1   a page could not be turned into an article (pipelines/extraction/pool.py)
"""

from typing import ClassVar


class WarraqError(Exception):
    """Base of all errors of this program. The message is one line: what, where, what to do."""

    #: The exit code of the command that ends with this error.
    exit_code: ClassVar[int] = 1


class ConfigError(WarraqError):
    """A setting is wrong. Names the setting, its value, and what it should be."""

    exit_code = 4


class StorageError(WarraqError):
    """The archive cannot be opened, read or written."""

    exit_code = 5


class NotFoundError(WarraqError):
    """The requested item is not in the archive."""
