"""warraq sources import: newspapers from a list of feeds."""

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from warraq.cli.desk import Desk, pass_desk
from warraq.cli.options import Command

if TYPE_CHECKING:
    from crawler.source import Source


@click.command(cls=Command)
@click.argument("file", type=click.File("rb"))
@click.option("--country", metavar="CC", help="Two letters, as MA, of the newspapers of which the list tells none.")
@click.option("--timezone", metavar="ZONE", help="Zone of their dates, as Africa/Casablanca.  [the country's]")
@click.option("--replace", "replacing", is_flag=True, help="Write over files that are there.")
@click.option("--dry-run", is_flag=True, help="Only say what would be written.")
@pass_desk
def command(
    desk: Desk, file: BinaryIO, country: str | None, timezone: str | None, replacing: bool, dry_run: bool
) -> int | None:
    """Make newspapers of an OPML list of feeds.

    The feeds of one site become one newspaper, named as its outline is. The files go into the last folder of
    --sources, or ./sources. A newspaper that is known with just these fields is left out; a file that is there and
    says otherwise stays, unless --replace is given: exit code 1.

    \b
    warraq sources import feeds.opml --country MA
    warraq sources import press.opml --sources mine --dry-run
    """
    from crawler.opml import sources_from_opml
    from crawler.source import load, paths, to_toml

    folder = desk.config.sources[-1] if desk.config.sources else Path("sources")
    known = paths(desk.config.sources)
    made = sources_from_opml(file.read(), country=country, timezone=timezone)
    new = [source for source in made if source.key not in known or load(known[source.key]) != source]
    kept = [source for source in new if (folder / f"{source.key}.toml").exists() and not replacing]
    written = [source for source in new if source not in kept]
    for source in written:
        if not dry_run:
            _write(folder / f"{source.key}.toml", to_toml(source))
        click.echo(str(folder / f"{source.key}.toml"))
    for source in kept:
        desk.err.print(f"{folder / source.key}.toml is there already and differs; see --replace", soft_wrap=True)
    _tell(desk, made, written, kept, dry_run=dry_run)
    return 1 if kept else None


def _write(path: Path, text: str) -> None:
    from storage.export.file import whole_file

    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as out:
        out.write(text.encode())


def _tell(desk: Desk, made: "list[Source]", written: "list[Source]", kept: "list[Source]", *, dry_run: bool) -> None:
    known = len(made) - len(written) - len(kept)
    words = (
        f"{len(written)} {'would be written' if dry_run else 'written'}, {known} known, {len(kept)} left as they are"
    )
    desk.err.print(words, soft_wrap=True, markup=False)
