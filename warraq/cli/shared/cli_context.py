"""Context of a command: the config, the archive, the two consoles."""

import functools
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TextIO, TypeVar

import click
from rich.console import Console

from crawler.config import Config, Setting, load, settings, terminal_variables
from warraq.cli.shared.options import kept
from warraq.cli.terminal import log
from warraq.cli.terminal.console import console
from warraq.cli.terminal.emulators import needs_help
from warraq.locale import Language
from warraq.locale.speech import spoken

if TYPE_CHECKING:
    from storage.archive import Archive

P = ParamSpec("P")
R = TypeVar("R")

_LEVELS = {0: None, 1: "INFO", 2: "DEBUG"}


@dataclass(frozen=True, kw_only=True)
class CliContext:
    """Context of a command. Results go to `out`, messages to `err`."""

    config: Config
    quiet: bool

    def archive(self, *, create: bool = False, rebuild: bool = False) -> "AbstractContextManager[Archive]":
        """Open the archive; see `Archive.open`. Raises StorageError if there is none and `create` is False."""
        from storage.archive import Archive

        return Archive.open(
            self.config.archive, warc=self.config.warc, gather=self.config.gather, create=create, rebuild=rebuild
        )

    @cached_property
    def out(self) -> Console:
        """The console of results: stdout."""
        return console(sys.stdout)

    @cached_property
    def err(self) -> Console:
        """The console of progress and logs: stderr."""
        return console(sys.stderr, quiet=self.quiet)

    @cached_property
    def shapes(self) -> bool:
        """Whether Arabic is joined and reordered for the terminal on stdout; never for a file or a pipe."""
        return self._shapes_on(sys.stdout)

    @cached_property
    def shapes_messages(self) -> bool:
        """The same for messages on stderr."""
        return self._shapes_on(sys.stderr)

    @property
    def language(self) -> Language:
        """The language of everything that a person reads."""
        return spoken()

    def _shapes_on(self, stream: TextIO) -> bool:
        if self.config.bidi == "auto":
            return stream.isatty() and needs_help(terminal_variables())
        return self.config.bidi == "on"


def pass_context(command: Callable[Concatenate[CliContext, P], R]) -> Callable[P, R]:
    """Pass a command its context, made of the global options, the environment and the defaults."""

    @functools.wraps(command)
    def with_desk(*args: P.args, **kwargs: P.kwargs) -> R:
        return command(context_of(click.get_current_context()), *args, **kwargs)

    return with_desk


def context_of(ctx: click.Context, **more: object) -> CliContext:
    """Make the context of a command line; `more` are further fields of Config that the command was given."""
    config = load(environ=None, file=kept(ctx, "config", str), **_config_fields(ctx, more))
    log.set_up(config.log_level)
    return CliContext(config=config, quiet=bool(kept(ctx, "quiet", bool)))


def settings_of(ctx: click.Context) -> tuple[Setting, ...]:
    """Every setting of a command line, with its origin."""
    return settings(environ=None, file=kept(ctx, "config", str), **_config_fields(ctx, {}))


def _config_fields(ctx: click.Context, more: dict[str, object]) -> dict[str, object]:
    """Fields of Config that the command line names."""
    level = "ERROR" if kept(ctx, "quiet", bool) else _LEVELS[min(kept(ctx, "verbose", int) or 0, 2)]
    told: dict[str, object] = {name: kept(ctx, name, str) for name in ("archive", "warc", "bidi", "lang")}
    told["sources"] = os.pathsep.join(map(str, kept(ctx, "sources", tuple) or ())) or None
    return told | {"log_level": level} | {name: value for name, value in more.items() if value is not None}
