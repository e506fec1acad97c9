"""The pages of `--help` in the language of the person: texts and headings; what is typed stays as it is."""

import inspect
import re
import sys
from typing import Any

import click

from crawler.config import terminal_variables
from warraq.cli.terminal.arabic import display
from warraq.cli.terminal.emulators import needs_help
from warraq.locale.speech import say, spoken

#: An Arabic letter: a line with one runs from right to left.
_ARABIC = re.compile("[\u0621-\u064a]")
#: Right-to-left isolate and its end: a line of Arabic, right to left in a page whose columns run from left to right.
_RTL, _END = "\u2067", "\u2069"
#: A paragraph that click leaves as it is: commands to copy.
_VERBATIM = "\b"


class HelpPage(click.HelpFormatter):
    """Writes lines of Arabic for the terminal that shows them."""

    #: Whether the terminal neither joins letters nor reorders lines.
    shapes = False

    def write(self, string: str) -> None:
        super().write("".join(map(self._shown, string.splitlines(keepends=True))))

    def _shown(self, line: str) -> str:
        if spoken() == "en" or not _ARABIC.search(line) or line.lstrip().startswith("warraq "):
            return line
        text = line.strip()
        before, after = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
        return before + (display(text, rtl=True) if self.shapes else f"{_RTL}{text}{_END}") + after


class HelpContext(click.Context):
    """The context of a command whose help is translated."""

    formatter_class = HelpPage

    def make_formatter(self) -> click.HelpFormatter:
        made = super().make_formatter()
        if isinstance(made, HelpPage):
            given = self.meta.get("warraq.bidi", "auto")
            made.shapes = given == "on" or (
                given == "auto" and sys.stdout.isatty() and needs_help(terminal_variables())
            )
        return made


class TranslatedHelp(click.Command):
    """A command whose help page speaks the language of the person."""

    context_class = HelpContext

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{say('Usage:')} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        english, self.help = self.help, translated(self.help)
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = english

    def get_short_help_str(self, limit: int = 45) -> str:
        return short(self.help, limit=limit) if spoken() != "en" and self.help else super().get_short_help_str(limit)


def translated(text: str | None) -> str | None:
    """A text of help: each paragraph translated, but for those to copy."""
    if spoken() == "en" or not text:
        return text
    return "\n\n".join(map(_paragraph, inspect.cleandoc(text).split("\n\n")))


def short(text: str | None, *, limit: int) -> str:
    """The first sentence of a text of help, translated, `limit` characters at most."""
    return click.Command(None, help=translated(text)).get_short_help_str(limit)


def option_record(option: click.Option, ctx: click.Context) -> tuple[str, str] | None:
    """An option and its help, for the list of options; None where it is hidden."""
    record = option.get_help_record(ctx)
    if record is None or spoken() == "en" or not option.help:
        return record
    names, text = record
    extra = text.removeprefix(option.help).replace("[default: ", f"[{say('default')}: ")
    return names, say(option.help) + extra


def _paragraph(text: str) -> str:
    if text.lstrip(" ").startswith(_VERBATIM):
        return text
    indent = len(text) - len(text.lstrip(" "))
    return " " * indent + say(" ".join(text.split()))


def write_section(formatter: click.HelpFormatter, heading: str, rows: "list[tuple[Any, Any]]") -> None:
    """Write a list of names and meanings under a heading; nothing where the list is empty."""
    if rows:
        with formatter.section(heading):
            formatter.write_dl(rows)
