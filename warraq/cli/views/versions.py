"""The versions of an article on a terminal and as JSON: their table, and the difference between two."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from storage.export.columns import to_json
from storage.versions import Version, as_json, classify, word_diff
from warraq.cli.shared.change_kinds import WORDS
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import Arabic, table
from warraq.cli.views.diff import coloured, marked, replaced
from warraq.cli.views.output import page, print_table
from warraq.locale.speech import count, say

if TYPE_CHECKING:
    from storage.versions.history import StoredVersion


#: Who made a version, in words.
TERMS = {"page": "newspaper", "rules": "our rules"}


def print_versions(context: CliContext, versions: "Sequence[StoredVersion]") -> None:
    """Print one line per version, oldest first; the current one is marked by a star."""
    rows = table("version", "first seen (UTC)", "last seen (UTC)", "words", "made by", "title", right=("words",))
    for one in versions:
        rows.add_row(
            f"{one.number}{'*' if one.shown else ''}",
            f"{one.first_seen_at:%Y-%m-%d %H:%M}",
            f"{one.last_seen_at:%Y-%m-%d %H:%M}",
            str(len(one.text.split())),
            say(TERMS[one.cause]),
            Arabic(text=visible(one.title), shapes=context.shapes),
        )
    print_table(context, rows)


def two_of(versions: "Sequence[StoredVersion]", numbers: Sequence[int]) -> "tuple[StoredVersion, StoredVersion]":
    """Return the two versions to compare, the last two by default. A usage error if they do not exist."""
    context = click.get_current_context()
    if len(numbers) not in (0, 2):
        raise click.UsageError("--diff compares two versions; write --diff A B, or --diff for the last two", context)
    if len(versions) < 2:
        raise click.UsageError("the article has one version; there is nothing to compare", context)
    if not numbers:
        return versions[-2], versions[-1]
    known = {version.number: version for version in versions}
    for number in numbers:
        if number not in known:
            raise click.UsageError(f"there is no version {number}; versions: {', '.join(map(str, known))}", context)
    return known[numbers[0]], known[numbers[1]]


def ours_between(versions: "Sequence[StoredVersion]", old: "StoredVersion", new: "StoredVersion") -> list[int]:
    """Return the numbers of versions between the two that our rules made, not the newspaper."""
    first, last = sorted((old.number, new.number))
    return [version.number for version in versions if first < version.number <= last and version.cause == "rules"]


def diff_record(old: "StoredVersion", new: "StoredVersion", *, ours: Sequence[int]) -> dict[str, object]:
    """Return the difference between two versions, for JSON: changes, and the words of title and text as spans."""
    return {
        "article_id": new.article_id,
        "old": old.number,
        "new": new.number,
        "ours": list(ours),
        "changes": [change.as_json() for change in classify(_compared(old), _compared(new))],
        "title": as_json(word_diff(old.title, new.title)),
        "text": as_json(word_diff(old.text, new.text)),
    }


def print_diff(context: CliContext, old: "StoredVersion", new: "StoredVersion", *, ours: Sequence[int]) -> None:
    """Print the kinds of change, then the words of title and text; unchanged lines are counted."""
    colour = coloured(context.out)
    when = f"{old.first_seen_at:%Y-%m-%d %H:%M} -> {new.first_seen_at:%Y-%m-%d %H:%M} UTC"
    heading = say("version %(old)d -> %(new)d", old=old.number, new=new.number)
    page(context, f"#{new.article_id}  {heading}  {when}", style="bold")
    if ours:
        page(context, _rules_note(ours), style="yellow")
    rows = table("change", "where", "what")
    for change in classify(_compared(old), _compared(new)):
        words = replaced(change, colour=colour).shown(context, lines=2 if context.out.is_terminal else None)
        rows.add_row(say(WORDS[change.kind]), change.place, words)
    print_table(context, rows)
    for part in words_between(context, _compared(old), _compared(new), colour=colour):
        page(context, part)


def to_diff_json(old: "StoredVersion", new: "StoredVersion", *, ours: Sequence[int]) -> str:
    """Return `diff_record` as a line."""
    return to_json(diff_record(old, new, ours=ours))


def words_between(context: CliContext, old: Version, new: Version, *, colour: bool) -> Iterator[str | Arabic]:
    """Return the changed lines of title and text, word by word; unchanged ones are counted."""
    for before, after in ((old.title, new.title), (old.text, new.text)):
        for changed, lines in groupby(marked(word_diff(before, after), colour=colour), key=lambda line: line.changed):
            if changed:
                yield from (line.shown(context) for line in lines)
            else:
                number = len(list(lines))
                yield count(number, "(%(num)d line unchanged)", "(%(num)d lines unchanged)")


def _rules_note(ours: Sequence[int]) -> str:
    return count(
        len(ours),
        "version %(versions)s is ours, not the newspaper's: our rules extracted the page again",
        "versions %(versions)s are ours, not the newspaper's: our rules extracted the page again",
        versions=", ".join(map(str, ours)),
    )


def _compared(version: "StoredVersion") -> Version:
    return Version(title=version.title, text=version.text)
