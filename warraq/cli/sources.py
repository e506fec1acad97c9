"""warraq sources: the newspapers that are known, and new ones."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from storage.export.columns import to_json
from warraq.cli.console import Arabic, print_table, table
from warraq.cli.desk import Desk, pass_desk
from warraq.cli.fetching import fetching
from warraq.cli.options import Group
from warraq.cli.progress import counted
from warraq.cli.terminal import visible

if TYPE_CHECKING:
    from crawler.prober import Probe
    from crawler.source import Source


@click.group(cls=Group)
def command() -> None:
    """List, show, add and check newspapers.

    \b
    warraq sources list
    warraq sources show hespress
    warraq sources add https://www.example.ma/
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@pass_desk
def list_(desk: Desk, as_json: bool) -> None:
    """List every newspaper that is known.

    The built-in ones, and yours from --sources.

    \b
    warraq sources list
    warraq sources list --json | jq -r .home
    """
    from crawler.source import load_all

    sources = load_all(desk.config.sources)
    if as_json:
        for source in sources.values():
            click.echo(to_json(_plain(source)))
        return
    rows = table("country", "endpoints", "home", "source", "name", right=("endpoints",))
    for source in sorted(sources.values(), key=lambda source: (source.country, source.key)):
        name = Arabic(text=source.name_ar, shapes=desk.shapes)
        rows.add_row(source.country, str(len(source.endpoint)), source.home, source.key, name)
    print_table(desk, rows)


@command.command()
@click.argument("source")
@pass_desk
def show(desk: Desk, source: str) -> None:
    """Show the file of one newspaper.

    \b
    warraq sources show hespress > sources/hespress.toml
    """
    from crawler.source import to_toml

    click.echo(f"# {source}.toml\n{to_toml(named(desk, source))}", nl=False)


def named(desk: Desk, key: str) -> "Source":
    """The source of that key. An unknown one is a usage error that names the nearest keys."""
    return chosen(desk, (key,))[0]


def chosen(desk: Desk, keys: tuple[str, ...]) -> "list[Source]":
    """The sources of these keys, all of them where none is named. An unknown one is a usage error."""
    from difflib import get_close_matches

    from crawler.source import load_all

    sources = load_all(desk.config.sources)
    for key in keys:
        if key not in sources:
            near = get_close_matches(key, sources, n=3, cutoff=0.5)
            guess = f"did you mean {' or '.join(near)}?" if near else "see `warraq sources list`"
            raise click.UsageError(f"no source is called {key!r}; {guess}", click.get_current_context())
    return [sources[key] for key in dict.fromkeys(keys)] or list(sources.values())


def _plain(source: "Source") -> dict[str, object]:
    from dataclasses import asdict

    plain = asdict(source)
    for layout in plain["layout"]:
        layout["until"] = layout["until"] and layout["until"].isoformat()
    return plain


@command.command()
@click.argument("url")
@click.option("--key", metavar="KEY", help="Name of the file and of the newspaper here.  [from the address]")
@click.option("--country", metavar="CC", help="Two letters, as MA.  [from the address]")
@click.option("--timezone", metavar="ZONE", help="Zone of its dates, as Africa/Casablanca.  [the country's]")
@click.option("--name-ar", metavar="NAME", help="Name in Arabic.  [from the home page]")
@click.option("--name-en", metavar="NAME", help="Name in Latin letters.  [from the address]")
@click.option("--dry-run", is_flag=True, help="Only print the file.")
@fetching
def add(desk: Desk, url: str, key: str | None, dry_run: bool, **said: str | None) -> None:
    """Find the feeds of a newspaper and write its file.

    URL is its home page. The links of the page, the Sitemap lines of its robots.txt and the usual places are looked at,
    one request a second. The file goes into the last folder of --sources, or ./sources.

    \b
    warraq sources add https://www.example.ma/
    warraq sources add https://www.example.com/ --country LB --timezone Asia/Beirut --key example_beirut
    """
    from crawler.finder import find
    from crawler.source import parse, to_toml

    if key:
        _refuse_to_overwrite(_path(desk, key), dry_run=dry_run)
    with counted(desk, "looking"):
        found = find(desk.config, url if "://" in url else f"https://{url}/", key=key)
    path = _path(desk, found.key)
    _refuse_to_overwrite(path, dry_run=dry_run)
    text = to_toml(replace(found, **_given(said)))
    parse(text, path=path)  # what was said on the command line may be wrong
    click.echo(text, nl=False)
    if not dry_run:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        desk.err.print(f"written to {path}; now: warraq crawl {found.key} --sources {path.parent}", soft_wrap=True)
    if found.country == _NOWHERE and not said["country"]:
        desk.err.print("the address does not tell the country: put country and timezone right", style="yellow")


#: ISO 3166: not known.
_NOWHERE = "XX"


def _given(said: dict[str, str | None]) -> dict[str, Any]:
    """Fields of the source that the command line names; a country brings its zone along."""
    from crawler.finder import ZONES

    given = {name: value for name, value in said.items() if value}
    if "country" in given:
        given["country"] = given["country"].upper()
        given.setdefault("timezone", ZONES.get(given["country"], "UTC"))
    return given


def _path(desk: Desk, key: str) -> Path:
    """Where the file of a new source is written."""
    return (desk.config.sources[-1] if desk.config.sources else Path("sources")) / f"{key}.toml"


def _refuse_to_overwrite(path: Path, *, dry_run: bool) -> None:
    if path.exists() and not dry_run:
        raise click.UsageError(
            f"{path} is there already; name another --key, or remove it", click.get_current_context()
        )


@command.command()
@click.argument("keys", nargs=-1, metavar="[SOURCE]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@fetching
def check(desk: Desk, keys: tuple[str, ...], as_json: bool) -> int | None:
    """Ask whether feeds and sitemaps still answer.

    Every endpoint is fetched once and read: what it is, how many addresses it names, and what is wrong. Nothing is
    stored. Exit code 1 if something is wrong, 6 if nothing answers.

    \b
    warraq sources check hespress
    warraq sources check --json > checked.jsonl
    """
    from crawler.finder import check as ask

    checked: list[dict[str, Any]] = []
    sources = chosen(desk, keys)
    with counted(desk, "checked", total=len(sources)) as count:
        for source in sources:
            checked += [_told(source.key, probe) for probe in ask(desk.config, source)]
            count()
    if as_json:
        for told in checked:
            click.echo(to_json(told))
    else:
        rows = table("source", "status", "kind", "links", "endpoint", "why", right=("status", "links"))
        for told in checked:
            rows.add_row(*(visible(str("" if value is None else value)) for value in told.values()))
        print_table(desk, rows)
    if not any(told["links"] for told in checked):
        return 6
    return 1 if any(told["problem"] for told in checked) else None


def _told(key: str, probe: "Probe") -> dict[str, Any]:
    """What an endpoint answered, in the order of the table."""
    found = probe.found
    links = len(found.links) + len(found.children) if found else 0
    kind = found.kind if found else None
    return {
        "source": key,
        "status": probe.status,
        "kind": kind,
        "links": links,
        "url": probe.url,
        "problem": probe.problem,
    }
