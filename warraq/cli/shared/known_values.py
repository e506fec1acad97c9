"""What a filter may name, on the command line: an unknown value is a usage error with a guess."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from warraq import known_values
from warraq.cli.shared.cli_context import CliContext
from warraq.known_values import FEW, UnknownValueError, guess, refuse_value

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.search.query import Query


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turn UnknownValueError into a usage error, which names the help of the command."""
    try:
        yield
    except UnknownValueError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None


def refuse_unknown(context: CliContext, archive: "Archive", query: "Query") -> None:
    """Raise UsageError where a query names a source, country, kind or language that there is not."""
    with usage_errors():
        known_values.refuse_unknown(archive, query, context.config.sources)


def refuse_unknown_sources(context: CliContext, archive: "Archive", keys: Iterable[str]) -> None:
    """Raise UsageError where a key is neither in the archive nor that of a source file."""
    with usage_errors():
        known_values.refuse_unknown_sources(archive, keys, context.config.sources)


def refuse_sources_not_stored(archive: "Archive", keys: Iterable[str]) -> None:
    """Raise UsageError where the archive itself has no source of a key: nothing of it was ever crawled."""
    from storage.statistics.gauges import source_keys

    with archive.reading() as connection:
        known = source_keys(connection)
    for key in keys:
        if key not in known:
            few = (
                f"it has {', '.join(sorted(known)) or 'none'}" if len(known) <= FEW else "it was never crawled into it"
            )
            raise click.UsageError(
                f"the archive has no source {key!r}; {guess(key, known) or few}", click.get_current_context()
            )


def refuse_unknown_reason(archive: "Archive", reason: str | None) -> None:
    """Raise UsageError if no URL of the archive has this reason."""
    if reason is None:
        return
    known = {line.reason for line in archive.ledger() if line.reason is not None}
    with usage_errors():
        refuse_value("reason", reason, known)
