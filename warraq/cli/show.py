"""warraq show: one article, to be read."""

from typing import TYPE_CHECKING

import click

from warraq.cli.console import page
from warraq.cli.desk import Desk, pass_desk
from warraq.cli.options import Command
from warraq.cli.terminal import visible

if TYPE_CHECKING:
    from storage.rows import StoredArticle


@click.command(cls=Command)
@click.argument("article")
@click.option("--json", "as_json", is_flag=True, help="Everything that is known of it, as JSON.")
@click.option("--removed", is_flag=True, help="Show too what cleaning took out of the page, and by which rule.")
@pass_desk
def command(desk: Desk, article: str, as_json: bool, removed: bool) -> None:
    """Show one article.

    ARTICLE is its number, or any address that leads to it.

    \b
    warraq show 17
    warraq show https://www.hespress.com/khabar-1234.html --json
    """
    with desk.archive() as archive:
        stored = archive.get(_reference(article))
    if as_json:
        from storage.export.columns import stored_record, to_json

        click.echo(to_json(stored_record(stored)))
        return
    _head(desk, stored)
    for line in stored.article.text.split("\n"):
        page(desk, line)
    _foot(desk, stored)
    if removed:
        _removed(desk, stored)


def _reference(article: str) -> str:
    """An address as it is looked up: its canonical key; a number as it is."""
    if article.isdecimal():
        return article
    from pipelines.urls import canonical_key

    return canonical_key(article) or article


def _head(desk: Desk, stored: "StoredArticle") -> None:
    article = stored.article
    page(desk, article.title, style="bold")
    published = article.published.iso.replace("T", " ") if article.published else "no date"
    parts = [
        f"#{stored.id}",
        article.source or "capture",
        published,
        *([article.kind] if article.kind != "news" else []),
    ]
    desk.out.print("  ".join(parts), style="dim")
    for words in ("، ".join(article.authors), " > ".join(filter(None, (article.section, "، ".join(article.tags))))):
        if words:
            page(desk, words, style="dim")
    desk.out.print()


def _foot(desk: Desk, stored: "StoredArticle") -> None:
    desk.out.print()
    desk.out.print(visible(stored.article.url), style="dim", soft_wrap=True)
    desk.out.print(f"{_fetched(stored)}; {_versions(stored)}", style="dim", soft_wrap=True)


def _fetched(stored: "StoredArticle") -> str:
    snapshot = stored.snapshot
    when = f"fetched {stored.article.fetched_at:%Y-%m-%d %H:%M} UTC"
    if snapshot is None or snapshot.record is None:
        return when
    return f"{when}, kept in {snapshot.record.file} at byte {snapshot.record.offset}"


def _versions(stored: "StoredArticle") -> str:
    return "1 version" if stored.versions == 1 else f"version {stored.version} of {stored.versions}"


def _removed(desk: Desk, stored: "StoredArticle") -> None:
    desk.out.print()
    desk.out.print(f"Taken out by cleaning: {len(stored.article.removed) or 'nothing'}", style="bold")
    for piece in stored.article.removed:
        where = "" if piece.after_line is None else f"after line {piece.after_line}"
        desk.out.print(f"{piece.rule}  {where}", style="yellow")
        for line in piece.text.split("\n"):
            page(desk, line, style="dim")
