"""warraq gather: copy closed WARC files to one place, and verify the copies."""

from dataclasses import asdict
from pathlib import Path

import click

from crawler.config import load
from storage.errors import ConfigError
from storage.warc.gather import Gathering, gather
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.terminal.arabic import visible
from warraq.cli.views.output import page
from warraq.locale.speech import numbered, say


@click.command(cls=Command)
@click.option("--to", metavar="ADDRESS", help="file:///folder or s3://bucket/prefix.  [WARRAQ_GATHER]")
@click.option("--move", is_flag=True, help="Delete each file here once its copy is verified.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per file.")
@pass_context
def command(context: CliContext, to: str | None, move: bool, as_json: bool) -> None:
    """Copy closed WARC files to a shared folder or a bucket.

        Each copy is read back, and its SHA-256 stored next to it as NAME.sha256. Existing copies are skipped, so it can
        run every hour, and resumes after an interruption. If WARRAQ_GATHER is set, every command reads missing WARC
        files from there.

    \b
        warraq gather --to file:///mnt/press/warc
        warraq gather --to s3://press-archive/warc --move
    """
    address = load(gather=to).gather
    if address is None:
        raise ConfigError("nowhere to gather; add --to s3://bucket/prefix or set WARRAQ_GATHER")
    folder = context.config.warc or Path(context.config.archive) / "warc"
    new = there = 0
    for taken in gather(folder, Gathering(address), move=move):
        new, there = new + (taken.result == "new"), there + (taken.result == "there")
        if as_json:
            from storage.export.columns import to_json

            click.echo(to_json(asdict(taken)))
        elif taken.result == "new" or taken.moved:
            what = "moved" if taken.moved else "copied"
            context.out.print(visible(f"{what}  {taken.bytes:>13,}  {taken.sha256[:16]}  {taken.name}"))
    if not as_json:
        page(
            context,
            say(
                "%(files)s copied to %(address)s, %(number)d already there",
                files=numbered(new, "file"),
                address=visible(address),
                number=there,
            ),
        )
