"""Options of the commands that fetch: how, how fast, and as whom. Each is a field of `crawler.config.Config`."""

import functools
from collections.abc import Callable
from typing import TypeVar

import click

from warraq.cli.shared.cli_context import context_of

R = TypeVar("R")

_OPTIONS = (
    click.option("--contact", metavar="WHO", help="URL or e-mail address in the user agent.  [WARRAQ_CONTACT]"),
    click.option(
        "--delay", "delay_s", metavar="SECONDS", help="Between two requests to one host, overriding the sources."
    ),
    click.option("--timeout", "timeout_s", metavar="SECONDS", help="Time limit per fetch.  [30]"),
    click.option("--concurrency", metavar="N", help="Requests in flight, over all hosts.  [16]"),
    click.option("--workers", metavar="N", help="Extraction processes.  [one per core]"),
    click.option(
        "--allow-private", is_flag=True, default=None, help="Allow connections to private and loopback addresses."
    ),
)


_FIELDS = ("contact", "delay_s", "timeout_s", "concurrency", "workers", "allow_private")


def fetching(command: Callable[..., R]) -> Callable[..., R]:
    """Add these options to a command, and pass it the resulting context."""

    @functools.wraps(command)
    def with_desk(*args: object, **kwargs: object) -> R:
        how = {name: kwargs.pop(name) for name in _FIELDS}
        return command(context_of(click.get_current_context(), **how), *args, **kwargs)

    for option in reversed(_OPTIONS):
        with_desk = option(with_desk)
    return with_desk
