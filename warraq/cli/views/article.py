"""An article for reading on a terminal."""

from collections.abc import Sequence

from rich.text import Text

from storage.database.rows import StoredArticle
from storage.model.visit import Snapshot
from storage.saving.withdrawals import Withdrawal
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.terminal.arabic import visible
from warraq.cli.views.output import page


def print_article(context: CliContext, stored: StoredArticle, *, proof: bool = True) -> None:
    """Print headline, metadata, text and provenance. `proof`: also the evidence, in short."""
    article = stored.article
    page(context, article.title, style="bold")
    published = article.published.iso.replace("T", " ") if article.published else "no date"
    kind = [] if article.kind == "news" else [article.kind]
    _dim(context, "  ".join([f"#{stored.id}", article.source or "capture", published, *kind]))
    for words in ("، ".join(article.authors), " > ".join(filter(None, (article.section, "، ".join(article.tags))))):
        if words:
            page(context, words, style="dim")
    context.out.print()
    for line in article.text.split("\n"):
        page(context, line)
    context.out.print()
    if proof:
        print_evidence(context, stored)


def print_evidence(context: CliContext, stored: StoredArticle) -> None:
    """Print where the text comes from, and its evidence."""
    snapshot = stored.snapshot
    _print_parts(context, stored)
    _dim(context, visible(stored.article.url))
    number = "1 version" if stored.versions == 1 else f"version {stored.version} of {stored.versions}"
    _dim(context, f"fetched {stored.article.fetched_at:%Y-%m-%d %H:%M:%S} UTC; {number}")
    if snapshot is None:
        return
    _dim(context, place_of(snapshot))
    _dim(context, f"SHA-256 of the page {snapshot.payload_sha256}")


def _print_parts(context: CliContext, stored: StoredArticle) -> None:
    """Print the URL of each page of an article on several pages, and the missing ones."""
    for part in stored.parts:
        where = place_of(part.snapshot) if part.snapshot else "not recorded"
        _dim(context, f"part {part.content.number}: {visible(part.url)}, {where}")
    if stored.missing_parts:
        numbers = ", ".join(map(str, stored.missing_parts))
        context.out.print(
            Text(f"partial: without part {numbers} of {stored.parts[-1].content.last}", style="bold yellow")
        )


def part_records(stored: StoredArticle) -> dict[str, object]:
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


def place_of(snapshot: Snapshot) -> str:
    """Return the response of a fetch, and its location."""
    where = f"{snapshot.record.file}, byte {snapshot.record.offset}" if snapshot.record else "not recorded"
    return f"{_answer(snapshot.status)}, {where}"


def print_withdrawals(context: CliContext, withdrawals: Sequence[Withdrawal]) -> None:
    """Print an article's withdrawals and their evidence; nothing if there were none."""
    for one in withdrawals:
        until = f" until {one.ended_at:%Y-%m-%d %H:%M:%S}" if one.ended_at else ""
        said = (
            f"withdrawn since {one.noticed_at:%Y-%m-%d %H:%M:%S}{until} UTC ({one.how}), "
            f"last seen {one.last_seen_at:%Y-%m-%d %H:%M:%S}"
        )
        context.out.print(Text(said, style="" if one.ended_at else "bold red"), soft_wrap=True)
        if one.proof is not None:
            _dim(context, f"proof: {place_of(one.proof)}")


def print_removed(context: CliContext, stored: StoredArticle) -> None:
    """Print what cleaning removed from the page, and by which rule."""
    context.out.print()
    context.out.print(f"Removed by cleaning: {len(stored.article.removed) or 'nothing'}", style="bold")
    for piece in stored.article.removed:
        where = "" if piece.after_line is None else f"  after line {piece.after_line}"
        context.out.print(f"{piece.rule}{where}", style="yellow")
        for line in piece.text.split("\n"):
            page(context, line, style="dim")


def _dim(context: CliContext, words: str) -> None:
    context.out.print(Text(words, style="dim"), soft_wrap=True)


def _answer(status: int) -> str:
    return f"HTTP {status}" if status else "given by hand"
