"""warraq help: the page of a command, as `warraq COMMAND --help` shows it."""

import click

from warraq.cli.shared.options import Command


@click.command(cls=Command)
@click.argument("names", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def command(ctx: click.Context, /, names: tuple[str, ...]) -> None:
    """Show what a command does, with examples.

    \b
        warraq help
        warraq help crawl
        warraq help sources add
    """
    at = ctx.find_root()
    for name in names:
        group = at.command
        below = group.get_command(at, name) if isinstance(group, click.Group) else None
        if below is None:
            raise click.UsageError(f"there is no command {' '.join(names)!r}; `warraq help` lists them all", ctx)
        at = below.context_class(below, parent=at, info_name=name)
    click.echo(at.get_help(), color=ctx.color)
