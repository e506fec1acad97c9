"""warraq watch: crawl for ever, each newspaper on its own rhythm."""

import re
from typing import Any

import click

from warraq.cli.desk import Desk
from warraq.cli.fetching import fetching
from warraq.cli.options import Command

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class Duration(click.ParamType[float]):
    """Seconds, written as "90s", "15m", "6h" or "2d"."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", str(value).strip().lower())
        if not found or float(found[1]) <= 0:
            self.fail(f"{value!r}: write a number and a unit, as 90s, 15m, 6h or 2d", param, ctx)
        return float(found[1]) * _UNITS[found[2]]


@click.command(cls=Command)
@click.argument("keys", nargs=-1, metavar="[SOURCE]...")
@click.option("--for", "for_s", type=Duration(), metavar="DURATION", help="End by itself after 90s, 15m, 6h or 2d.")
@click.option("--json", "as_json", is_flag=True, help="Each turn as a JSON object on stdout, one a line.")
@click.option("--install-help", is_flag=True, help="Print a systemd unit and a cron line for this archive, and leave.")
@fetching
def command(desk: Desk, keys: tuple[str, ...], for_s: float | None, as_json: bool, install_help: bool) -> int | None:
    """Crawl newspapers for ever, each feed, sitemap and section on its own rhythm.

    SOURCE: keys of `warraq sources list`; without any, every newspaper that is known, and those whose files are added
    meanwhile. How often something new comes is learned: between 2 minutes and 6 hours, by the hours of the newspaper's
    own day. Ctrl-C or SIGTERM once finishes the pages in hand, twice stops now; SIGHUP reads the source files again.
    Nothing is lost by a kill: the next watch goes on.

    \b
    warraq watch --contact press-archive@example.org
    warraq watch hespress aljazeera --for 6h
    warraq watch --install-help
    """
    from crawler.watch import watch
    from warraq.cli.known import chosen
    from warraq.cli.turns import watched

    if install_help:
        from warraq.cli.install_help import install_help as told

        click.echo(told(desk, keys))
        return None
    chosen(desk, keys)  # an unknown key is told before anything begins
    with watched(desk, as_json=as_json) as show:
        watch(desk.config, keys, for_s=for_s, on_turn=[show])
    return None
