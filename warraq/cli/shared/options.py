"""Options of every command, before or after its name, and the command class that accepts them."""

from typing import Any, TypeVar

import click

T = TypeVar("T")

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
_SECTION = "Options of every command"

#: An option for a number: bounded, since databases accept no integer beyond 64 bits.
COUNT = click.IntRange(1, 1_000_000_000)


def _keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """Store a global option for the whole command line; one after the command's name wins."""
    if value:
        ctx.meta[f"warraq.{param.name}"] = value


def kept(ctx: click.Context, name: str, kind: type[T]) -> T | None:
    """Return the value of a global option, which is of this type; None if it was not given."""
    value = ctx.meta.get(f"warraq.{name}")
    return value if isinstance(value, kind) else None


EVERYWHERE: list[click.Parameter] = [
    click.Option(
        ["--archive"],
        metavar="FOLDER",
        expose_value=False,
        callback=_keep,
        help="Folder of the archive, or a database URL.  [WARRAQ_ARCHIVE; ./archive]",
    ),
    click.Option(
        ["--warc"],
        metavar="FOLDER",
        expose_value=False,
        callback=_keep,
        help="Folder of the WARC files.  [WARRAQ_WARC; warc/ in the archive]",
    ),
    click.Option(
        ["--sources"],
        metavar="FOLDER",
        multiple=True,
        expose_value=False,
        callback=_keep,
        help="Folder of your own source files; may be repeated.  [WARRAQ_SOURCES]",
    ),
    click.Option(
        ["--config"],
        metavar="FILE",
        expose_value=False,
        callback=_keep,
        help="File of settings.  [WARRAQ_CONFIG; ./warraq.toml, or [tool.warraq] of ./pyproject.toml]",
    ),
    click.Option(
        ["--bidi"],
        type=click.Choice(["auto", "on", "off"]),
        expose_value=False,
        callback=_keep,
        help="Join and reorder Arabic for terminals that cannot.  [WARRAQ_BIDI; auto]",
    ),
    click.Option(
        ["-v", "--verbose"],
        count=True,
        expose_value=False,
        callback=_keep,
        help="Log more; -vv logs everything.",
    ),
    click.Option(
        ["-q", "--quiet"],
        is_flag=True,
        expose_value=False,
        callback=_keep,
        help="No progress, no warnings; errors only.",
    ),
]


class Command(click.Command):
    """A command that also accepts the global options, and lists them separately."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["params"] = [*(kwargs.get("params") or []), *EVERYWHERE]
        kwargs["context_settings"] = {**CONTEXT, **(kwargs.get("context_settings") or {})}
        super().__init__(*args, **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        own = [option.get_help_record(ctx) for option in options if option not in EVERYWHERE]
        every = [option.get_help_record(ctx) for option in options if option in EVERYWHERE]
        for section, records in (("Options", own), (_SECTION, every)):
            if rows := [record for record in records if record is not None]:
                with formatter.section(section):
                    formatter.write_dl(rows)


class Group(Command, click.Group):
    """A command with subcommands; they too accept the global options."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)
