"""Output of `warraq stats --robots`: the history of a host's robots.txt, as differences between versions."""

import difflib
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

import click

from pipelines.html.robots_directives import words_of_robots_txt
from storage.export.columns import instant, to_json
from warraq.cli.terminal.arabic import visible
from warraq.locale.speech import numbered, say

if TYPE_CHECKING:
    from storage.crawl_state.hosts import RobotsSeen
    from warraq.cli.shared.cli_context import CliContext


def print_robots(context: "CliContext", history: "Sequence[RobotsSeen]", *, as_json: bool) -> None:
    """Print every robots.txt seen, oldest first: the first in full, of each later one the changed lines."""
    if as_json:
        _print_json(history)
        return
    for place, texts in groupby(history, key=lambda seen: seen.place):
        before: RobotsSeen | None = None
        for seen in texts:
            context.out.print(f"{place}/robots.txt  {_period(seen)}  {_summary(seen)}", style="bold")
            for line in _changes(before, seen):
                context.out.print(f"  {visible(line)}", style={"+": "green", "-": "red"}.get(line[:1], ""))
            before = seen


def _print_json(history: "Sequence[RobotsSeen]") -> None:
    for seen in history:
        times = {name: instant(getattr(seen, name)) for name in ("first_seen_at", "last_seen_at")}
        click.echo(to_json(asdict(seen) | times | {"words": list(words_of_robots_txt(seen.body))}))


def _period(seen: "RobotsSeen") -> str:
    times = (f"{seen.first_seen_at:%Y-%m-%d %H:%M}", f"{seen.last_seen_at:%Y-%m-%d %H:%M}")
    return say("%(first)s to %(last)s", first=times[0], last=times[1])


def _summary(seen: "RobotsSeen") -> str:
    if seen.status is None:
        return say("no answer: nothing may be fetched")
    if seen.status != 200:
        closed = seen.status >= 500 or seen.status == 429
        meaning = say("nothing may be fetched") if closed else say("everything may be fetched")
        return f"http {seen.status}: {meaning}"
    return ", ".join([numbered(len(seen.body.splitlines()), "line"), *map(visible, words_of_robots_txt(seen.body))])


def _changes(before: "RobotsSeen | None", seen: "RobotsSeen") -> list[str]:
    if before is None:
        return seen.body.splitlines()
    lines = difflib.unified_diff(before.body.splitlines(), seen.body.splitlines(), n=0, lineterm="")
    return [line for line in list(lines)[2:] if not line.startswith("@@")]
