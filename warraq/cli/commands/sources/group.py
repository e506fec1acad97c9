"""warraq sources: the known newspapers. Subcommands are in files of their own."""

from typing import Unpack

import click

from crawler.sources.source import to_toml
from storage.export.columns import to_json
from warraq.cli.commands.sources import add as sources_add
from warraq.cli.commands.sources import boilerplate as sources_boilerplate
from warraq.cli.commands.sources import check as sources_check
from warraq.cli.commands.sources import export as sources_export
from warraq.cli.commands.sources import import_ as sources_import
from warraq.cli.commands.sources.export import record
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Group
from warraq.cli.shared.source_options import NarrowingOptions, chosen, narrowed, narrowing
from warraq.cli.terminal.console import Arabic, table
from warraq.cli.views.output import print_table, tell
from warraq.locale.speech import numbered, say


@click.group(cls=Group)
def command() -> None:
    """List, show, add, check, export and import newspapers.

    \b
    warraq sources list --country MA
    warraq sources show hespress
    warraq sources add https://www.example.ma/
    """


@command.command("list")
@narrowing
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@pass_context
def list_(context: CliContext, as_json: bool, **wanted: Unpack[NarrowingOptions]) -> None:
    """List the known newspapers.

        The built-in ones, and yours from --sources, by country.

    \b
        warraq sources list --country MA --country DZ
        warraq sources list --kind agency --never-checked
        warraq sources list --json | jq -r .home
    """
    sources = narrowed(chosen(context, ()), **wanted)
    if as_json:
        for source in sources:
            click.echo(to_json(record(source)))
        return
    rows = table("country", "kind", "checked", "feeds", "home", "source", "name", right=("feeds",))
    for source in sources:
        feeds = sum(one.kind != "section" for one in source.endpoint)
        name = Arabic(text=source.name_ar, shapes=context.shapes)
        cells = (source.country, source.kind or "-", str(source.checked), str(feeds), _short(source.home), source.key)
        rows.add_row(*cells, name)
    print_table(context, rows)
    countries = len({source.country for source in sources})
    newspapers = numbered(len(sources), "newspaper")
    words = say(
        "%(newspapers)s of %(countries)s", newspapers=newspapers, countries=numbered(countries, "country", "countries")
    )
    tell(context, words)


def _short(home: str) -> str:
    """Return the URL without https://; other schemes are shown."""
    return home.removeprefix("https://").removeprefix("www.").rstrip("/")


@command.command()
@click.argument("source")
@pass_context
def show(context: CliContext, source: str) -> None:
    """Show the file of one newspaper.

    \b
    warraq sources show hespress > sources/hespress.toml
    """
    click.echo(f"# {source}.toml\n{to_toml(chosen(context, (source,))[0])}", nl=False)


command.add_command(sources_add.command, "add")
command.add_command(sources_check.command, "check")
command.add_command(sources_boilerplate.command, "boilerplate")
command.add_command(sources_export.command, "export")
command.add_command(sources_import.command, "import")
