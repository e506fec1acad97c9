"""warraq changes: newspapers' edits and withdrawals, as a list and as a feed."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storage.export.columns import to_json
from storage.export.feeds.change_feed import write_feed
from storage.export.file import whole_file
from storage.search.query import read_day
from warraq.cli.shared.change_kinds import STATUSES, WORDS, read_kinds
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.known_values import refuse_unknown_sources
from warraq.cli.shared.options import COUNT, Command
from warraq.cli.views.article import place_of
from warraq.cli.views.diff import coloured, replaced
from warraq.cli.views.output import page, tell
from warraq.locale.speech import say
from warraq.records.change_records import edit_record

if TYPE_CHECKING:
    from storage.versions import Change, Kind
    from storage.versions.changes import Edit

#: Edits shown without --limit.
_SHOWN = 50
#: Changes shown per edit; `warraq show --diff` shows all.
_CHANGES = 5


@click.command(cls=Command)
@click.option("--since", metavar="DATE", help="Observed on or after this day, UTC (2024, 2024-05 or 2024-05-01).")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND,...",
    callback=read_kinds,
    help="Only these kinds of change (headline, number, withdrawn, ...); may be repeated.",
)
@click.option("--source", "source_keys", multiple=True, metavar="KEY", help="Only this newspaper; may be repeated.")
@click.option("--limit", type=COUNT, default=_SHOWN, show_default=True, metavar="N", help="Maximum number.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@click.option("--atom", metavar="FILE", help="Write an Atom feed; nothing is printed unless --json is given.")
@pass_context
def command(
    context: CliContext,
    since: str | None,
    kinds: "tuple[Kind, ...]",
    source_keys: tuple[str, ...],
    limit: int,
    as_json: bool,
    atom: str | None,
) -> None:
    """Show newspapers' edits and withdrawals.

        Newest first. Versions that only our own rules changed are left out.

    \b
        warraq changes --kind headline,number --since 2024-05
        warraq changes --kind withdrawn
        warraq changes --source hespress --json
        warraq changes --kind headline --atom headlines.atom
    """
    keys = tuple(dict.fromkeys(key.strip().lower() for key in source_keys))
    with context.archive() as archive:
        refuse_unknown_sources(context, archive, keys)
        found = archive.changes(since=_start(since), kinds=kinds, sources=keys, limit=limit + 1)
        edits = list(islice(found, limit))
        more = next(found, None) is not None
    if atom:
        _write_atom(atom, edits, name=" ".join((*kinds, *sorted(keys))))
    for edit in edits if as_json or not atom else ():
        click.echo(to_json(edit_record(edit))) if as_json else _print(context, edit)
    if more or not edits:
        newest = say("the newest %(number)d; --limit N shows more", number=limit)
        tell(context, newest if more else say("nothing was changed"))


def _once_each(changes: "Sequence[Change]") -> "list[Change]":
    """Return the changes, without those repeated in both headline and text."""
    return list({(change.kind, change.old, change.new): change for change in changes}.values())


def _start(since: str | None) -> datetime | None:
    return datetime.combine(read_day(since, last=False), time(), UTC) if since else None


def _write_atom(file: str, edits: "list[Edit]", *, name: str) -> None:
    with whole_file(Path(file)) as out:
        write_feed(edits, out, name=name, now=datetime.now(UTC))


def _print(context: CliContext, edit: "Edit") -> None:
    where = f"#{edit.article_id}  {edit.at:%Y-%m-%d %H:%M}  {edit.source or say('capture')}"
    if edit.old.number == edit.new.number:
        _print_other(context, edit, where)
        return
    versions = say("version %(old)d -> %(new)d", old=edit.old.number, new=edit.new.number)
    page(context, f"{where}  {versions}", style="dim")
    page(context, edit.new.title, style="bold")
    changes = _once_each(edit.changes)
    for change in changes[:_CHANGES]:
        page(context, say(WORDS[change.kind]), style="cyan")
        if change.old or change.new:
            page(
                context,
                replaced(change, colour=coloured(context.out)).shown(
                    context, lines=3 if context.out.is_terminal else None
                ),
            )
    if len(changes) > _CHANGES:
        page(
            context,
            say(
                "and %(number)d more; see %(command)s",
                number=len(changes) - _CHANGES,
                command=f"warraq show {edit.article_id} --diff {edit.old.number} {edit.new.number}",
            ),
            style="dim",
        )
    page(context, "")


def _print_other(context: CliContext, edit: "Edit", where: str) -> None:
    """Print an edit without changed words: withdrawn, restored, or another date."""
    page(context, where, style="dim")
    page(context, edit.new.title, style="bold")
    for change in edit.changes:
        words = say(STATUSES.get(change.new or "", ""))
        page(context, f"{say(WORDS[change.kind])}: {words or f'{change.old} -> {change.new}'}", style="cyan")
    page(context, say("last seen unchanged %(when)s", when=f"{edit.after:%Y-%m-%d %H:%M}"), style="dim")
    if edit.proof is not None:
        page(context, say("proof: %(place)s", place=place_of(edit.proof)), style="dim")
    page(context, "")
