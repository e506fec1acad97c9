"""warraq demo: the whole program without internet."""

import contextlib
import shutil
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import click

from storage.errors import ConfigError
from storage.search.query import Query
from warraq.cli.commands.crawl.command import line_of, print_results
from warraq.cli.shared.cli_context import CliContext, context_of
from warraq.cli.shared.options import Command, kept
from warraq.cli.shared.source_options import chosen
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import Arabic, table
from warraq.cli.views.output import page, print_table, tell
from warraq.cli.views.progress import crawling
from warraq.locale.speech import count, numbered, say

if TYPE_CHECKING:
    from crawler.demo import DemoNewspaper
    from crawler.engine.run import RunResult
    from storage.archive import Archive

#: Archive folder of the demo, unless --archive is given.
FOLDER = "demo-archive"
#: The newspaper has pages that never end and never answer; a spectator need not wait half a minute for each.
_TIMEOUT_S = 3.0
_KEY = "demo"
#: Commands to try afterwards.
_NEXT = (
    "warraq --archive {folder} search الوزارة",
    "warraq --archive {folder} show 1 --removed",
    "warraq --archive {folder} export -o demo.jsonl",
    "sqlite3 {folder}/archive.db 'select count(*) from article'",
    "warraq --archive {folder} demo --keep --edition 2",
    "warraq --archive {folder} changes",
    "warraq --archive {folder} read",
)


@click.command(cls=Command)
@click.option("--keep", is_flag=True, help="Continue with the existing archive: nothing unchanged is fetched again.")
@click.option(
    "--edition",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="2: the newspaper some days later; with --keep, its edits and withdrawals are found.",
)
@click.option("--serve", is_flag=True, help="Keep the newspaper running afterwards, until Ctrl-C.")
@click.option(
    "--access-log",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Log the newspaper's requests to a file.",
)
@click.pass_context
def command(ctx: click.Context, /, keep: bool, edition: int, serve: bool, access_log: Path | None) -> int | None:
    """Crawl a small Arabic newspaper on this machine.

        It is served on loopback, with the difficulties of real newspapers: six page templates, undeclared windows-1256,
        endless pages, redirects, duplicates, widgets inside the text. It is crawled into ./demo-archive (or --archive);
        then the stored articles are shown, and why other pages were not stored.

    \b
        warraq demo
        warraq demo --keep --edition 2
    """
    from crawler.demo import DemoNewspaper
    from crawler.engine.run import crawl

    folder = Path(kept(ctx, "archive", str) or FOLDER)
    port = _prepare(folder, keep=keep)
    with _open(lambda free: DemoNewspaper(port=free, edition=edition, log=access_log), port) as newspaper:
        context = context_of(
            ctx,
            archive=str(folder),
            sources=_write_source(folder, newspaper.base_url),
            allow_private=True,
            timeout_s=_TIMEOUT_S,
            log_level=None if kept(ctx, "verbose", int) else "ERROR",  # its faults are part of the demonstration
        )
        tell(context, say("crawling %(url)s into %(folder)s", url=f"{newspaper.base_url}/", folder=folder))
        with crawling(context, keys=[_KEY]) as watch:
            # Some days later every revisit is due.
            (result,) = crawl(context.config, chosen(context, (_KEY,)), on_event=watch, revisit=keep and edition > 1)
        found = _show(context)
        print_results(context, [line_of(result, watch)], as_json=False)
        _next_steps(context, folder, newspaper, served=serve)
        if serve:
            _wait()
    return _exit_code(result, found=found, expected=newspaper.expected.articles)


def _prepare(folder: Path, *, keep: bool) -> int:
    """Prepare the archive folder; return the port that the newspaper had when this archive was begun, 0 for any.

    Raises:
        ConfigError: the folder contains something other than a demo archive.
    """
    marker = _source_file(folder)
    if keep and marker.exists():
        home = urlsplit(tomllib.loads(marker.read_text("utf-8"))["home"])
        return home.port or 0
    if folder.exists() and any(folder.iterdir()):
        if not marker.exists():
            raise ConfigError(f"{folder} contains files that are not the demo's; choose another folder with --archive")
        shutil.rmtree(folder)
    return 0


def _open(newspaper: "Callable[[int], DemoNewspaper]", port: int) -> "DemoNewspaper":
    """Bind the newspaper's port. Raises ConfigError if another program uses it."""
    try:
        return newspaper(port)
    except OSError as error:
        raise ConfigError(
            f"port {port} of the newspaper is in use ({error.strerror}); try later, or leave out --keep"
        ) from error


def _source_file(folder: Path) -> Path:
    return folder / "sources" / f"{_KEY}.toml"


def _write_source(folder: Path, base_url: str) -> str:
    """Write the newspaper's source file next to its archive, so that `warraq crawl` knows it too; return its folder."""
    from crawler.demo import source_toml

    path = _source_file(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_text(source_toml(base_url, _KEY), encoding="utf-8")
    return str(path.parent)


def _show(context: CliContext) -> int:
    """Print the tables of stored and unstored pages, with reasons; return the number of articles."""
    with context.archive() as archive:
        rows = table("number", "published", "lines", "kind", "title", right=("number", "lines"))
        for stored in archive.find(Query()):
            article = stored.article
            published = article.published.iso[:16].replace("T", " ") if article.published else say("no date")
            title = Arabic(text=article.title, shapes=context.shapes)
            lines = str(article.text.count("\n") + 1)
            rows.add_row(str(stored.id), published, lines, article.kind, title)
        rows.title = say("Stored: %(articles)s", articles=numbered(len(rows.rows), "article"))
        print_table(context, rows)
        _show_refused(context, archive)
        return len(rows.rows)


def _show_refused(context: CliContext, archive: "Archive") -> None:
    rows = table("addresses", "state", "why", "example", right=("addresses",))
    for line in archive.ledger(_KEY):
        if line.state != "done":
            path = unquote(line.example.split("/", 3)[-1])
            rows.add_row(
                str(line.number),
                line.state,
                visible(line.reason or say("waits for its time")),
                Arabic(text=f"/{path}", shapes=context.shapes),
            )
    rows.title = say("Not stored, and why")
    print_table(context, rows)


def _next_steps(context: CliContext, folder: Path, newspaper: "DemoNewspaper", *, served: bool) -> None:
    """Print the commands to try now."""
    asked = len(newspaper.access_log)
    articles = sum(1 for access in newspaper.access_log if newspaper.truth_of(access.path))
    words = count(
        asked,
        "The newspaper received %(num)d request, %(articles)d of them for an article.",
        "The newspaper received %(num)d requests, %(articles)d of them for an article.",
        articles=articles,
    )
    page(context, words)
    context.out.print()
    for line in _NEXT:
        context.out.print(f"  {line.format(folder=folder)}", soft_wrap=True)
    if served:
        tell(context, say("The newspaper is at %(url)s until Ctrl-C.", url=f"{newspaper.base_url}/"))


def _wait() -> None:
    """Wait for Ctrl-C or SIGTERM; here they are the normal end."""
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()


def _exit_code(result: "RunResult", *, found: int, expected: int) -> int | None:
    """The newspaper's own faults are expected; a missing article is not."""
    if result.outcome == "interrupted":
        return 130
    return None if found >= expected else 1
