"""warraq capture: fetch one page now: clean text, and evidence of the server's response."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.sources.source import load_all
from pipelines.html.file_kind import file_kind
from pipelines.urls.canonical import BadUrl, canonical_key
from storage.export.columns import Record, stored_record, to_json
from storage.export.file import whole_file
from storage.export.options import Options
from warraq.cli.commands.crawl.command import exit_code, line_of, print_results
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.fetch_options import fetching
from warraq.cli.shared.options import Command
from warraq.cli.terminal.arabic import visible
from warraq.cli.views.article import part_records, print_article
from warraq.cli.views.evidence import evidence_record, print_sheet
from warraq.cli.views.output import tell
from warraq.cli.views.progress import crawling
from warraq.locale.error_words import in_words
from warraq.locale.speech import numbered, say

if TYPE_CHECKING:
    from crawler.spiders.capture import CapturedPage
    from storage.archive import Archive
    from storage.database.rows import StoredArticle
    from storage.verify.evidence import Evidence

_KEPT = ("new", "changed", "same")
_INTERRUPTED = "interrupted before anything was stored"
#: Why a URL is refused; here for the catalogue.
WORDS = {"whole": "an address is needed, written whole, such as https://www.example.ma/news/1"}


@click.command(cls=Command)
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option(
    "--html", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="A saved page."
)
@click.option("--url", "address", metavar="URL", help="URL of the saved page.")
@click.option("--fetched-at", metavar="TIME", help="When it was saved, as 2024-01-05T09:07:00Z.  [the file's own time]")
@click.option("--json", "as_json", is_flag=True, help="All data, one JSON object per line.")
@click.option(
    "--wacz",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also pack the captured pages as WACZ, for replay.",
)
@click.option("--pending", is_flag=True, help="Fetch pending URLs of no known newspaper (imported lists).")
@click.option(
    "--ignore-robots", is_flag=True, help="Fetch even if robots.txt disallows it, as your own single request."
)
@fetching
def command(
    context: CliContext,
    urls: tuple[str, ...],
    html: Path | None,
    address: str | None,
    fetched_at: str | None,
    as_json: bool,
    wacz: Path | None,
    pending: bool,
    ignore_robots: bool,
) -> int | None:
    """Capture pages now, with evidence.

        Each page of any site is fetched once, recorded in the WARC as sent, cleaned and stored. URL may be -: URLs are
        read from stdin, one per line. With --html, a page saved by other means is stored under --url, as a WARC
        `resource` record, because no server response was observed.

    \b
        warraq capture https://www.example.ma/2024/01/05/khabar
        warraq capture - --json < urls.txt
        warraq capture --html saved.html --url https://www.example.ma/khabar
        warraq capture https://www.example.ma/khabar --wacz khabar.wacz
        warraq import urls.txt && warraq capture --pending
    """
    if pending:
        return _pending(context, urls, html, as_json=as_json)
    if (html is None) == (not urls) or (html is None) != (address is None):
        raise click.UsageError("give URLs, or one saved page as --html FILE --url URL", click.get_current_context())
    since = datetime.now(UTC)
    if html is not None and address is not None:
        since = _moment(fetched_at, html)
        captured = [_saved(context, html, address, since)]
    else:
        captured = _fetched(context, list(dict.fromkeys(_addresses(urls))), obey_robots=not ignore_robots)
    if all(one.result == "refused" for one in captured):  # nothing was fetched: there may be no archive yet
        for one in captured:
            _print(context, one, None, None, as_json=as_json)
        if wacz is not None:
            _say_not_written(context, wacz)
        return 1
    with context.archive() as archive:
        for one in captured:
            evidence = _evidence(archive, one, since=since)
            _print(context, one, _stored(archive, one), evidence, as_json=as_json)
        if wacz is not None:
            _pack(context, archive, captured, wacz, since=since)
    if any(one.reason == _INTERRUPTED for one in captured):
        return 130
    return 1 if any(one.result not in (*_KEPT, "not_article") for one in captured) else None


def _pending(context: CliContext, urls: tuple[str, ...], html: Path | None, *, as_json: bool) -> int | None:
    """Fetch pending URLs, and print the table of a crawl."""
    if urls or html:
        raise click.UsageError("--pending fetches pending URLs; do not give URLs as well", click.get_current_context())
    from crawler.engine.run import fetch_pending

    with crawling(context) as watch:
        result = fetch_pending(context.config, load_all(context.config.sources), on_event=watch)
    print_results(context, [line_of(result, watch)], as_json=as_json)
    return exit_code([result])


def _addresses(urls: Iterable[str]) -> Iterator[str]:
    """The given URLs, those on stdin in place of "-"."""
    for url in urls:
        if url != "-":
            yield url
            continue
        for line in sys.stdin:
            if line.strip() and not line.startswith("#"):
                yield line.strip()


def _moment(text: str | None, html: Path) -> datetime:
    """When a saved page was fetched: as stated, else the file's modification time."""
    if text is None:
        return datetime.fromtimestamp(html.stat().st_mtime, UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise click.UsageError(
            f"--fetched-at = {text!r}: write it as 2024-01-05T09:07:00Z", click.get_current_context()
        )
    return moment.astimezone(UTC)


def _saved(context: CliContext, html: Path, url: str, fetched_at: datetime) -> "CapturedPage":
    from crawler.engine.run import capture_html
    from crawler.spiders.capture import CapturedPage

    body = html.read_bytes()
    if kind := file_kind(body):
        raise click.UsageError(f"--html {html}: no saved page, but a file: {kind}", click.get_current_context())
    fetched, stored = capture_html(context.config, body, url, load_all(context.config.sources), fetched_at=fetched_at)
    outcome = fetched.extraction.outcome if fetched.extraction else None
    reason = (
        fetched.failure.reason
        if fetched.failure
        else f"{getattr(outcome, 'reason', '')}: {getattr(outcome, 'detail', '')}"
    )
    reason = "" if stored.article_id else reason
    return CapturedPage(url=url, result=stored.result, reason=reason, article_id=stored.article_id)


def _fetched(context: CliContext, urls: list[str], *, obey_robots: bool) -> "list[CapturedPage]":
    """Fetch what can be a URL; refuse the rest without stopping."""
    from crawler.engine.run import capture
    from crawler.spiders.capture import CapturedPage

    captured: dict[str, CapturedPage] = {}
    for url in urls:
        try:
            canonical_key(url)
        except BadUrl as error:
            reason = WORDS["whole"] if "://" not in url else str(error)
            captured[url] = CapturedPage(url=url, result="refused", reason=reason)
    good = [url for url in urls if url not in captured]
    if good:
        with crawling(context) as watch:
            sources = load_all(context.config.sources)
            result = capture(context.config, good, sources, on_event=watch, obey_robots=obey_robots)
        captured |= {page.url: page for page in result.pages}
    return [captured.get(url, CapturedPage(url=url, result="failed", reason=_INTERRUPTED)) for url in urls]


def _print(
    context: CliContext,
    one: "CapturedPage",
    stored: "StoredArticle | None",
    evidence: "Evidence | None",
    *,
    as_json: bool,
) -> None:
    """Print an article with the evidence of this fetch, or the other result with its evidence."""
    if as_json:
        record: Record = {"url": one.url, "title": None, "text": None}
        if stored:
            record = stored_record(stored) | part_records(stored)
        record |= {"captured": one.url, "result": one.result, "reason": one.reason or None}
        click.echo(to_json(record | {"evidence": evidence_record(evidence) if evidence else None}))
        return
    if stored:
        print_article(context, stored, proof=evidence is None)
    if evidence:
        print_sheet(context, evidence)
    if stored:
        tell(context, say("%(result)s: %(command)s", result=say(one.result), command=f"warraq show {stored.id}"))
    else:
        words = say(
            "%(url)s: %(result)s, %(reason)s",
            url=visible(one.url),
            result=say(one.result),
            reason=in_words(visible(one.reason)),
        )
        tell(context, words, style="yellow")


def _evidence(archive: "Archive", one: "CapturedPage", *, since: datetime) -> "Evidence | None":
    """Return the evidence of this capture; None if no server answered."""
    if one.result == "refused":
        return None
    from storage.verify.evidence import evidence_of_address

    found = evidence_of_address(archive, canonical_key(one.url), since=since)
    return replace(found, asked=one.url) if found else None


def _pack(
    context: CliContext, archive: "Archive", captured: "list[CapturedPage]", path: Path, *, since: datetime
) -> None:
    """Write the captured pages, and nothing older, to a WACZ file; no file if no server answered."""
    from storage.export.web_archive.exported_fetch import last_fetches
    from storage.export.web_archive.wacz import pack

    asked = [canonical_key(one.url) for one in captured if one.result != "refused"]
    fetched = list(last_fetches(archive, asked, since=since))
    if not fetched:
        _say_not_written(context, path)
        return
    told = Options(archive=archive, tell=lambda line: tell(context, in_words(line)))
    with whole_file(path) as out:
        pack(fetched, out, told)
    tell(context, say("%(articles)s in %(file)s", articles=numbered(len(fetched), "page"), file=path))


def _say_not_written(context: CliContext, path: Path) -> None:
    tell(context, say("%(path)s: not written, because nothing was recorded", path=path), style="yellow")


def _stored(archive: "Archive", one: "CapturedPage") -> "StoredArticle | None":
    return archive.get(one.article_id) if one.result in _KEPT and one.article_id is not None else None
