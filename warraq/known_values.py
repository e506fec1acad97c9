"""What a filter may name: an unknown source, country, kind or language is an error with a guess."""

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from storage.errors import WarraqError

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.search.query import Query

#: Letters of the shortest and longest ISO 639 code.
_CODE = (2, 3)
#: More values than this are not listed in a message.
FEW = 40
#: What a message ends with: a question by the number of near values, or what there is.
WORDS = {
    1: "did you mean {one}?",
    2: "did you mean {one} or {two}?",
    3: "did you mean {one}, {two} or {three}?",
    "few": "there are {names}",
    "many": "`warraq sources list` shows them all",
    "none": "there is none yet",
}


class UnknownValueError(WarraqError):
    """A filter names something that there is not."""

    exit_code = 2


def refuse_unknown(archive: "Archive", query: "Query", folders: Sequence[Path]) -> None:
    """Raise UnknownValueError where a query names a source, country, kind or language that there is not.

    Args:
        folders: of the user's own source files.
    """
    from storage.model.article import Kind

    refuse_unknown_sources(archive, query.named("source"), folders)
    for kind in query.named("kind"):
        refuse_value("kind", kind, get_args(Kind))
    for code in query.named("language"):
        if not code.isascii() or not code.isalpha() or len(code) not in _CODE:
            raise UnknownValueError(f"no language is called {code!r}; write its ISO 639 code, such as ar, fa or ur")
    if countries := query.named("country"):
        _refuse_countries(archive, countries, folders)


def refuse_unknown_sources(archive: "Archive", keys: Iterable[str], folders: Sequence[Path]) -> None:
    """Raise UnknownValueError where a key is neither in the archive nor that of a source file."""
    keys = tuple(keys)
    if not keys:
        return
    from crawler.sources.source import paths
    from storage.statistics.gauges import source_keys

    with archive.reading() as connection:
        known = {*source_keys(connection), *paths(folders)}
    lower = {key.lower() for key in known}
    for key in keys:
        if key.lower() not in lower:
            refuse_value("source", key, known)


def refuse_unknown_country(code: str, countries: Iterable[str]) -> None:
    """Raise UnknownValueError where a code is no country of the Arab world, nor one of these."""
    from crawler.sources.countries import ZONES

    known = {*ZONES, *countries}
    if code.upper() not in known:
        refuse_value("country", code, sorted(name.lower() for name in known))


def refuse_value(what: str, value: str, known: Collection[str]) -> None:
    """Raise UnknownValueError, with the nearest known values, where a value is none of them."""
    if value in known:
        return
    few = WORDS["few"].format(names=", ".join(known)) if len(known) <= FEW else WORDS["many"]
    words = guess(value, known) or (few if known else WORDS["none"])
    raise UnknownValueError(f"no {what} is called {value!r}; {words}")


def guess(value: str, known: Collection[str], *, likeness: float = 0.5) -> str:
    """Return a question that names the nearest known values; "" if none is near.

    Args:
        likeness: least share of letters in common, as `difflib` counts it.
    """
    near = get_close_matches(value, known, n=3, cutoff=likeness)
    return WORDS[len(near)].format(**dict(zip(("one", "two", "three"), near, strict=False))) if near else ""


def _refuse_countries(archive: "Archive", codes: Iterable[str], folders: Sequence[Path]) -> None:
    from crawler.sources.countries import ZONES
    from crawler.sources.source import load_all
    from storage.search.stored_documents import sources_of

    for code in codes:
        if code.upper() in ZONES:
            continue
        with archive.reading() as connection:
            if sources_of(connection, [code]):
                continue
        refuse_unknown_country(code, (source.country for source in load_all(folders).values()))
