"""Output of `warraq health`: the sources, then each diagnosis in words."""

from datetime import datetime
from typing import TYPE_CHECKING

from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import Arabic, table
from warraq.cli.views.output import page, print_table
from warraq.locale.health_words import counted, label, name_of, sentence, since

if TYPE_CHECKING:
    from crawler.health import Diagnosis, Finding, Report
    from warraq.cli.shared.cli_context import CliContext
    from warraq.locale.health_words import Language

_STYLES = {"problem": "bold red", "notice": "yellow", "new": "dim", "well": "green"}


def print_diagnosis(context: "CliContext", diagnosis: "Diagnosis", language: "Language", *, every: bool) -> None:
    """Print the sources, worst first, and what is wrong with each. `every`: also healthy ones."""
    shown = [report for report in diagnosis.reports if every or report.verdict in ("problem", "notice")]
    if language == "ar":
        for report in shown:
            page(context, _line(report, diagnosis.at))
    else:
        _print_table(context, shown, diagnosis.at)
    for finding in diagnosis.findings:
        _print_finding(context, finding, label("whole", language), language)
    for report in shown:
        name = report.name_ar if language == "ar" else report.name_en
        for finding in report.findings:
            _print_finding(context, finding, f"{name} ({report.source})", language)
    if shown or diagnosis.findings:
        page(context, "")
    page(context, _summary(diagnosis, language), style="bold")


def _print_table(context: "CliContext", reports: "list[Report]", now: datetime) -> None:
    right = ("today", "7 days", "newest", "blocked", "undated")
    rows = table("source", "found", *right, "what", "name", right=right)
    for report in reports:
        rows.add_row(
            report.source,
            report.verdict,
            _of_usual(report.today, report.today_usual),
            _of_usual(report.week, report.week_usual),
            _age(report.newest_at, now),
            _share(report.blocked_share),
            _share(report.undated_share),
            ", ".join(dict.fromkeys(name_of(finding.kind, "en") for finding in report.findings)),
            Arabic(text=report.name_ar, shapes=context.shapes),
            style=_STYLES[report.verdict] if report.verdict == "problem" else "",
        )
    print_table(context, rows)


def _of_usual(number: int, usual: float | None) -> str:
    """Format articles and, after a slash, the expected number, if known."""
    return str(number) if usual is None else f"{number}/{usual:.0f}" if usual >= 10 else f"{number}/{usual:.1f}"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _age(newest: datetime | None, now: datetime) -> str:
    if newest is None:
        return "-"
    minutes = max(0, round((now - newest).total_seconds() / 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"


def _line(report: "Report", now: datetime) -> str:
    """Format a source as one Arabic line: table cells would change places on terminals that reorder lines."""
    parts = [f"{report.name_ar} ({report.source}): {label(report.verdict, 'ar')}"]
    today = f"اليوم: {counted(report.today, 'article', 'ar')}"
    week = f"في سبعة أيام: {counted(report.week, 'article', 'ar')}"
    for text, usual in ((today, report.today_usual), (week, report.week_usual)):
        parts.append(text if usual is None else f"{text} (المعتاد {usual:.0f})")
    if report.newest_at is not None:
        parts.append(f"عمر أحدث مقال: {_age_ar(report.newest_at, now)}")
    if report.blocked_share:
        parts.append(f"المحجوب: {100 * report.blocked_share:.0f}%")
    if report.undated_share:
        parts.append(f"بلا تاريخ: {100 * report.undated_share:.0f}%")
    return "؛ ".join(parts)


def _age_ar(newest: datetime, now: datetime) -> str:
    minutes = max(0, round((now - newest).total_seconds() / 60))
    if minutes < 60:
        return counted(minutes, "minute", "ar") if minutes else "أقل من دقيقة"
    return counted(minutes // 60, "hour", "ar") if minutes < 2880 else counted(minutes // 1440, "day", "ar")


def _print_finding(context: "CliContext", finding: "Finding", whose: str, language: "Language") -> None:
    page(context, "")
    comma = "،" if language == "ar" else ","
    head = f"{visible(whose)}: {name_of(finding.kind, language)}{comma} {since(finding, language)}"
    page(context, head, style=_STYLES[finding.severity])
    page(context, visible(sentence(finding, language)))
    for url in finding.examples:
        context.out.print(f"  {visible(url)}", soft_wrap=True, style="dim")
    page(context, f"{label('try', language)}:")
    context.out.print(f"  {visible(finding.command)}", soft_wrap=True)


def _summary(diagnosis: "Diagnosis", language: "Language") -> str:
    number = len(diagnosis.reports)
    bad = sum(report.verdict == "problem" for report in diagnosis.reports)
    if diagnosis.is_well:
        words = label("all_well", language)
        return f"{words}: {counted(number, 'source', language)}."
    if language == "ar":
        return f"فيها مشكلات: {counted(bad, 'source', 'ar')}؛ من أصل {number}."
    return f"{bad} of {counted(number, 'source', 'en')} with problems."
