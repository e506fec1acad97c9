"""warraq sources add: a newspaper's file, written from its home page."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.fetch_options import fetching
from warraq.cli.shared.options import Command
from warraq.cli.views.progress import counted

#: ISO 3166: not known.
_NOWHERE = "XX"


@click.command(cls=Command)
@click.argument("url")
@click.option("--key", metavar="KEY", help="Name of the file and of the newspaper here.  [from the address]")
@click.option("--country", metavar="CC", help="Two letters, as MA.  [from the address]")
@click.option("--timezone", metavar="ZONE", help="Zone of its dates, as Africa/Casablanca.  [the country's]")
@click.option("--name-ar", metavar="NAME", help="Name in Arabic.  [from the home page]")
@click.option("--name-en", metavar="NAME", help="Name in Latin letters.  [from the address]")
@click.option("--dry-run", is_flag=True, help="Only print the file.")
@fetching
def command(context: CliContext, url: str, key: str | None, dry_run: bool, **said: str | None) -> None:
    """Find the feeds of a newspaper and write its file.

    URL is its home page. The links of the page, the Sitemap lines of its robots.txt and the usual places are looked at,
    one request a second. The file goes into the last folder of --sources, or ./sources.

    \b
    warraq sources add https://www.example.ma/
    warraq sources add https://www.example.com/ --country LB --timezone Asia/Beirut --key example_beirut
    """
    from crawler.checking.find_endpoints import find
    from crawler.sources.source import parse, to_toml

    if key:
        _refuse_to_overwrite(_path(context, key), dry_run=dry_run)
    with counted(context, "looking"):
        found = find(context.config, url if "://" in url else f"https://{url}/", key=key)
    path = _path(context, found.key)
    _refuse_to_overwrite(path, dry_run=dry_run)
    text = to_toml(replace(found, **_given(said)))
    parse(text, path=path)  # what was said on the command line may be wrong
    click.echo(text, nl=False)
    if not dry_run:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        context.err.print(f"written to {path}; now: warraq crawl {found.key} --sources {path.parent}", soft_wrap=True)
    if found.country == _NOWHERE and not said["country"]:
        context.err.print("the address does not tell the country: put country and timezone right", style="yellow")


def _given(said: dict[str, str | None]) -> dict[str, Any]:
    """Fields of the source that the command line names; a country brings its zone along."""
    from crawler.sources.countries import ZONES

    given = {name: value for name, value in said.items() if value}
    if "country" in given:
        given["country"] = given["country"].upper()
        given.setdefault("timezone", ZONES.get(given["country"], "UTC"))
    return given


def _path(context: CliContext, key: str) -> Path:
    """Where the file of a new source is written."""
    return (context.config.sources[-1] if context.config.sources else Path("sources")) / f"{key}.toml"


def _refuse_to_overwrite(path: Path, *, dry_run: bool) -> None:
    if path.exists() and not dry_run:
        raise click.UsageError(
            f"{path} is there already; name another --key, or remove it", click.get_current_context()
        )
