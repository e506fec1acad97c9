"""Markdown: one file per article, its columns as YAML front matter. For Obsidian, static sites, text editors."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from storage.export.columns import columns, stored_record, to_json
from storage.export.file_names import article_name
from storage.export.options import Options
from storage.export.zip import ZipStream

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle

#: Files per folder; file managers and Git slow down well before ten thousand.
_A_FOLDER = 5_000

#: Characters that are markup anywhere in a line ...
_INLINE = re.compile(r"[\\`*_\[\]<>&~|$^=]")
#: ... and those that are markup only at its beginning: headings, lists, rules, quotes, numbered items.
_BEGINNING = re.compile(r"^(\s*)([#+\-:]|\d+(?=[.)]))")
#: Characters that YAML does not accept verbatim, beyond what JSON escapes.
_UNPRINTABLE = re.compile("[\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options) -> None:
    """Write a ZIP with one file per article."""
    with ZipStream(out) as zipped:
        for number, stored in enumerate(articles):
            zipped.add(_name(number, stored), page(stored, options).encode("utf-8", "replace"))


def write_folder(articles: Iterable["StoredArticle"], folder: Path, options: Options) -> None:
    """Write one file per article, five thousand per folder."""
    for number, stored in enumerate(articles):
        path = folder / _name(number, stored)
        path.parent.mkdir(exist_ok=True)
        path.write_text(page(stored, options), encoding="utf-8", errors="replace", newline="\n")


def page(stored: "StoredArticle", options: Options) -> str:
    """Render an article: front matter, headline, one paragraph per line of text, escaped to display verbatim."""
    record = stored_record(stored, columns(options))
    text = stored.article.text if record.pop("text", None) else ""
    front = "".join(f"{name}: {yaml(value)}\n" for name, value in record.items())
    body = [f"# {escaped(stored.article.title)}"] if stored.article.title else []
    body += map(escaped, text.split("\n")) if text else []
    return f"---\n{front}---\n\n" + "".join(f"{paragraph}\n\n" for paragraph in body)


def yaml(value: object) -> str:
    """Format a value as YAML in JSON's form, which quotes everything: page content cannot become a key, a tag or a
    date.

    >>> yaml("no: !!python"), yaml(None)
    ('"no: !!python"', 'null')
    """
    return _UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", to_json(value))


def escaped(line: str) -> str:
    """Escape one line of text so that Markdown displays it verbatim; removing each backslash before a sign restores it.

    >>> print(escaped("1. *مهم* [رابط]"))
    1\\. \\*مهم\\* \\[رابط\\]
    """
    line = _INLINE.sub(r"\\\g<0>", line)
    start = _BEGINNING.match(line)
    if start is None:
        return line
    sign = start[2]
    return f"{start[1]}{sign}\\{line[start.end() :]}" if sign.isdigit() else f"{start[1]}\\{line[start.start(2) :]}"


def _name(number: int, stored: "StoredArticle") -> str:
    return f"{number // _A_FOLDER + 1:04d}/{article_name(stored)}.md"
