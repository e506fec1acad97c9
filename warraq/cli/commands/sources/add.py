"""warraq sources add: create a newspaper's source file from its home page."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from crawler.sources.countries import ZONES
from crawler.sources.source import parse, to_toml
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.fetch_options import fetching
from warraq.cli.shared.options import Command
from warraq.cli.views.output import tell
from warraq.cli.views.progress import counted
from warraq.locale.speech import say

#: ISO 3166: not known.
_NOWHERE = "XX"


@click.command(cls=Command)
@click.argument("url")
@click.option("--key", metavar="KEY", help="Key of the newspaper, and name of its file.  [from the URL]")
@click.option("--country", metavar="CC", help="Two letters, such as MA.  [from the URL]")
@click.option("--timezone", metavar="ZONE", help="Time zone of its dates, such as Africa/Casablanca.  [the country's]")
@click.option("--name-ar", metavar="NAME", help="Name in Arabic.  [from the home page]")
@click.option("--name-en", metavar="NAME", help="Name in Latin letters.  [from the URL]")
@click.option("--dry-run", is_flag=True, help="Only print the file.")
@fetching
def command(context: CliContext, url: str, key: str | None, dry_run: bool, **said: str | None) -> None:
    """Find the feeds of a newspaper and write its file.

        URL is its home page. The links of the page, the Sitemap lines of its robots.txt and the usual paths are probed,
        one request per second. The file goes into the last folder of --sources, or ./sources.

    \b
        warraq sources add https://www.example.ma/
        warraq sources add https://www.example.com/ --country LB --timezone Asia/Beirut --key example_beirut
    """
    from crawler.checking.find_endpoints import find

    home = _home(url)
    if key:
        _refuse_to_overwrite(_path(context, key), dry_run=dry_run)
    with counted(context, say("looking")):
        found = find(context.config, home, key=key)
    path = _path(context, found.key)
    _refuse_to_overwrite(path, dry_run=dry_run)
    given = _given_fields(said)
    found = replace(
        found,
        name_ar=given.get("name_ar", found.name_ar),
        name_en=given.get("name_en", found.name_en),
        country=given.get("country", found.country),
        timezone=given.get("timezone", found.timezone),
    )
    text = to_toml(found)
    parse(text, path=path)  # an option on the command line may be wrong
    click.echo(text, nl=False)
    if not dry_run:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        command_line = f"warraq crawl {found.key} --sources {path.parent}"
        tell(context, say("written to %(path)s; now: %(command)s", path=path, command=command_line))
    if found.country == _NOWHERE and not said["country"]:
        words = say("the URL does not show the country: correct country and timezone in the file")
        tell(context, words, style="yellow")


def _home(url: str) -> str:
    """The address of a home page as typed, "https://" put before a bare host. Raises UsageError."""
    home = url if "://" in url else f"https://{url}/"
    host = urlsplit(home).hostname or ""
    if "." not in host and ":" not in host and host != "localhost":
        raise click.UsageError(f"{url!r} is not the address of a home page, such as https://www.example.ma/")
    return home


def _given_fields(said: dict[str, str | None]) -> dict[str, str]:
    """Fields of the source given on the command line; a country implies its time zone."""
    given = {name: value for name, value in said.items() if value}
    if "country" in given:
        given["country"] = given["country"].upper()
        given.setdefault("timezone", ZONES.get(given["country"], "UTC"))
    return given


def _path(context: CliContext, key: str) -> Path:
    """Return the path of a new source's file."""
    return (context.config.sources[-1] if context.config.sources else Path("sources")) / f"{key}.toml"


def _refuse_to_overwrite(path: Path, *, dry_run: bool) -> None:
    if path.exists() and not dry_run:
        raise click.UsageError(
            f"{path} exists already; choose another --key, or remove it", click.get_current_context()
        )
