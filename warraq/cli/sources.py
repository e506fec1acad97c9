"""warraq sources: the newspapers that are known. Adding and checking them are files of their own."""

from typing import TYPE_CHECKING

import click

from storage.export.columns import to_json
from warraq.cli import sources_add, sources_boilerplate, sources_check
from warraq.cli.console import Arabic, print_table, table
from warraq.cli.desk import Desk, pass_desk
from warraq.cli.known import chosen
from warraq.cli.options import Group

if TYPE_CHECKING:
    from crawler.source import Source


@click.group(cls=Group)
def command() -> None:
    """List, show, add and check newspapers.

    \b
    warraq sources list
    warraq sources show hespress
    warraq sources add https://www.example.ma/
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@pass_desk
def list_(desk: Desk, as_json: bool) -> None:
    """List every newspaper that is known.

    The built-in ones, and yours from --sources.

    \b
    warraq sources list
    warraq sources list --json | jq -r .home
    """
    from crawler.source import load_all

    sources = load_all(desk.config.sources)
    if as_json:
        for source in sources.values():
            click.echo(to_json(_plain(source)))
        return
    rows = table("country", "endpoints", "home", "source", "name", right=("endpoints",))
    for source in sorted(sources.values(), key=lambda source: (source.country, source.key)):
        name = Arabic(text=source.name_ar, shapes=desk.shapes)
        rows.add_row(source.country, str(len(source.endpoint)), source.home, source.key, name)
    print_table(desk, rows)


@command.command()
@click.argument("source")
@pass_desk
def show(desk: Desk, source: str) -> None:
    """Show the file of one newspaper.

    \b
    warraq sources show hespress > sources/hespress.toml
    """
    from crawler.source import to_toml

    click.echo(f"# {source}.toml\n{to_toml(chosen(desk, (source,))[0])}", nl=False)


def _plain(source: "Source") -> dict[str, object]:
    from dataclasses import asdict

    plain = asdict(source)
    for layout in plain["layout"]:
        layout["until"] = layout["until"] and layout["until"].isoformat()
    return plain


command.add_command(sources_add.command, "add")
command.add_command(sources_check.command, "check")
command.add_command(sources_boilerplate.command, "boilerplate")
