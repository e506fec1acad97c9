"""warraq worker: one of several processes that crawl into one archive, on one machine or many."""

from dataclasses import replace

import click

from crawler.config import load
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.fetch_options import fetching
from warraq.cli.shared.options import Command
from warraq.cli.shared.source_options import chosen
from warraq.cli.shared.workers_extra import machinery
from warraq.cli.views.output import tell
from warraq.locale.speech import numbered, say

#: Exit code of a worker that left crawls unfinished.
INTERRUPTED = 130


@click.command(cls=Command)
@click.option("--name", metavar="NAME", help="Name in `warraq workers`.  [machine and process]")
@click.option("--gather", metavar="ADDRESS", help="Destination of closed WARC files.  [WARRAQ_GATHER]")
@fetching
def command(context: CliContext, name: str | None, gather: str | None) -> int | None:
    """Crawl for an archive that several workers share.

        Any number of workers, on any number of machines, take crawls from a queue in the archive's PostgreSQL: each
        source and each host belongs to one worker at a time. Every worker also queues due sources, so nothing else
        needs to run. A killed worker loses nothing: within a minute another one takes over. With --gather, closed WARC
        files are copied to one place for all. Ctrl-C or SIGTERM finishes pages in progress and releases the rest, twice
        stops at once.

    \b
        warraq worker --archive postgresql+psycopg://warraq@db.example.org/press --warc /var/lib/warraq/warc
        warraq worker --concurrency 8 --name beirut-2
    """
    config = replace(context.config, gather=load(gather=gather).gather)
    scale = machinery(config)
    sources = {source.key: source for source in chosen(context, ())}
    tell(context, say("%(sources)s known; Ctrl-C ends", sources=numbered(len(sources), "source")))
    return None if scale.work(config, sources, name=name) else INTERRUPTED
