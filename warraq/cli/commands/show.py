"""warraq show: one article for reading, its versions and their differences."""

from typing import TYPE_CHECKING

import click

from pipelines.urls.canonical import canonical_key
from storage.export.columns import stored_record, to_json
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import COUNT, Command
from warraq.cli.views.article import part_records, print_article, print_removed, print_withdrawals
from warraq.cli.views.evidence import evidence_record, print_sheet
from warraq.cli.views.output import page
from warraq.cli.views.versions import ours_between, print_diff, print_versions, to_diff_json, two_of
from warraq.locale.speech import say
from warraq.records.version_records import version_record

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.verify.evidence import Evidence
    from storage.versions.history import StoredVersion


@click.command(cls=Command)
@click.argument("article")
@click.argument("numbers", nargs=-1, type=COUNT, metavar="[A B]")
@click.option("--json", "as_json", is_flag=True, help="All data, as JSON.")
@click.option("--removed", is_flag=True, help="Also show what cleaning removed from the page, and by which rule.")
@click.option(
    "--evidence", is_flag=True, help="Evidence of each version: hash, time, server, and location of its page."
)
@click.option("--versions", "all_versions", is_flag=True, help="List its versions: when and by whom they were made.")
@click.option("--diff", is_flag=True, help="Changes from version A to B, word by word.  [the last two]")
@pass_context
def command(
    context: CliContext,
    article: str,
    numbers: tuple[int, ...],
    as_json: bool,
    removed: bool,
    evidence: bool,
    all_versions: bool,
    diff: bool,
) -> None:
    """Show one article.

        ARTICLE is its number, or any URL that leads to it.

    \b
        warraq show 17
        warraq show https://www.hespress.com/khabar-1234.html --json
        warraq show 17 --evidence
        warraq show 17 --versions
        warraq show 17 --diff 1 3
    """
    _refuse(numbers, removed=removed, all_versions=all_versions, diff=diff)
    if all_versions or diff:
        with context.archive() as archive:
            versions = archive.versions(reference(article))
        _show_diff(context, versions, numbers, as_json) if diff else _show_versions(context, versions, as_json)
        return
    with context.archive() as archive:
        stored = archive.get(reference(article))
        withdrawals = archive.withdrawals(stored.id)
        sheets = _evidence(archive, stored.id) if evidence else []
    if as_json:
        proof = {"evidence": [evidence_record(sheet) for sheet in sheets]} if evidence else {}
        click.echo(to_json(stored_record(stored) | part_records(stored) | proof))
        return
    print_article(context, stored)
    print_withdrawals(context, withdrawals)
    for sheet in sheets:
        context.out.print()
        print_sheet(context, sheet)
    if evidence and not sheets:
        page(context, say("No page of it is stored: it was imported as text."))
    if removed:
        print_removed(context, stored)


def _evidence(archive: "Archive", article_id: int) -> "list[Evidence]":
    from storage.verify.evidence import evidence_of_versions

    return evidence_of_versions(archive, article_id)


def _refuse(numbers: tuple[int, ...], *, removed: bool, all_versions: bool, diff: bool) -> None:
    if numbers and not diff:
        words = "--diff takes two version numbers: warraq show ARTICLE --diff A B"
    elif removed + all_versions + diff > 1:
        words = "--removed, --versions and --diff show different things; ask for one"
    else:
        return
    raise click.UsageError(words, click.get_current_context())


def _show_versions(context: CliContext, versions: "list[StoredVersion]", as_json: bool) -> None:
    if not as_json:
        print_versions(context, versions)
        return
    for version in versions:
        click.echo(to_json(version_record(version)))


def _show_diff(context: CliContext, versions: "list[StoredVersion]", numbers: tuple[int, ...], as_json: bool) -> None:
    old, new = two_of(versions, numbers)
    ours = ours_between(versions, old, new)
    if as_json:
        click.echo(to_diff_json(old, new, ours=ours))
    else:
        print_diff(context, old, new, ours=ours)


def reference(article: str) -> str:
    """Return a URL's canonical key; a number unchanged."""
    if article.isdecimal():
        return article
    return canonical_key(article) or article
