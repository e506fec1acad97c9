"""What a filter may name: an unknown source, country, kind, language or reason is a usage error with a guess."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, get_args

import click

from warraq.cli.shared.cli_context import CliContext

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.search.query import Query

#: Letters of the shortest and longest ISO 639 code.
_CODE = (2, 3)


def refuse_unknown(context: CliContext, archive: "Archive", query: "Query") -> None:
    """Raise UsageError where a query names a source, country, kind or language that there is not."""
    from storage.model.article import Kind

    refuse_unknown_sources(context, archive, query.named("source"))
    for kind in query.named("kind"):
        _refuse("kind", kind, get_args(Kind))
    for code in query.named("language"):
        if not code.isascii() or not code.isalpha() or len(code) not in _CODE:
            raise _error(f"no language is called {code!r}; write its ISO 639 code, such as ar, fa or ur")
    if countries := query.named("country"):
        _refuse_countries(context, archive, countries)


def refuse_unknown_sources(context: CliContext, archive: "Archive", keys: Iterable[str]) -> None:
    """Raise UsageError where a key is neither in the archive nor that of a source file."""
    keys = tuple(keys)
    if not keys:
        return
    from crawler.sources.source import paths
    from storage.statistics.gauges import source_keys

    with archive.reading() as connection:
        known = {*source_keys(connection), *paths(context.config.sources)}
    lower = {key.lower() for key in known}
    for key in keys:
        if key.lower() not in lower:
            _refuse("source", key, known)


def refuse_unknown_reason(archive: "Archive", reason: str | None) -> None:
    """Raise UsageError where no address of the archive has this reason."""
    if reason is None:
        return
    known = {line.reason for line in archive.ledger() if line.reason is not None}
    if reason not in known:
        _refuse("reason", reason, known)


def _refuse_countries(context: CliContext, archive: "Archive", codes: Iterable[str]) -> None:
    from crawler.sources.countries import ZONES
    from crawler.sources.source import load_all
    from storage.search.document import sources_of

    for code in codes:
        if code.upper() in ZONES:
            continue
        with archive.reading() as connection:
            if sources_of(connection, [code]):
                continue
        known = {*ZONES, *(source.country for source in load_all(context.config.sources).values())}
        if code.upper() not in known:
            _refuse("country", code, sorted(name.lower() for name in known))


def _refuse(what: str, value: str, known: Collection[str]) -> None:
    if value in known:
        return
    near = get_close_matches(value, known, n=3, cutoff=0.5)
    few = f"there are {', '.join(known)}" if len(known) <= 40 else "`warraq sources list` shows them all"
    guess = f"did you mean {' or '.join(near)}?" if near else few if known else "there is none yet"
    raise _error(f"no {what} is called {value!r}; {guess}")


def _error(words: str) -> click.UsageError:
    return click.UsageError(words, click.get_current_context())
