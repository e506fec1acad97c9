"""warraq: the command line. Commands are loaded on demand, so that `warraq search` does not import Scrapy.

To add a command, write its file with a click command named `command`, and list the file in COMMANDS.
"""

import gc
import importlib
import logging
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

import click

import warraq
from crawler.config import load, terminal_variables
from storage.errors import ConfigError, StorageError, WarraqError
from warraq.cli.shared.exit_codes import EXIT_CODES
from warraq.cli.shared.options import Command, Group
from warraq.cli.shared.os_errors import os_error_line
from warraq.cli.shared.short_help import short_help
from warraq.cli.shared.translated_help import write_section
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.error_line import error_lines
from warraq.known_values import guess
from warraq.locale import LANGUAGES, Language
from warraq.locale.error_words import in_words
from warraq.locale.speech import language_of_locale, say, speak

#: Name on the command line -> its module, in the order of the help.
COMMANDS = {
    "demo": "warraq.cli.commands.demo",
    "crawl": "warraq.cli.commands.crawl.command",
    "watch": "warraq.cli.commands.watch",
    "worker": "warraq.cli.commands.worker",
    "workers": "warraq.cli.commands.workers",
    "gather": "warraq.cli.commands.gather",
    "capture": "warraq.cli.commands.capture",
    "extract": "warraq.cli.commands.extract.command",
    "clean": "warraq.cli.commands.clean.command",
    "search": "warraq.cli.commands.search",
    "show": "warraq.cli.commands.show",
    "story": "warraq.cli.commands.story",
    "changes": "warraq.cli.commands.changes",
    "export": "warraq.cli.commands.export",
    "feed": "warraq.cli.commands.feed",
    "alert": "warraq.cli.commands.alert.group",
    "read": "warraq.cli.commands.read",
    "mcp": "warraq.cli.commands.mcp",
    "sources": "warraq.cli.commands.sources.group",
    "stats": "warraq.cli.commands.stats.command",
    "health": "warraq.cli.commands.health.command",
    "verify": "warraq.cli.commands.verify",
    "reextract": "warraq.cli.commands.reextract.command",
    "import": "warraq.cli.commands.import_.command",
    "requeue": "warraq.cli.commands.requeue",
    "config": "warraq.cli.commands.config",
    "doctor": "warraq.cli.commands.doctor",
    "completion": "warraq.cli.commands.completion",
    "help": "warraq.cli.commands.help",
    "manual": "warraq.cli.commands.manual",
}

#: What to type first, and what it does.
BEGINNINGS = {
    "warraq demo": "Try the whole program, without internet.",
    "warraq crawl": "Fetch new articles of every newspaper.",
    "warraq capture URL": "Capture one page now, with evidence.",
    "warraq search WORDS": "Find; then `warraq show` and `warraq export`.",
}


#: Seconds within which further signals belong to the first.
_REPEAT_S = 2.0


class _ReaderGone(Exception):
    """The reader of our output has closed it (`warraq search ... | head`), which is not a failure."""


