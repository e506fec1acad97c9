"""The archive, opened so that a command cannot write to it."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from warraq.cli.shared.cli_context import CliContext

if TYPE_CHECKING:
    from storage.archive import Archive


def read_only(context: CliContext, *, deadline_s: float | None) -> "AbstractContextManager[Archive]":
    """Open the archive read-only. Raises StorageError if there is none.

    Its schema and search index are brought up to date first. `deadline_s`: see `Archive.open`.
    """
    from storage.archive import Archive

    with context.archive():
        pass
    config = context.config
    return Archive.open(
        config.archive, warc=config.warc, gather=config.gather, create=False, read_only=True, deadline_s=deadline_s
    )
