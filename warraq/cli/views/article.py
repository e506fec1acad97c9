"""An article for reading on a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from warraq.cli.shared.cli_context import CliContext
from warraq.cli.terminal.arabic import display, visible
from warraq.cli.views.output import page
from warraq.locale.speech import numbered, say

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle
    from storage.model.visit import Snapshot
    from storage.saving.withdrawals import Withdrawal


def print_article(context: CliContext, stored: "StoredArticle", *, proof: bool = True) -> None:
    """Print headline, metadata, text and provenance. `proof`: also the evidence, in short."""
    article = stored.article
    page(context, article.title, style="bold")
    published = article.published.iso.replace("T", " ") if article.published else say("no date")
    kind = [] if article.kind == "news" else [article.kind]
    _dim(context, "  ".join([f"#{stored.id}", article.source or say("capture"), published, *map(say, kind)]))
    for words in ("، ".join(article.authors), " > ".join(filter(None, (article.section, "، ".join(article.tags))))):
        if words:
            page(context, words, style="dim")
    context.out.print()
    for line in article.text.split("\n"):
        page(context, line)
    context.out.print()
    if proof:
        print_evidence(context, stored)


def print_evidence(context: CliContext, stored: "StoredArticle") -> None:
    """Print where the text comes from, and its evidence."""
    snapshot = stored.snapshot
    _print_parts(context, stored)
    _dim(context, visible(stored.article.url))
    number = (
        numbered(1, "version")
        if stored.versions == 1
        else say("version %(number)d of %(all)d", number=stored.version, all=stored.versions)
    )
    fetched = f"{stored.article.fetched_at:%Y-%m-%d %H:%M:%S} UTC"
    _dim(context, say("fetched %(when)s; %(version)s", when=fetched, version=number))
    if snapshot is None:
        return
    _dim(context, place_of(snapshot))
    _dim(context, say("SHA-256 of the page %(digest)s", digest=snapshot.payload_sha256))


def _print_parts(context: CliContext, stored: "StoredArticle") -> None:
    """Print the URL of each page of an article on several pages, and the missing ones."""
    for part in stored.parts:
        where = place_of(part.snapshot) if part.snapshot else say("not recorded")
        words = say(
            "part %(number)d: %(url)s, %(where)s", number=part.content.number, url=visible(part.url), where=where
        )
        _dim(context, words)
    if stored.missing_parts:
        numbers = ", ".join(map(str, stored.missing_parts))
        words = say("partial: without part %(parts)s of %(all)s", parts=numbers, all=stored.parts[-1].content.last)
        page(context, words, style="bold yellow")


def part_records(stored: "StoredArticle") -> dict[str, object]:
    """What JSON says of an article on several pages; nothing of one on one page."""
    if not stored.parts:
        return {}
    pages = [
        {
            "number": part.content.number,
            "url": part.url,
            "sha256": part.snapshot.payload_sha256 if part.snapshot else None,
        }
        for part in stored.parts
    ]
    return {"parts": pages, "partial": bool(stored.missing_parts), "missing_parts": list(stored.missing_parts)}


def place_of(snapshot: "Snapshot") -> str:
    """Return the response of a fetch, and its location."""
    where = say("not recorded")
    if snapshot.record:
        where = say("%(file)s, byte %(offset)d", file=snapshot.record.file, offset=snapshot.record.offset)
    return f"{_answer(snapshot.status)}, {where}"


def print_withdrawals(context: CliContext, withdrawals: "Sequence[Withdrawal]") -> None:
    """Print an article's withdrawals and their evidence; nothing if there were none."""
    for one in withdrawals:
        times = {"since": f"{one.noticed_at:%Y-%m-%d %H:%M:%S}", "seen": f"{one.last_seen_at:%Y-%m-%d %H:%M:%S}"}
        if one.ended_at:
            until = f"{one.ended_at:%Y-%m-%d %H:%M:%S}"
            words = say(
                "withdrawn since %(since)s until %(until)s UTC (%(how)s), last seen %(seen)s",
                until=until, how=one.how, **times,
            )  # fmt: skip
        else:
            words = say("withdrawn since %(since)s UTC (%(how)s), last seen %(seen)s", how=one.how, **times)
        context.out.print(Text(words, style="" if one.ended_at else "bold red"), soft_wrap=True)
        if one.proof is not None:
            _dim(context, say("proof: %(place)s", place=place_of(one.proof)))


def print_removed(context: CliContext, stored: "StoredArticle") -> None:
    """Print what cleaning removed from the page, and by which rule."""
    context.out.print()
    removed = len(stored.article.removed)
    page(context, say("Removed by cleaning: %(what)s", what=removed or say("nothing")), style="bold")
    for piece in stored.article.removed:
        where = "" if piece.after_line is None else "  " + say("after line %(number)d", number=piece.after_line)
        context.out.print(f"{piece.rule}{where}", style="yellow")
        for line in piece.text.split("\n"):
            page(context, line, style="dim")


def _dim(context: CliContext, words: str) -> None:
    context.out.print(Text(display(words) if context.shapes else words, style="dim"), soft_wrap=True)


def _answer(status: int) -> str:
    return f"HTTP {status}" if status else say("given by hand")
