"""Progress: a bar with rate, total and time left on a terminal; nothing at all anywhere else."""

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from crawler.config import Config
from crawler.counts import CrawlCounts, Event
from crawler.importing.formats import Format, bytes_to_read, import_file
from crawler.importing.import_context import ImportContext
from pipelines.extraction.pool import Pool
from storage.archive import Archive
from storage.model.address import Discovered
from storage.verify import steps, verify
from tests.support.small_archive import make_archive
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.views.import_progress import importing
from warraq.cli.views.progress import counted, crawling, measured


def shown_by(
    archive: Path | str = "archive", *, terminal: bool = True, quiet: bool = False
) -> tuple[CliContext, io.StringIO]:
    """A context whose messages go to a terminal of 100 columns, and what it shows."""
    screen = io.StringIO()
    context = CliContext(config=Config(archive=str(archive)), quiet=quiet)
    console = Console(file=screen, force_terminal=terminal, width=100, color_system=None, quiet=quiet)
    context.__dict__["err"] = console
    return context, screen


def plain(screen: io.StringIO) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())


def test_a_loop_of_known_length_has_total_rate_and_time_left() -> None:
    context, screen = shown_by()
    with counted(context, "exported", total=40) as count:
        for _ in range(30):
            count()
        count.bar.refresh()
    assert "exported" in plain(screen)
    assert "30/40" in plain(screen)
    assert re.search(r"[\d,.]+/s", plain(screen))
    assert len(re.findall(r"\d:\d\d:\d\d", plain(screen).splitlines()[-1] or plain(screen))) >= 2


def test_bytes_have_a_speed() -> None:
    context, screen = shown_by()
    with measured(context, "cleaning", total=4_000_000) as measure:
        measure(1_000_000)
        measure(1_000_000)
        measure.bar.refresh()
    assert "2.0/4.0 MB" in plain(screen)
    assert "B/s" in plain(screen)


def test_an_import_has_items_bytes_and_time_left_over_all_its_files() -> None:
    context, screen = shown_by()
    small, large = Path("small.jsonl"), Path("large.warc.gz")
    with importing(context, {small: 1_000_000, large: 3_000_000}) as progress:
        progress.read(400_000)
        progress.imported()
        progress.finish(small)
        progress.read(1_000_000)
        progress.bar.refresh()
    shown = plain(screen)
    assert "1 imported" in shown
    assert "2.0/4.0 MB" in shown, "a finished file counts whole, however little of it was read"
    assert len(re.findall(r"\d:\d\d:\d\d", shown.splitlines()[-1] or shown)) >= 2


@pytest.mark.parametrize("form", ["jsonl", "urls", "warc"])
def test_an_import_reads_what_it_announced(tmp_path: Path, form: Format) -> None:
    given = tmp_path / "given"
    archive_folder = make_archive(tmp_path / "archive")
    if form == "warc":
        (given,) = (archive_folder / "warc").glob("*.warc.gz")
    elif form == "urls":
        given.write_text("".join(f"https://rassad.example/{number}\n" for number in range(1_200)), encoding="utf-8")
    else:
        line = {"url": "https://rassad.example/", "text": "نص من كلمات كثيرة. ", "title": "عنوان"}
        rows = (json.dumps(line | {"url": f"https://rassad.example/{number}"}) for number in range(150))
        given.write_text("\n".join(rows), encoding="utf-8")
    read: list[int] = []
    with Archive.open(tmp_path / "new") as archive, Pool(1) as pool:
        work = ImportContext(archive=archive, pool=pool, sources={}, read=read.append)
        number = sum(1 for _ in import_file(work, given, form))
    announced = bytes_to_read(given, form, as_is=False)
    assert number > 50
    assert len([size for size in read if size]) > 1
    assert 0.9 * announced < sum(read) <= 1.01 * announced


@pytest.mark.parametrize(("terminal", "quiet"), [(False, False), (True, True)])
def test_a_pipe_and_a_quiet_command_show_nothing(terminal: bool, quiet: bool) -> None:
    context, screen = shown_by(terminal=terminal, quiet=quiet)
    with counted(context, "exported", total=4) as count:
        count()
    with crawling(context, keys=["rassad"]) as watch:
        watch(Event(source="rassad", url="https://rassad.example/1", result="new", counts=CrawlCounts()))
    assert screen.getvalue() == ""


def test_a_crawl_shows_what_waited_and_what_it_found(tmp_path: Path) -> None:
    folder = make_archive(tmp_path / "archive")
    with Archive.open(folder) as archive:
        links = [f"https://rassad.example/new{number}" for number in range(7)]
        archive.frontier.add([Discovered(url=url, key=url, source="rassad", how="feed") for url in links])
        waiting = archive.frontier.claimable(["rassad"])
    assert waiting == 7
    counts = CrawlCounts(discovered=13)
    counts.results["new"] = 5
    for limit, total in ((None, 20), (9, 9)):
        context, screen = shown_by(folder)
        with crawling(context, keys=["rassad"], limit=limit) as watch:
            watch(Event(source="rassad", url="https://rassad.example/new1", result="new", counts=counts))
            watch.bar.refresh()
        assert f"5/{total}" in plain(screen).replace(" ", "")


def test_verify_reports_as_many_steps_as_it_announces(tmp_path: Path) -> None:
    with Archive.open(make_archive(tmp_path / "archive")) as archive:
        seen: list[int] = []
        list(verify(archive, progress=lambda _, number: seen.append(number)))
        assert sum(seen) == steps(archive)
