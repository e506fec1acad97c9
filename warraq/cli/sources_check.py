"""warraq sources check: whether feeds and sitemaps still answer."""

from typing import TYPE_CHECKING, Any

import click

from storage.export.columns import to_json
from warraq.cli.console import print_table, table
from warraq.cli.desk import Desk
from warraq.cli.fetching import fetching
from warraq.cli.known import chosen
from warraq.cli.options import Command
from warraq.cli.progress import counted
from warraq.cli.terminal import visible

if TYPE_CHECKING:
    from crawler.prober import Probe


@click.command(cls=Command)
@click.argument("keys", nargs=-1, metavar="[SOURCE]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@fetching
def command(desk: Desk, keys: tuple[str, ...], as_json: bool) -> int | None:
    """Ask whether feeds and sitemaps still answer.

    Every endpoint is fetched once and read: what it is, how many addresses it names, and what is wrong. Nothing is
    stored. Exit code 1 if something is wrong, 6 if nothing answers.

    \b
    warraq sources check hespress
    warraq sources check --json > checked.jsonl
    """
    from crawler.finder import check as ask

    checked: list[dict[str, Any]] = []
    sources = chosen(desk, keys)
    with counted(desk, "checked", total=len(sources)) as count:
        for source in sources:
            checked += [_told(source.key, probe) for probe in ask(desk.config, source)]
            count()
    if as_json:
        for told in checked:
            click.echo(to_json(told))
    else:
        rows = table("source", "status", "kind", "links", "endpoint", "why", right=("status", "links"))
        for told in checked:
            rows.add_row(*(visible(str("" if value is None else value)) for value in told.values()))
        print_table(desk, rows)
    if not any(told["links"] for told in checked):
        return 6
    return 1 if any(told["problem"] for told in checked) else None


def _told(key: str, probe: "Probe") -> dict[str, Any]:
    """What an endpoint answered, in the order of the table."""
    found = probe.found
    links = len(found.links) + len(found.children) if found else 0
    kind = found.kind if found else None
    return {
        "source": key,
        "status": probe.status,
        "kind": kind,
        "links": links,
        "url": probe.url,
        "problem": probe.problem,
    }
