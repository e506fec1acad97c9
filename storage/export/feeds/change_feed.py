"""Newspapers' changes as an Atom feed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, BinaryIO

from storage.export.columns import instant
from storage.export.feeds.identity import urn
from storage.export.xml import Xml, direction_of, language_of, safe_link
from storage.versions import Span, word_diff

if TYPE_CHECKING:
    from storage.versions.changes import Edit


_TAGS = {"delete": "del", "insert": "ins"}


def write_feed(edits: "Sequence[Edit]", out: BinaryIO, *, name: str, now: datetime) -> None:
    """Write a feed of edits, newest first.

    An entry's id is made of the article's key and both wordings: the same in every feed, run and archive.

    Args:
        name: subject of the feed ("headline"); another name makes another feed. "" = everything.
        now: creation time; the feed's time if it has no entries.
    """
    xml = Xml()
    updated = edits[0].at if edits else now
    title = f"Changed articles: {name}" if name else "Changed articles"
    head = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
        xml.element("id", urn("changes", name)),
        xml.element("title", title),
        xml.element("updated", instant(updated)),
        f"<author>{xml.element('name', 'Warraq')}</author>",
    ]
    for piece in (*head, *(_entry(edit, xml) for edit in edits), "</feed>"):
        out.write(f"{piece}\n".encode())


def _entry(edit: "Edit", xml: Xml) -> str:
    link = safe_link(edit.url)
    parts = [
        xml.element("id", urn(*_identity(edit))),
        xml.element("title", edit.new.title or edit.old.title or edit.url),
        xml.element("updated", instant(edit.at)),
        f"<link{xml.attributes({'rel': 'alternate', 'href': link})}/>" if link else "",
        f"<author>{xml.element('name', edit.source)}</author>" if edit.source else "",
        *(f"<category{xml.attributes({'term': kind})}/>" for kind in edit.kinds),
        xml.element("summary", ", ".join(kind.replace("_", " ") for kind in edit.kinds)),
        xml.element("content", _body(edit), type="html"),
    ]
    language = xml.attributes({"xml:lang": language_of(edit.language)})
    return f"<entry{language}>{''.join(parts)}</entry>"


def _identity(edit: "Edit") -> tuple[str, ...]:
    """Return what identifies an entry everywhere: both wordings, or, if the words stayed, what happened and when."""
    if edit.old.text_hash != edit.new.text_hash:
        return ("edit", edit.key, edit.old.text_hash, edit.new.text_hash)
    (change,) = edit.changes
    return ("edit", edit.key, change.kind, change.new or "", instant(edit.at))


def _change_paragraphs(edit: "Edit") -> Iterator[str]:
    """Describe a change without changed words, one paragraph each, in English."""
    if edit.old.text_hash == edit.new.text_hash:
        for change in edit.changes:
            yield f"<p>{escape(f'{change.kind}: {change.old} -> {change.new}; last seen so {instant(edit.after)}')}</p>"


def _body(edit: "Edit") -> str:
    """Render headline and text as HTML, one paragraph per line, deletions in `del` and insertions in `ins`."""
    title = _marked(word_diff(edit.old.title, edit.new.title)) or [escape(edit.new.title)]
    text = _marked(word_diff(edit.old.text, edit.new.text))
    lines = [f"<h1>{' '.join(title)}</h1>", *(f"<p>{line}</p>" for line in text)]
    return (
        f"{''.join(_change_paragraphs(edit))}"
        f'<div dir="{direction_of(edit.language)}" lang="{escape(language_of(edit.language))}">{"".join(lines)}</div>'
    )


def _marked(spans: Sequence[Span]) -> list[str]:
    """Render the lines of a diff as HTML: no mark crosses a line end."""
    lines = [""]
    for span in spans:
        tag = _TAGS.get(span.op)
        for number, piece in enumerate(span.text.split("\n")):
            if number:
                lines.append("")
            if piece:
                lines[-1] += f"<{tag}>{escape(piece)}</{tag}>" if tag else escape(piece)
    return [line for line in lines if line]
