"""Every command and every export format in a process of its own, on an archive that an earlier version wrote.

Tests inside one process cannot see a command that works only because another module was imported before it.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from test_docs import EVERY_COMMAND

from storage.export.formats import FORMATS
from tests.support.forked import run_forked
from tests.support.kept_archive import ARTICLES, Finished, run_process, run_until_it_speaks

#: Command -> its arguments and the exit codes it may end with here, where no newspaper answers. {tmp}: an empty folder.
LINES: dict[str, tuple[Sequence[str], set[int]]] = {
    "demo": (["--archive", "{tmp}/demo"], {0}),
    "crawl": (["demo", "--sources", "{archive}/sources", "--limit", "1", "--timeout", "1", "--allow-private"], {1}),
    "watch": (
        ["demo", "--sources", "{archive}/sources", "--for", "1s", "--timeout", "1", "--allow-private"],
        {0, 1, 6},
    ),
    "worker": ([], {4}),
    "workers": ([], {4}),
    "gather": (["--to", "file://{tmp}/gathered"], {0}),
    "capture": (["--html", "{tmp}/page.html", "--url", "https://rassad.example/2024/01/05/khabar"], {0}),
    "extract": (["{tmp}/page.html"], {0}),
    "clean": (["{tmp}/text.txt"], {0}),
    "search": (["الوزارة"], {0}),
    "show": (["1", "--versions"], {0}),
    "story": (["1"], {0}),
    "changes": (["--json"], {0}),
    "export": (["-f", "jsonl"], {0}),
    "sources": (["list"], {0}),
    "sources list": ([], {0}),
    "sources show": (["demo", "--sources", "{archive}/sources"], {0}),
    "sources add": (["http://127.0.0.1:9/", "--dry-run", "--timeout", "1", "--allow-private"], {1, 6}),
    "sources check": (["demo", "--sources", "{archive}/sources", "--timeout", "1", "--allow-private"], {1, 6}),
    "sources boilerplate": (["demo", "--sources", "{archive}/sources"], {0}),
    "sources export": (["--sources", "{archive}/sources"], {0}),
    "sources import": (["{tmp}/list.opml", "--sources", "{archive}/sources", "--country", "MA", "--dry-run"], {0}),
    "mcp": ([], {0}),
    "stats": ([], {0}),
    "health": (["demo", "--sources", "{archive}/sources"], {0, 7}),
    "verify": ([], {0}),
    "reextract": (["--dry-run"], {0}),
    "import": (["{tmp}/urls.txt", "--format", "urls"], {0}),
    "requeue": ([], {0}),
    "feed": (["الوزارة"], {0}),
    "alert": (["list"], {0}),
    "alert add": (["وزارة", "الوزارة", "--to", "json://127.0.0.1:9/"], {0}),
    "alert list": ([], {0}),
    "alert show": (["missing"], {2}),
    "alert test": (["missing"], {2}),
    "alert run": ([], {0}),
    "alert remove": (["missing"], {2}),
    "help": (["search"], {0}),
    "manual": ([], {0}),
    "completion": (["bash"], {0}),
    "config": ([], {0}),
    "doctor": ([], {0, 1}),
}
SLOW = {"demo", "sources check"}
#: Commands that run until they are stopped.
SERVING: dict[str, Sequence[str]] = {"read": ["--port", "0"]}

PAGE = """<html lang=ar><head><title>افتتاح خط قطار جديد</title></head><body><article><h1>افتتاح خط قطار جديد</h1>
<p>أعلنت وزارة النقل اليوم افتتاح خط جديد للقطار يربط المدينة القديمة بالميناء بعد سنوات من الأشغال الطويلة.</p>
<p>وقالت الوزارة إن الرحلة تستغرق نصف ساعة وإن التذاكر تباع في المحطات كلها ابتداء من يوم الأحد المقبل.</p>
</article></body></html>"""
OPML = '<opml version="2.0"><body><outline text="الرصد" xmlUrl="https://rassad.example/feed"/></body></opml>'


@pytest.fixture(params=["forked", pytest.param("fresh", marks=pytest.mark.slow)])
def run(request: pytest.FixtureRequest) -> Callable[..., Finished]:
    """How a process is started: with the libraries imported already, which is quick, or with nothing at all."""
    return run_forked if request.param == "forked" else run_process


def filled(words: Sequence[str], archive: Path, folder: Path) -> list[str]:
    return [word.replace("{tmp}", str(folder)).replace("{archive}", str(archive)) for word in words]


NAMES = sorted({whole.removeprefix("warraq ") for whole in EVERY_COMMAND} - set(SERVING) | set(LINES))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in NAMES]
)
def test_every_command_works_in_a_process_of_its_own(
    name: str, run: Callable[..., Finished], kept_archive: Path, tmp_path: Path
) -> None:
    assert name in LINES, f"a new command: add a line for it to {Path(__file__).name}"
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "text.txt").write_text("أعلنت الوزارة اليوم افتتاح الخط.", encoding="utf-8")
    (tmp_path / "list.opml").write_text(OPML, encoding="utf-8")
    (tmp_path / "urls.txt").write_text("https://rassad.example/2024/01/05/khabar\n", encoding="utf-8")
    words, codes = LINES[name]
    ended = run("--archive", kept_archive, *name.split(), *filled(words, kept_archive, tmp_path))
    assert ended.code in codes, ended.err
    assert "Traceback" not in ended.err
    assert "a bug in warraq" not in ended.err


@pytest.mark.parametrize("name", SERVING)
def test_every_serving_command_starts_and_stops_in_a_process_of_its_own(name: str, kept_archive: Path) -> None:
    ended = run_until_it_speaks("--archive", kept_archive, name, *SERVING[name])
    assert ended.code in (0, 130), ended.out
    assert "Traceback" not in ended.out
    assert "a bug in warraq" not in ended.out


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written_in_a_process_of_its_own(
    form: str, run: Callable[..., Finished], kept_archive: Path, tmp_path: Path
) -> None:
    out = tmp_path / f"export{FORMATS[form].suffix}"
    ended = run("--archive", kept_archive, "export", "-f", form, "-o", out)
    assert (ended.code, "Traceback" in ended.err) == (0, False), ended.err
    assert out.stat().st_size > 500


def test_an_archive_of_an_earlier_version_opens_verifies_and_is_searched(kept_archive: Path) -> None:
    verified = run_forked("--archive", kept_archive, "verify")
    assert verified.code == 0, verified.out + verified.err
    assert verified.out.splitlines()[-1].startswith("0 errors")
    assert f"checked {ARTICLES} articles" in verified.out
    found = run_forked("--archive", kept_archive, "search", "الوزارة", "--json")
    assert found.out.count("\n") == 12
    exported = run_forked("--archive", kept_archive, "export", "-f", "jsonl")
    assert exported.out.count("\n") == ARTICLES
    changed = run_forked("--archive", kept_archive, "changes", "--json")
    assert changed.out.count('"withdrawn"') >= 1
