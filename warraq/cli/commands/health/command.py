"""warraq health: which newspapers need attention, since when, and what to do."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import click

from storage.export.columns import instant, to_json
from storage.search.query import read_day
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.known_values import refuse_sources_not_stored
from warraq.cli.shared.options import Command
from warraq.locale.health_words import Language, sentence

if TYPE_CHECKING:
    from crawler.health import Diagnosis, Finding, Report


WRONG = 7


@click.command(cls=Command)
@click.argument("keys", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--since", metavar="DATE", help="Only findings that began on or after this day, UTC (2024, 2024-05, ...)."
)
@click.option("--all", "every", is_flag=True, help="Also list healthy newspapers.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per newspaper, with figures and findings.")
@pass_context
def command(context: CliContext, keys: tuple[str, ...], since: str | None, every: bool, as_json: bool) -> int | None:
    """Show which newspapers need attention.

        Each is compared with its own previous weeks: number and age of articles, refused fetches, missing titles, dates
        or texts, changes of robots.txt and feeds. Nothing is fetched. Exit code 7 if something is wrong.

    \b
        warraq health
        warraq health hespress --lang ar
        warraq health --json | jq -r 'select(.verdict == "problem") | .source'
    """
    from crawler.health import diagnose
    from storage.statistics.health import figures

    with context.archive() as archive:
        refuse_sources_not_stored(archive, keys)
        with archive.reading() as connection:
            counted = figures(connection, now=datetime.now(UTC), keys=keys or None)
    diagnosis = _begun_since(diagnose(counted), since)
    language = context.language
    if as_json:
        _print_json(diagnosis, language)
    else:
        from warraq.cli.commands.health.page import print_diagnosis

        print_diagnosis(context, diagnosis, language, every=every or bool(keys))
    return None if diagnosis.is_well else WRONG


def _begun_since(diagnosis: "Diagnosis", since: str | None) -> "Diagnosis":
    """Return the diagnosis with only what began on or after a day."""
    if since is None:
        return diagnosis
    start = datetime.combine(read_day(since, last=False), time(), UTC)

    def later(findings: "tuple[Finding, ...]") -> "tuple[Finding, ...]":
        return tuple(one for one in findings if one.since is not None and one.since >= start)

    reports = tuple(replace(report, findings=later(report.findings)) for report in diagnosis.reports)
    return replace(diagnosis, findings=later(diagnosis.findings), reports=reports)


def _print_json(diagnosis: "Diagnosis", language: Language) -> None:
    if diagnosis.findings:
        click.echo(to_json({"source": None, "findings": [_finding(one, language) for one in diagnosis.findings]}))
    for report in diagnosis.reports:
        click.echo(to_json(_report(report, language)))


def _report(report: "Report", language: Language) -> dict[str, object]:
    told = {"verdict": report.verdict} | {
        name: _rounded(value) for name, value in asdict(report).items() if name not in ("findings", "source")
    }
    return {"source": report.source} | told | {"findings": [_finding(one, language) for one in report.findings]}


def _finding(finding: "Finding", language: Language) -> dict[str, object]:
    told = {name: _rounded(value) for name, value in asdict(finding).items() if name not in ("source", "facts")}
    facts = {name: _rounded(value) for name, value in finding.facts.items()}
    return told | {"facts": facts, "says": sentence(finding, language)}


def _rounded(value: object) -> object:
    if isinstance(value, datetime):
        return instant(value)
    return round(value, 3) if isinstance(value, float) else value
