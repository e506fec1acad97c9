"""warraq verify: check that database, frontier and WARC files agree."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storage.errors import WarraqError
from storage.export.columns import to_json
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import table
from warraq.cli.views.output import page, print_table
from warraq.cli.views.progress import counted
from warraq.locale.error_words import in_words
from warraq.locale.speech import numbered, say

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.verify import VerifyFinding


#: Findings shown in the table; one damaged disk can cause a million, and --json lists them all.
_SHOWN = 200


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line for each finding, then a summary.")
@click.option("--quick", is_flag=True, help="Do not read the content of WARC files.")
@pass_context
def command(context: CliContext, as_json: bool, quick: bool) -> int | None:
    """Verify that articles, URLs and WARC files agree.

        Every row, record and digest is checked, and anything missing or damaged is reported with its location. Nothing
        is changed. Exit code 1 if there is an error; notes are harmless.

    \b
        warraq verify
        warraq verify --quick
        warraq verify --json | jq 'select(.severity == "error")'
    """
    from storage.verify import steps, verify

    seen: Counter[str] = Counter()
    with _archive(context) as archive, counted(context, say("checked"), total=steps(archive)) as count:

        def progress(name: str, number: int) -> None:
            seen[name] += number
            count(number)

        findings = verify(archive, quick=quick, progress=progress)
        told = _print_lines(findings) if as_json else _print_table(context, findings)
    _sum_up(context, told, seen, as_json=as_json, quick=quick)
    return 1 if told["error"] else None


@contextmanager
def _archive(context: CliContext) -> "Iterator[Archive]":
    """Open the archive unchanged: it must not be modified before it is checked.

    Of an older schema a copy is upgraded.
    """
    from storage.archive import Archive

    config = context.config
    with ExitStack() as stack:
        archive = stack.enter_context(
            Archive.open(config.archive, warc=config.warc, gather=config.gather, create=False, upgrade=False)
        )
        if archive.folder is not None and archive.has_older_schema():
            copy = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="warraq-verify-")))
            for file in archive.folder.glob("archive.db*"):
                if "backup" not in file.name:
                    shutil.copy2(file, copy / file.name)
            warc = config.warc or archive.folder / "warc"
            with suppress(WarraqError):  # what cannot be upgraded is judged as it is
                archive = stack.enter_context(Archive.open(copy, warc=warc, gather=config.gather, create=False))
        yield archive


def _print_lines(findings: "Iterable[VerifyFinding]") -> Counter[str]:
    told: Counter[str] = Counter()
    for finding in findings:
        told[finding.severity] += 1
        click.echo(to_json(asdict(finding)))
    return told


def _print_table(context: CliContext, findings: "Iterable[VerifyFinding]") -> Counter[str]:
    told: Counter[str] = Counter()
    rows = table("severity", "check", "where", "what", "why")
    rows.columns[3].header, rows.columns[4].header = say("what is wrong"), say("what to do")
    for finding in findings:
        told[finding.severity] += 1
        if len(rows.rows) < _SHOWN:
            cells = (finding.severity, finding.check, finding.where, finding.message, finding.cure)
            rows.add_row(*(visible(in_words(visible(cell)), lines=True) for cell in cells))
    print_table(context, rows)
    return told


def _sum_up(context: CliContext, told: Counter[str], seen: Counter[str], *, as_json: bool, quick: bool) -> None:
    """Print what was checked, so that silence is not mistaken for proof."""
    if as_json:
        summary = {"errors": told["error"], "notes": told["note"], "quick": quick, "checked": dict(seen)}
        click.echo(to_json({"summary": summary}))
        return
    if told.total() > _SHOWN:
        page(context, say("... and %(number)d more; --json lists them all", number=told.total() - _SHOWN))
    looked_at = say(", ").join(
        (
            numbered(seen["article"], "article"),
            numbered(seen["version"], "version"),
            numbered(seen["url"], "address", "addresses"),
            numbered(seen["snapshot"], "snapshot"),
            numbered(seen["warc"], "WARC file"),
        )
    )
    if quick:
        page(context, say("checked %(what)s; WARC records not read (--quick)", what=looked_at))
    else:
        page(context, say("checked %(what)s", what=looked_at))
    page(context, say(", ").join((numbered(told["error"], "error"), numbered(told["note"], "note"))))
