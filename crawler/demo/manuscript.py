"""Manuscript: an article before any template renders it. Read from `articles/*.txt`.

A file contains one section: articles separated by lines of `=`, each with `name: value` header lines, an empty line,
and the body, one block per line, its kind given by the first characters (see `MARKS`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Literal

from storage.model.article import Kind

BlockKind = Literal["paragraph", "heading", "quote", "item", "row", "question", "entry"]
TemplateName = Literal["wordpress", "react", "drupal", "table", "microdata", "bare"]

#: The newspaper's time zone. One offset all year round, so that no date is ambiguous.
ZONE = timezone(timedelta(hours=3))

#: Editions; a later one edits, withdraws and adds.
EDITIONS = (1, 2)

#: Sections in the order of the navigation bar: name in URLs -> name on the page.
SECTIONS: dict[str, str] = {
    "politics": "سياسة",
    "economy": "اقتصاد",
    "local": "محليات",
    "sport": "رياضة",
    "culture": "ثقافة وفنون",
    "science": "علوم وتقنية",
    "opinion": "رأي",
}

#: Marks of body lines; a line without one is a paragraph.
MARKS: dict[str, BlockKind] = {
    "## ": "heading",
    "> ": "quote",
    "- ": "item",
    "| ": "row",
    "؟ ": "question",
    "@ ": "entry",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ManuscriptBlock:
    """One line of the text. A row has its cells separated by " | ", an entry of a live blog is "HH:MM its heading"."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """One article."""

    #: Permanent name in Latin words ("budget-vote").
    key: str
    #: Number in the URLs of systems that use numbers.
    number: int
    template: TemplateName
    #: Key of SECTIONS.
    section: str
    kind: Kind
    title: str
    #: Standfirst, part of the text on every template.
    lead: str
    blocks: tuple[ManuscriptBlock, ...]
    authors: tuple[str, ...]
    #: In ZONE, to the minute.
    published: datetime
    #: None if never changed.
    modified: datetime | None = None
    tags: tuple[str, ...] = ()
    #: Hijri day as printed next to the Gregorian one; "" on templates without it.
    hijri: str = ""
    #: Status codes of its URL before it recovers.
    failures: tuple[int, ...] = ()
    #: First edition that contains it.
    since: int = 1
    #: First edition in which it is withdrawn; None if it never is.
    withdrawn: int | None = None
    #: Arabic slug, made from its first title.
    slug: str

    def groups(self) -> Iterator[tuple[BlockKind, list[str]]]:
        """Blocks in order, neighbours of one kind grouped, as list items and table rows need."""
        for kind, blocks in groupby(self.blocks, key=lambda block: block.kind):
            yield kind, [block.text for block in blocks]

    @property
    def path(self) -> str:
        """Path and query of its canonical URL, letters unquoted."""
        day = self.published
        match self.template:
            case "wordpress":
                return f"/{day:%Y/%m}/{self.slug}/"
            case "react":
                return f"/article/{self.number}-{self.key}"
            case "drupal":
                return f"/node/{self.number}"
            case "table":
                return f"/news.php?id={self.number}"
            case "microdata":
                return f"/{self.section}/{day.year}/{day.month}/{day.day}/{self.key}"
            case "bare":
                return f"/archive/{self.number:04}.htm"


def manuscripts(edition: int) -> tuple[Manuscript, ...]:
    """Return every article of this edition, newest first."""
    latest: dict[str, Manuscript] = {}
    for each in _all():
        if each.since <= edition:
            latest[each.key] = replace(each, slug=latest[each.key].slug) if each.key in latest else each
    standing = [each for each in latest.values() if each.withdrawn is None or each.withdrawn > edition]
    return tuple(sorted(standing, key=lambda each: (each.published, each.key), reverse=True))


def withdrawn(edition: int) -> tuple[Manuscript, ...]:
    """Return the articles of earlier editions that this one has withdrawn."""
    return tuple(each for each in _all() if each.withdrawn is not None and each.since < each.withdrawn <= edition)


@cache
def _all() -> tuple[Manuscript, ...]:
    """Every article of every edition; a changed article occurs once per edition, oldest edition first."""
    folder = Path(__file__).parent / "articles"
    parts = (
        _parse(part, file.stem)
        for file in folder.glob("*.txt")
        for part in re.split(r"^=+$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    return tuple(sorted(parts, key=lambda each: (each.since, each.key)))


def _parse(part: str, section: str) -> Manuscript:
    head, _, body = part.strip().partition("\n\n")
    field = dict(line.split(": ", 1) for line in head.splitlines())
    names = re.compile(r"\s*؛\s*")
    return Manuscript(
        key=field["key"],
        number=int(field["id"]),
        template=field["template"],  # type: ignore[arg-type]  # a test holds it to TemplateName
        section=field.get("section", section),
        kind=field.get("kind", "news"),  # type: ignore[arg-type]  # likewise
        title=field["title"],
        lead=field["lead"],
        blocks=tuple(_block(line) for line in body.splitlines() if line.strip()),
        authors=tuple(names.split(field["by"])) if "by" in field else (),
        published=_instant(field["at"]),
        modified=_instant(field["changed"]) if "changed" in field else None,
        tags=tuple(names.split(field["tags"])) if "tags" in field else (),
        hijri=field.get("hijri", ""),
        failures=tuple(int(status) for status in field.get("fails", "").split()),
        since=int(field.get("edition", "1")),
        withdrawn=int(field["withdrawn"]) if "withdrawn" in field else None,
        slug="-".join(re.findall(r"[\w\u064b-\u0652]+", field["title"])),
    )


def _block(line: str) -> ManuscriptBlock:
    kind = MARKS.get(line[:2]) or MARKS.get(line[:3])
    return (
        ManuscriptBlock(kind=kind, text=line.split(" ", 1)[1].strip())
        if kind
        else ManuscriptBlock(kind="paragraph", text=line.strip())
    )


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
