"""warraq manual: the whole command line as a manual page, for `man`."""

import inspect
from collections.abc import Iterator
from dataclasses import fields

import click

import warraq
from crawler.config import Config, variable
from warraq.cli.shared.exit_codes import EXIT_CODES
from warraq.cli.shared.options import EVERYWHERE, Command

#: A paragraph that is shown as it is: commands to copy.
_VERBATIM = "\b"


@click.command(cls=Command)
@click.pass_context
def command(ctx: click.Context, /) -> None:
    """Print the manual page, in the format of `man`.

    \b
        warraq manual | man -l -
        warraq manual > ~/.local/share/man/man1/warraq.1
    """
    click.echo("\n".join(lines(ctx.find_root())))


def lines(root: click.Context) -> Iterator[str]:
    """The page in roff, in English: names of commands and options are the same in every language."""
    yield f'.TH WARRAQ 1 "" "warraq {warraq.__version__}" "User Commands"'
    yield from _section("NAME", f"warraq {_text('-')} {_text(root.command.get_short_help_str(200))}")
    yield from _section("SYNOPSIS", r".B warraq", r"[\fIOPTIONS\fR] \fICOMMAND\fR ...")
    yield from _section("OPTIONS OF EVERY COMMAND", *_options(root, EVERYWHERE))
    yield ".SH COMMANDS"
    yield from _commands(root)
    yield ".SH EXIT STATUS"
    for code, meaning in EXIT_CODES.items():
        yield from (".TP", rf"\fB{code}\fR", _text(meaning))
    yield from _section("ENVIRONMENT", _text("Each setting has a variable; the command line wins over it:"), ".PP")
    yield _text(", ".join(variable(field.name) for field in fields(Config) if field.name != "alert"))
    yield from _section("FILES", ".TP", r"\fIwarraq.toml\fR", _text("Settings of the working folder."))


def _commands(context: click.Context) -> Iterator[str]:
    """Each command of a group, those of groups below included."""
    group = context.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        below = click.Context(command, parent=context, info_name=name)
        usage = " ".join([below.command_path, *command.collect_usage_pieces(below)])
        yield f'.SS "{_text(usage)}"'
        yield from _paragraphs(command.help or "")
        own = [param for param in command.params if param not in EVERYWHERE]
        yield from _options(below, own)
        if isinstance(command, click.Group):
            yield from _commands(below)


def _paragraphs(help_text: str) -> Iterator[str]:
    for paragraph in inspect.cleandoc(help_text).split("\n\n"):
        if paragraph.lstrip(" ").startswith(_VERBATIM):
            yield from (".PP", ".nf", *map(_text, paragraph.replace(_VERBATIM, "").strip("\n").splitlines()), ".fi")
        else:
            yield from (".PP", _text(" ".join(paragraph.split())))


def _options(context: click.Context, params: list[click.Parameter]) -> Iterator[str]:
    for param in params:
        record = param.get_help_record(context) if isinstance(param, click.Option) else None
        if record is not None:
            yield from (".TP", rf"\fB{_text(record[0])}\fR", _text(record[1]) or r"\&")


def _section(heading: str, *below: str) -> Iterator[str]:
    yield f".SH {heading}"
    yield from below


def _text(words: str) -> str:
    """Text for roff: its signs are written as escapes, and no line of text looks like a request."""
    escaped = words.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq").replace("'", r"\(aq")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped
