"""warraq show: one article, to be read."""

import click

from storage.export.columns import stored_record, to_json
from warraq.cli.desk import Desk, pass_desk
from warraq.cli.options import Command


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
    from warraq.cli.reading import print_article, print_removed

    with desk.archive() as archive:
        stored = archive.get(_reference(article))
    if as_json:
        click.echo(to_json(stored_record(stored)))
        return
    print_article(desk, stored)
    if removed:
        print_removed(desk, stored)


def _reference(article: str) -> str:
    """An address as it is looked up: its canonical key; a number as it is."""
    if article.isdecimal():
        return article
    from pipelines.urls import canonical_key

    return canonical_key(article) or article
