"""warraq read: the archive in a browser."""

import asyncio
import secrets
import signal
import webbrowser
from collections.abc import Sequence
from contextlib import ExitStack
from ipaddress import ip_address
from typing import TYPE_CHECKING

import click

from storage.errors import ConfigError
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.shared.read_only import read_only
from warraq.cli.views.output import tell
from warraq.locale.speech import say

if TYPE_CHECKING:
    from warraq.web.capturing import CaptureJobs
    from warraq.web.server import Served

#: Maximum seconds of a read transaction.
_DEADLINE_S = 5.0


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--port", default=8470, show_default=True, type=click.IntRange(0, 65535), metavar="N", help="0 takes any."
)
@click.option(
    "--allow-host", multiple=True, metavar="NAME", help="A host name that browsers use for it; may be repeated."
)
@click.option("--token", metavar="TOKEN", help="Token for readers on other machines.  [a new one each time]")
@click.option("--no-capture", is_flag=True, help="Read only: no captures from the browser.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser too.")
@pass_context
def command(
    context: CliContext,
    host: str,
    port: int,
    allow_host: tuple[str, ...],
    token: str | None,
    no_capture: bool,
    open_browser: bool,
) -> None:
    """Read the archive in a browser.

        The web interface listens on this machine only. With another --host, readers need the printed token; put an
        HTTPS proxy in front of it. Reading takes no lock: a crawl can run meanwhile.

    \b
        warraq read
        warraq --archive demo-archive read --open
        warraq read --host 0.0.0.0 --allow-host archive.example.org
    """
    from warraq.web.app import create_app
    from warraq.web.replay import create_replay_app
    from warraq.web.room import Room
    from warraq.web.security.hosts import AllowedHosts
    from warraq.web.server import bind, give_way

    beyond = not _is_loopback(host)
    token = token or (secrets.token_urlsafe(18) if beyond else None)
    give_way()
    allowed = AllowedHosts(names=frozenset(name.lower() for name in allow_host), beyond_loopback=beyond)
    with ExitStack() as stack:
        archive = stack.enter_context(read_only(context, deadline_s=_DEADLINE_S))
        exports = stack.enter_context(read_only(context, deadline_s=None))
        pages = bind(host, port)
        replay = bind(host, 0)
        stack.callback(pages.socket.close)
        stack.callback(replay.socket.close)
        room = Room(
            config=context.config,
            archive=archive,
            exports=exports,
            replay_port=replay.port,
            jobs=None if no_capture else _jobs(context),
        )
        apps = [
            (create_app(room, allowed=allowed, token=token), pages),
            (create_replay_app(room, pages_port=pages.port, allowed=allowed), replay),
        ]
        address = f"{pages.origin}/" + (f"?token={token}" if token else "")
        click.echo(address)
        tell(context, say("the reading room is open at this address until Ctrl-C"))
        if open_browser:
            webbrowser.open(address)
        asyncio.run(_serve(apps))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        raise ConfigError(f"--host {host}: write an IP address, such as 127.0.0.1, 0.0.0.0 or ::") from None


def _jobs(context: CliContext) -> "CaptureJobs":
    from warraq.web.capturing import CaptureJobs

    return CaptureJobs(context.config)


async def _serve(apps: "Sequence[Served]") -> None:
    from warraq.web.server import serve

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await serve(apps, stop)
