"""A corpus: data files, a data card in two languages, counts, checksums, a citation, in one folder."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from storage.export.columns import columns
from storage.export.corpus import card_text
from storage.export.corpus.card import DataCard
from storage.export.corpus.split import part_path, split
from storage.export.file import whole_folder
from storage.export.formats import Format, export
from storage.export.options import Options
from storage.export.sources import known_sources

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.database.rows import StoredArticle
    from storage.search.query import Query

#: Passes articles on and shows progress.
Watch = Callable[[Iterable["StoredArticle"]], Iterator["StoredArticle"]]


def write_parts(
    chosen: Format, archive: "Archive", query: "Query", path: Path, options: Options, *, by: str | None, watch: Watch
) -> list[Path]:
    """Write the matches of a query to `path`, or in parts next to it; return the files or folders, in order.

    Args:
        by: a key of `split.SPLITS`; None: one file.
    """
    if by is None:
        export(chosen, watch(archive.find(query)), path, options)
        return [path]
    made = []
    for part in split(archive, query, by):
        made.append(part_path(path, part.name))
        export(chosen, watch(archive.read(part.ids)), made[-1], options)
    return made


def write_corpus(
    chosen: Format,
    archive: "Archive",
    query: "Query",
    folder: Path,
    options: Options,
    *,
    name: str,
    split_by: str | None,
    by: str | None,
    watch: Watch,
) -> DataCard:
    """Write a corpus into a folder that gets its final name once it is complete; return its counts.

    Args:
        name: of the format.
        split_by: a key of `split.SPLITS`, or None.
        by: author, for the card and the citation.

    Raises:
        StorageError: the target exists already, or cannot be written; nothing of it is left.
    """
    card = DataCard()
    with whole_folder(folder) as place:
        (place / "data").mkdir()
        made = write_parts(
            chosen,
            archive,
            query,
            place / "data" / f"articles{chosen.suffix}",
            options,
            by=split_by,
            watch=lambda articles: card.watch(watch(articles)),
        )
        corpus = card_text.Corpus(
            card=card,
            sources=known_sources(archive, [key for key in card.sources if key]),
            format=name,
            files=[path.relative_to(place).as_posix() for path in made],
            columns=columns(options) if "no_text" in chosen.understands else (),
            query=asked(query),
            day=datetime.now(UTC).date().isoformat(),
            no_text=options.no_text,
            by=by,
        )
        _write_words(place, corpus)
        (place / "SHA256SUMS").write_text("".join(_sums(place)), encoding="utf-8", newline="\n")
    return card


def asked(query: "Query") -> str:
    """Format a query in the query language, whether a filter was typed or given as an option.

    >>> from storage.search.query import parse
    >>> asked(parse("غزة source:wafa", languages=("ar",)))
    'غزة source:wafa language:ar'
    """
    filters = {
        "source": query.sources,
        "country": query.countries,
        "author": query.authors,
        "language": query.languages,
        "kind": query.kinds,
        "since": (query.since,) if query.since else (),
        "until": (query.until,) if query.until else (),
        "limit": (query.limit,) if query.limit else (),
    }
    words = [query.text] if query.text else []
    for name, values in filters.items():
        if f"{name}:" not in query.text:
            words += [f'{name}:"{value}"' if " " in str(value) else f"{name}:{value}" for value in values]
    return " ".join(words)


def _write_words(place: Path, corpus: card_text.Corpus) -> None:
    texts = {
        "README.md": card_text.english(corpus),
        "README.ar.md": card_text.arabic(corpus),
        "CITATION.cff": card_text.citation(corpus),
        "counts.csv": card_text.counts(corpus),
    }
    for name, text in texts.items():
        (place / name).write_text(text, encoding="utf-8", newline="")


def _sums(place: Path) -> Iterator[str]:
    """Return a line in `sha256sum -c` format for every file, by name."""
    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        yield f"{digest}  {path.relative_to(place).as_posix()}\n"
