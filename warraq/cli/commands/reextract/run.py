"""Apply today's rules to stored pages, and report on each article."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

import click

from crawler.sources.source import load_all
from pipelines.extraction.extract import EXTRACTOR_VERSION, RULES_VERSION
from pipelines.extraction.pool import Pool
from pipelines.reextraction.archived_page import ArchivedSource
from pipelines.reextraction.reextract import Renewed, reextract
from storage.archive import Archive
from storage.export.columns import article_record, to_json
from storage.operations.archive_lock import rereading
from storage.operations.reextraction import Reextraction, Wanted
from storage.search.query import read_day
from storage.versions import Version, as_json, word_diff
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.interrupts import stopping
from warraq.cli.shared.known_values import refuse_sources_not_stored
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import Arabic, table
from warraq.cli.views.diff import coloured
from warraq.cli.views.output import page, print_table, tell
from warraq.cli.views.progress import counted
from warraq.cli.views.versions import words_between
from warraq.locale.speech import say

#: Exit code of an interrupted pass.
INTERRUPTED = 130
#: Articles whose differences --dry-run shows.
_SHOWN = 10
#: Columns of the closing table: heading -> category.
_FIGURES = {
    "read": "read",
    "changed": "changed",
    "title": "title",
    "text": "text",
    "date": "date",
    "other": "other",
    "no article": "not_article",
    "failed": "failed",
    "damaged": "damaged",
    "no page": "no_page",
    "moved": "moved",
}
_HEADING = {what: heading for heading, what in _FIGURES.items()}


def run(
    context: CliContext,
    source_keys: Iterable[str],
    since: str | None,
    *,
    dry_run: bool,
    restart: bool,
    as_json: bool,
) -> int | None:
    """Extract the selected pages again; return the exit code."""
    report = _ReextractReport(context, as_json=as_json, dry_run=dry_run)
    with context.archive() as archive, ExitStack() as holding:
        wanted = _wanted(archive, source_keys, since)
        if not dry_run:
            holding.enter_context(rereading(archive, "warraq reextract"))
        work = Reextraction.begin(archive, wanted, keep=not dry_run, restart=restart)
        if work.after:
            tell(context, say("resuming after article %(number)d; --restart starts over", number=work.after))
        sources = _sources(context)
        with (
            Pool(context.config.workers) as pool,
            stopping(context) as stop,
            counted(context, say("read again"), total=work.total()) as count,
        ):
            for renewed in reextract(archive, pool, work, sources=sources, stopping=stop):
                count()
                report(renewed)
            stopped = stop()
    report.sum_up(work)
    if stopped:
        context.err.print(_how_to_go_on(work, dry_run=dry_run))
        return INTERRUPTED
    return 1 if work.failed else None


def _wanted(archive: Archive, source_keys: Iterable[str], since: str | None) -> Wanted:
    """Return the selection. An unknown source is a usage error."""
    keys = tuple(sorted({key.strip().lower() for key in source_keys}))
    refuse_sources_not_stored(archive, keys)
    return Wanted(
        sources=keys,
        since=datetime.combine(read_day(since, last=False), time(), UTC) if since else None,
        extractor=EXTRACTOR_VERSION,
        rules=RULES_VERSION,
    )


def _sources(context: CliContext) -> Mapping[str, ArchivedSource]:
    return load_all(context.config.sources)


def _how_to_go_on(work: Reextraction, *, dry_run: bool) -> str:
    if dry_run:
        return "interrupted; nothing was written, and the results so far are above"
    return f"interrupted after article {work.after}; everything is saved, and the same command resumes"


@dataclass
class _ReextractReport:
    """Report on the articles as they are processed, and at the end."""

    context: CliContext
    as_json: bool
    dry_run: bool
    #: Reasons why articles were left unchanged: (result, reason) -> count.
    why: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: A random sample of the changed ones.
    shown: list[Renewed] = field(default_factory=list)
    _changed: int = 0
    _chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - a sample, no secret

    def __call__(self, renewed: Renewed) -> None:
        if renewed.reason:
            self.why[renewed.result, renewed.reason] += 1
        if self.as_json and renewed.result != "same":
            click.echo(to_json(_record(renewed)))
        if renewed.result == "changed":
            self._pick(renewed)

    def _pick(self, renewed: Renewed) -> None:
        self._changed += 1
        if len(self.shown) < _SHOWN:
            self.shown.append(renewed)
        elif (place := self._chance.randrange(self._changed)) < _SHOWN:
            self.shown[place] = renewed

    def sum_up(self, work: Reextraction) -> None:
        """Print the differences of a dry run, the closing table, and why articles were left unchanged."""
        if self.as_json:
            click.echo(to_json({"summary": _summary(work, self.why) | {"dry_run": self.dry_run}}))
            return
        if self.dry_run:
            for renewed in sorted(self.shown, key=lambda one: one.read.id):
                _print_difference(self.context, renewed)
        rows = table("source", *_FIGURES, right=tuple(_FIGURES))
        for source, figures in _by_source(work):
            rows.add_row(say(source), *(str(figures[what]) for what in _FIGURES.values()))
        print_table(self.context, rows)
        for (result, reason), number in self.why.most_common():
            page(self.context, f"{number} {say(_HEADING[result])}: {visible(reason)}")
        if self.dry_run:
            page(self.context, say("nothing was written; run without --dry-run to apply"))


def _by_source(work: Reextraction) -> Iterator[tuple[str, Counter[str]]]:
    by_source: dict[str, Counter[str]] = {}
    for (source, what), number in work.counts.items():
        by_source.setdefault(source or "(captures)", Counter())[what] += number
    yield from sorted(by_source.items())
    if len(by_source) > 1:
        total: Counter[str] = Counter()
        for figures in by_source.values():
            total.update(figures)
        yield "all", total


def _summary(work: Reextraction, why: Counter[tuple[str, str]]) -> dict[str, object]:
    sources = {source: dict(sorted(figures.items())) for source, figures in _by_source(work)}
    reasons = [{"result": result, "reason": reason, "number": number} for (result, reason), number in why.most_common()]
    return {"sources": sources, "why": reasons, "extractor": work.wanted.extractor, "rules": work.wanted.rules}


def _record(renewed: Renewed) -> dict[str, object]:
    """Return the result for an article, for JSON; its text as deleted and inserted words."""
    read = renewed.read
    record: dict[str, object] = {
        "article_id": read.id,
        "url": read.article.url,
        "source": read.article.source,
        "result": renewed.result,
        "reason": renewed.reason or None,
        "parts": list(renewed.parts),
    }
    if renewed.article is not None:
        old, new = article_record(read.article), article_record(renewed.article)
        names = ("title", "text", "extractor_version", "rules_version")
        for name, before, after in (
            ("title", read.article.title, renewed.article.title),
            ("text", read.article.text, renewed.article.text),
        ):
            record[name] = as_json(word_diff(before, after)) if name in renewed.parts else None
        others = (name for name in old if name not in names and old[name] != new[name])
        record["fields"] = {name: {"old": old[name], "new": new[name]} for name in others}
    return record


def _print_difference(context: CliContext, renewed: Renewed) -> None:
    old, new = renewed.read.article, renewed.article
    if new is None:
        return
    page(
        context,
        f"#{renewed.read.id}  {old.source or say('capture')}  {', '.join(map(say, renewed.parts))}",
        style="bold",
    )
    if "title" in renewed.parts or "text" in renewed.parts:
        versions = (Version(title=old.title, text=old.text), Version(title=new.title, text=new.text))
        for part in words_between(context, *versions, colour=coloured(context.out)):
            page(context, part)
    was, will_be = article_record(old), article_record(new)
    for name in was:
        if name not in ("title", "text", "extractor_version", "rules_version") and was[name] != will_be[name]:
            words = f"{name}: {_value_text(was[name])} -> {_value_text(will_be[name])}"
            page(context, Arabic(text=words, shapes=context.shapes))
    page(context, "")


def _value_text(value: object) -> str:
    return say("nothing") if value in (None, "", []) else value if isinstance(value, str) else to_json(value)
