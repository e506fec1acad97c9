"""warraq worker: one of several programs that crawl into one archive, on one machine or many."""

from dataclasses import replace

import click

from crawler.config import load
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.fetch_options import fetching
from warraq.cli.shared.options import Command
from warraq.cli.shared.workers_extra import machinery

#: Exit code of a worker that left crawls unfinished.
INTERRUPTED = 130


@click.command(cls=Command)
@click.option("--name", metavar="NAME", help="What `warraq workers` calls it.  [machine and process]")
@click.option("--gather", metavar="ADDRESS", help="Where closed WARC files are copied to.  [WARRAQ_GATHER]")
@fetching
def command(context: CliContext, name: str | None, gather: str | None) -> int | None:
    """Crawl for an archive that several workers share.

    Any number of workers, on any number of machines, take crawls from a queue in the archive's PostgreSQL: one source
    at a time is in one worker's hands, and one host. Every worker also queues what has fallen due, so that nothing
    else need run. A worker that is killed loses nothing: within a minute another one goes on with what it had.
    With --gather, WARC files that are closed are copied to one place for all. Ctrl-C or SIGTERM finishes the pages in hand and gives the rest back, twice stops now.

    \b
    warraq worker --archive postgresql+psycopg://warraq@db.example.org/press --warc /var/lib/warraq/warc
    warraq worker --concurrency 8 --name beirut-2
    """
    config = replace(context.config, gather=load(gather=gather).gather)
    scale = machinery(config)
    from warraq.cli.shared.source_options import chosen

    sources = {source.key: source for source in chosen(context, ())}
    context.err.print(f"{len(sources)} sources are known; Ctrl-C ends")
    return None if scale.work(config, sources, name=name) else INTERRUPTED
