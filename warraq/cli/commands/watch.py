"""warraq watch: crawl continuously, each newspaper at its own rate."""

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.fetch_options import fetching
from warraq.cli.shared.options import Command
from warraq.cli.shared.source_options import chosen
from warraq.cli.views.output import tell
from warraq.locale.speech import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warraq.metrics import Metrics

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class Duration(click.ParamType[float]):
    """Seconds, written as "90s", "15m", "6h" or "2d"."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", str(value).strip().lower())
        if not found or float(found[1]) <= 0:
            self.fail(f"{value!r}: write a number and a unit, such as 90s, 15m, 6h or 2d", param, ctx)
        return float(found[1]) * _UNITS[found[2]]


@click.command(cls=Command)
@click.argument("keys", nargs=-1, metavar="[SOURCE]...")
@click.option("--for", "for_s", type=Duration(), metavar="DURATION", help="Stop after 90s, 15m, 6h or 2d.")
@click.option("--json", "as_json", is_flag=True, help="Each turn as a JSON object on stdout, one per line.")
@click.option("--metrics", metavar="[HOST:]PORT", help="Serve Prometheus metrics on this port; locally, without HOST.")
@click.option("--enqueue", is_flag=True, help="Crawl nothing; queue due sources for `warraq worker`.")
@click.option("--install-help", is_flag=True, help="Print a systemd unit and a cron line for this archive, and exit.")
@fetching
def command(
    context: CliContext,
    keys: tuple[str, ...],
    for_s: float | None,
    as_json: bool,
    metrics: str | None,
    enqueue: bool,
    install_help: bool,
) -> int | None:
    """Crawl newspapers continuously, each at its own rate.

        SOURCE: keys of `warraq sources list`; all known newspapers by default, including files added meanwhile. The
        poll interval of each feed, sitemap and section is learned from its new items by hour of the day, between 2
        minutes and 6 hours. Ctrl-C or SIGTERM once finishes pages in progress, twice stops at once; SIGHUP reloads the
        source files. A kill loses nothing: the next watch resumes.

    \b
        warraq watch --contact press-archive@example.org
        warraq watch hespress aljazeera --for 6h
        warraq watch --metrics 9464
        warraq watch --install-help
    """
    from crawler.engine.watch import watch
    from warraq.cli.views.watch_board import watched

    if install_help:
        from warraq.cli.views.install_help import install_help as told

        click.echo(told(context, keys))
        return None
    sources = chosen(context, keys)  # report an unknown key before anything begins
    if enqueue:
        from warraq.cli.shared.workers_extra import machinery

        machinery(context.config).enqueue(context.config, {source.key: source for source in sources})
        return None
    with watched(context, as_json=as_json) as show, _measured(context, metrics) as measured:
        watch(
            context.config,
            keys,
            for_s=for_s,
            on_turn=[show, *(one.on_turn for one in measured)],
            on_event=[one.on_event for one in measured],
            on_open=[one.attach for one in measured],
        )
    return None


@contextmanager
def _measured(context: CliContext, address: str | None) -> "Iterator[list[Metrics]]":
    """Return the metrics for Prometheus, if requested: one or none."""
    if address is None:
        yield []
        return
    from warraq.metrics import Metrics, address_of, served

    try:
        host, port = address_of(address)
    except ValueError as error:
        raise click.UsageError(f"--metrics {address}: {error}", click.get_current_context()) from None
    metrics = Metrics()
    with served(metrics, (host, port)) as bound:
        tell(context, say("metrics: %(url)s", url=f"http://{host}:{bound}/metrics"))
        yield [metrics]
