"""warraq sources import: newspapers from a list of feeds."""

from pathlib import Path
from typing import BinaryIO

import click

from crawler.sources.source import Source, load_all, source_of, to_toml
from storage.export.file import whole_file
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.views.output import tell
from warraq.locale.speech import say


@click.command(cls=Command)
@click.argument("file", type=click.File("rb"))
@click.option("--country", metavar="CC", help="Two letters, such as MA, for newspapers without one in the list.")
@click.option(
    "--timezone", metavar="ZONE", help="Time zone of their dates, such as Africa/Casablanca.  [the country's]"
)
@click.option("--replace", "replacing", is_flag=True, help="Replace known newspapers that differ from the list.")
@click.option("--dry-run", is_flag=True, help="Only show what would be written.")
@pass_context
def command(
    context: CliContext, file: BinaryIO, country: str | None, timezone: str | None, replacing: bool, dry_run: bool
) -> int | None:
    """Create newspapers from an OPML list of feeds.

        The feeds of one site become one newspaper, named after its outline. The files go into the last folder of
        --sources, or ./sources. A known newspaper that agrees with the list is skipped; if it differs, its file stays
        unless --replace is given: exit code 1.

    \b
        warraq sources import feeds.opml --country MA
        warraq sources import press.opml --sources mine --dry-run
    """
    from crawler.checking.opml import sources_from_opml

    folder = context.config.sources[-1] if context.config.sources else Path("sources")
    known = load_all(context.config.sources)
    made = sources_from_opml(file.read(), country=country, timezone=timezone)
    pairs = [(source, _twin(source, known)) for source in made]
    new = [(source, twin) for source, twin in pairs if twin is None or not _says_the_same(source, twin)]
    for source, twin in new:
        key = twin.key if twin else source.key
        if twin is not None and not replacing:
            words = say(
                "%(source)s: known as %(key)s, with other fields; see %(command)s and --replace",
                source=source.key,
                key=key,
                command=f"`warraq sources show {key}`",
            )
            tell(context, words)
            continue
        if not dry_run:
            _write(folder / f"{key}.toml", to_toml(source))
        click.echo(str(folder / f"{key}.toml"))
    kept = 0 if replacing else sum(twin is not None for _, twin in new)
    numbers = {"new": len(new) - kept, "known": len(made) - len(new), "kept": kept}
    if dry_run:
        tell(context, say("%(new)d would be written, %(known)d known, %(kept)d left unchanged", **numbers))
    else:
        tell(context, say("%(new)d written, %(known)d known, %(kept)d left unchanged", **numbers))
    return 1 if kept else None


def _twin(source: Source, known: dict[str, Source]) -> Source | None:
    """Return the known newspaper with this key, or with another key at this URL."""
    found = known.get(source.key) or source_of(source.home, known)
    return found if found and (found.key == source.key or found.host == source.host) else None


def _says_the_same(source: Source, twin: Source) -> bool:
    """Whether the list adds nothing to the file: the same fields, or only known feeds."""
    feeds = {one.url for one in source.endpoint}
    return source == twin or (source.kind is None and feeds <= {one.url for one in twin.endpoint})


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as out:
        out.write(text.encode())
