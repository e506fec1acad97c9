"""Options of every command, before or after its name, and the command class that accepts them."""

from typing import Any, TypeVar

import click

from warraq.cli.shared.translated_help import TranslatedHelp, option_record, write_section
from warraq.locale.speech import say

T = TypeVar("T")

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}

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
        ["--lang"],
        type=click.Choice(["ar", "en"]),
        expose_value=False,
        callback=_keep,
        help="Language of help, messages and tables.  [WARRAQ_LANG; the terminal's]",
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


class Command(TranslatedHelp):
    """A command that also accepts the global options, and lists them separately."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["params"] = [*(kwargs.get("params") or []), *EVERYWHERE]
        kwargs["context_settings"] = {**CONTEXT, **(kwargs.get("context_settings") or {})}
        super().__init__(*args, **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        own = [option_record(option, ctx) for option in options if option not in EVERYWHERE]
        every = [option_record(option, ctx) for option in options if option in EVERYWHERE]
        for heading, records in ((say("Options"), own), (say("Options of every command"), every)):
            write_section(formatter, heading, [record for record in records if record is not None])


class Group(Command, click.Group):
    """A command with subcommands; they too accept the global options."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        limit = formatter.width - 6 - max(map(len, self.commands), default=0)
        write_section(
            formatter,
            say("Commands"),
            [(name, below.get_short_help_str(limit)) for name, below in self.commands.items() if not below.hidden],
        )
