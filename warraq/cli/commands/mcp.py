"""warraq mcp: the archive for language models, over the Model Context Protocol."""

import click

from storage.extras import missing
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.shared.read_only import read_only

#: Seconds that a transaction may read for.
_DEADLINE_S = 20.0


@click.command(cls=Command)
@pass_context
def command(context: CliContext) -> None:
    """Serve the archive to a language model.

    Speaks the Model Context Protocol on stdin and stdout: a program that talks to a model starts it. The tools search,
    read, compare and count; every answer names address, date and evidence. None writes. Needs the extra "agents".

    \b
    warraq mcp
    warraq --archive demo-archive mcp
    """
    try:
        from warraq.agents.protocol import create_server
    except ImportError as error:
        raise missing("warraq mcp", error.name or "mcp", "agents") from error
    with read_only(context, deadline_s=_DEADLINE_S) as archive:
        create_server(archive, context.config.sources).run("stdio")
