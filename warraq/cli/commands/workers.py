"""warraq workers: who crawls what, on which machine, and what is queued."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.shared.workers_extra import machinery
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import table
from warraq.cli.views.output import page, print_table
from warraq.locale.speech import count, say

if TYPE_CHECKING:
    from warraq.workers.registry import WorkerSeen


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line for each worker, then the queue.")
@pass_context
def command(context: CliContext, as_json: bool) -> None:
    """Show who crawls what.

        Every worker of the archive with its machine, process, last heartbeat and current sources; then the number of
        queued crawls. A worker without a heartbeat for half a minute is silent: other workers take over its sources.

    \b
        warraq workers
        warraq workers --json | jq -r 'select(.silent) | .name'
    """
    scale = machinery(context.config)
    registry = scale.registry_of(context.config)
    workers, jobs, failed = registry.workers(), registry.jobs(), registry.failed()
    silent_s = scale.WorkerTimings().stalled_s
    waiting = sum(status == "todo" for status in jobs.values())
    if as_json:
        from storage.export.columns import to_json

        for worker in workers:
            fields = asdict(worker) | {"silent": worker.silent_s > silent_s}
            click.echo(
                to_json(
                    {
                        name: value.isoformat() if isinstance(value, datetime) else value
                        for name, value in fields.items()
                    }
                )
            )
        click.echo(to_json({"queue": {"waiting": waiting, "in_hand": len(jobs) - waiting, "failed": failed}}))
        return
    _print_workers(context, workers, silent_s)
    parts = [
        count(waiting, "%(num)d crawl queued", "%(num)d crawls queued"),
        say("%(number)d running", number=len(jobs) - waiting),
    ]
    if failed:
        parts.append(say("%(number)d failed", number=failed))
    page(context, say(", ").join(parts))


def _print_workers(context: CliContext, workers: "list[WorkerSeen]", silent_s: float) -> None:
    rows = table("worker", "machine", "pid", "since", "heard", "state", "pages", "crawls", right=("pid", "pages"))
    for worker in workers:
        state = "silent" if worker.silent_s > silent_s else "works" if worker.sources else "waits"
        since = _minute(worker.since) if worker.since else "?"
        machine = worker.machine.partition("/")[0]
        heard, crawls = say("%(seconds)s s ago", seconds=f"{worker.silent_s:.0f}"), ", ".join(worker.sources)
        told = (worker.name, machine, str(worker.pid), since, heard, state, str(worker.pages), crawls)
        rows.add_row(*(visible(cell, lines=True) for cell in told))
    print_table(context, rows)


def _minute(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M}"