class Interrupt:
    """Ctrl-C and SIGTERM raise KeyboardInterrupt, so that half-written files are removed; a crawl sets its own handler.

    Further signals within `_REPEAT_S` are ignored: else an impatient second one interrupts the removal, or the report.
    """

    def __init__(self) -> None:
        self._last: float | None = None

    def __call__(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._last is None or now - self._last > _REPEAT_S:
            self._last = now
            raise KeyboardInterrupt


class LazyGroup(Group):
    """A group that imports a command's file on demand."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:  # click itself would exit with 1
            raise _ReaderGone from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: Command = importlib.import_module(COMMANDS[cmd_name]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            words = guess(args[0], COMMANDS, likeness=0.6) or f"commands: {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command {args[0]!r}; {words}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        rows = []
        for name, module in COMMANDS.items():
            told = short_help(module, limit=limit)
            if told is None and (command := self.get_command(ctx, name)) is not None:
                told = command.get_short_help_str(limit)
            rows.append((name, told or ""))
        write_section(formatter, say("Commands"), rows)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help_text(ctx, formatter)
        write_section(formatter, say("To begin with"), [(typed, say(words)) for typed, words in BEGINNINGS.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_section(formatter, say("Exit codes"), [(str(code), say(words)) for code, words in EXIT_CODES.items()])


@click.group(cls=LazyGroup)
@click.version_option(warraq.__version__, prog_name="warraq")
def cli() -> None:
    """Crawl, clean, archive and search the Arabic press."""


def main() -> NoReturn:
    """Run the program and leave with its exit code."""
    _occupy_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    interrupt = Interrupt()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    code = run(sys.argv[1:])
    for number in (signal.SIGINT, signal.SIGTERM):  # all is saved: a late signal must not disturb the interpreter's end
        signal.signal(number, signal.SIG_IGN)
    gc.freeze()  # else the interpreter looks for garbage in all that it is about to leave: a twentieth of a command
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return the exit code. Any error is one line on stderr, never a traceback."""
    speak(_language(arguments))
    try:
        code = cli.main(list(arguments), prog_name="warraq", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        _say(" ".join(error.format_message().split("\n\t")), hint=_help_hint(error))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted", colour="yellow")
        return 130
    except (_ReaderGone, BrokenPipeError):
        _silence(sys.stdout)
        return 0
    except WarraqError as error:
        _say(str(error))
        return error.exit_code
    except OSError as error:
        _say(os_error_line(error))
        _silence_if_full()
        return StorageError.exit_code
    except Exception as error:
        _say(_unexpected(error))
        return 1


def _occupy_closed_streams() -> None:
    """Give closed standard streams (`>&-`) an unwritable file, so that the archive's files do not get their numbers."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (number := os.open(os.devnull, os.O_RDONLY)) <= 2:
        pass
    os.close(number)
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.dup(1), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # for as long as the program runs


def _silence(stream: TextIO) -> None:
    """Discard buffered output, so that the interpreter does not fail when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _silence_if_full() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _silence(sys.stdout)


def _language(arguments: Sequence[str]) -> Language:
    """The language of a command line, read before it is parsed: its errors are in it too."""
    given = {name: _option(arguments, f"--{name}") for name in ("lang", "config")}
    try:
        configured = load(file=given["config"], lang=given["lang"]).lang
    except ConfigError:  # the command itself reports it, in the language of the terminal
        configured = next((known for known in LANGUAGES if known == given["lang"]), None)
    return configured or language_of_locale(terminal_variables())


def _option(arguments: Sequence[str], name: str) -> str | None:
    """The last value of an option, as `--name value` or `--name=value`; None where it is not given."""
    value = None
    for argument, following in zip(arguments, [*arguments, ""][1:], strict=True):
        if argument == "--":
            break
        if argument == name:
            value = following
        elif argument.startswith(f"{name}="):
            value = argument.partition("=")[2]
    return value


def _say(message: str, *, hint: str = "", colour: str = "red") -> None:
    """Print one line on stderr, in colour on a terminal, in the language of the person."""
    for line in error_lines(f"warraq: {in_words(visible(message))}", sys.stderr):
        click.secho(line, fg=colour, err=True)
    if hint:
        click.echo(hint, err=True)


def _help_hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"        {say('see')} `{context.command_path} --help`" if context else ""


def _unexpected(error: Exception) -> str:
    """Save the traceback of a bug; return a one-line message."""
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    if logging.getLogger().isEnabledFor(logging.INFO):
        traceback.print_exception(error)
        return f"this is a bug in warraq: {what}"
    handle, name = tempfile.mkstemp(prefix="warraq-error-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as log:
        log.write(f"warraq {warraq.__version__}, Python {sys.version}\n{sys.argv}\n")
        traceback.print_exception(error, file=log)
    return f"this is a bug in warraq: {what}; the details are in {Path(name)} (or run it again with -v)"
