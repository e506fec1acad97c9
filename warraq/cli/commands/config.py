"""warraq config: every setting, its value, and where the value comes from."""

from collections.abc import Mapping

import click

from warraq.cli.shared.cli_context import CliContext, pass_context, settings_of
from warraq.cli.shared.options import Command
from warraq.cli.terminal.console import table
from warraq.cli.views.output import print_table


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@pass_context
def command(context: CliContext, as_json: bool) -> None:
    """Show every setting and where its value comes from.

    The command line comes first, then the environment, then warraq.toml or [tool.warraq] of pyproject.toml in the
    working folder (or the file of --config), then the default.

    \b
    warraq config
    warraq config --config desk.toml --json | jq -r '.setting + " " + .from'
    """
    from crawler.config import key
    from storage.export.columns import to_json

    rows = table("setting", "value", "from")
    for one in settings_of(click.get_current_context()):
        value = one.value if isinstance(one.value, (bool, int, float, str)) or one.value is None else _text(one.value)
        if as_json:
            click.echo(to_json({"setting": key(one.name), "value": value, "from": one.origin}))
        else:
            rows.add_row(key(one.name), "-" if value in (None, "") else str(value), one.origin)
    print_table(context, rows)


def _text(value: object) -> str:
    """Format a value: folders as in the environment; alerts by name, because their URLs contain secrets."""
    if isinstance(value, tuple) and any(isinstance(one, Mapping) for one in value):
        return ", ".join(str(one.get("name", "?")) for one in value)
    return ":".join(map(str, value)) if isinstance(value, tuple) else str(value)
