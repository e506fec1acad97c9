"""`warraq alert`: saved searches on the command line and in a file; a crawl sends their matches, even after a kill."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.alerting.rounds import run_round
from crawler.demo import DemoNewspaper, source_toml
from storage.alerts.alert_book import alert_states
from storage.alerts.outbox import CLAIM
from storage.archive import Archive
from storage.database.engine import utc_now
from storage.search.query import Query
from tests.support.desk import Run
from tests.support.kept_archive import run_process
from tests.support.small_archive import make_archive
from tests.support.webhook import Webhook, webhook
from warraq.cli.main import run


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("alert") / "archive")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "archive"


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as opened:
        yield opened


def test_an_alert_is_added_listed_shown_and_removed_without_its_secrets(warraq_: Run) -> None:
    target = "json://user:password@127.0.0.1:9/hook/secret-token"
    added = warraq_("alert", "add", "gaza", "غزة OR رفح", "--to", target, "--on", "new,changed")
    assert (added.code, added.out) == (0, "")
    listed = warraq_("alert", "list")
    assert "غزة OR رفح" in listed.out
    assert "json://127.0.0.1:9/…" in listed.out
    shown = json.loads(warraq_("alert", "show", "gaza", "--json").out)
    assert (shown["on"], shown["to"], shown["from"]) == (["new", "changed"], ["json://127.0.0.1:9/…"], "archive")
    everything = added.err + listed.out + warraq_("alert", "show", "gaza").out + json.dumps(shown)
    assert not any(secret in everything for secret in ("password", "secret-token", "user"))
    assert warraq_("alert", "add", "gaza", "--to", target).code == 2
    assert warraq_("alert", "remove", "gaza").code == 0
    assert "there is no alert" in warraq_("alert", "list").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sorce:x", "--to", "json://h"), "no field is called 'sorce'; did you mean source:?"),
        (("source:hesspress", "--to", "json://h"), "no source is called 'hesspress'; did you mean hespress"),
        (("--to", "nonsense"), "target nonsense://…: Unsupported URL"),
        (("--to", "slack://x"), "target slack://…: "),
        (("--to", "json://h", "--on", "chnged"), "no change is called 'chnged'; did you mean changed?"),
        (("--to", "json://h", "--quiet-hours", "25:00-07:00"), "write two times of the day, such as 22:00-07:00"),
        (("--to", "json://h", "--zone", "Africa/Cario"), "did you mean Africa/Cairo?"),
        (("--to", "json://h", "--every", "soon"), "write a number and a unit, such as 90s, 15m, 6h or 1d"),
        ((), "Missing option '--to'"),
    ],
)
def test_what_cannot_be_understood_is_one_line(warraq_: Run, arguments: tuple[str, ...], message: str) -> None:
    ended = warraq_("alert", "add", "desk", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_an_unknown_name_is_an_error_with_a_guess(warraq_: Run) -> None:
    warraq_("alert", "add", "gaza", "--to", "json://127.0.0.1:9/hook")
    for command in ("show", "test", "remove"):
        ended = warraq_("alert", command, "gazza")
        assert ended.code == 2
        assert "no alert is called 'gazza'; did you mean gaza?" in ended.err


def test_without_the_extra_one_line_says_what_to_install(warraq_: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    ended = warraq_("alert", "add", "gaza", "--to", "json://127.0.0.1:9/hook")
    assert ended.code == 4
    assert "an alert needs apprise, which is not installed; run: " in ended.err
    assert "alerts]'" in ended.err


def test_a_secret_may_be_a_variable_of_the_environment(
    warraq_: Run, folder: Path, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_TOKEN", "secret-token")
    target = hook.target.replace("secret-token", "${HOOK_TOKEN}")
    assert warraq_("alert", "add", "gaza", "--to", target).code == 0
    assert warraq_("alert", "test", "gaza").code == 0
    assert hook.received[0]["count"] == 1
    assert b"secret-token" not in b"".join(path.read_bytes() for path in folder.glob("archive.db*"))
    monkeypatch.delenv("HOOK_TOKEN")
    ended = warraq_("alert", "test", "gaza")
    assert ended.code == 1
    assert "the environment has no variable HOOK_TOKEN" in ended.err


def test_a_test_sends_the_newest_match_and_keeps_nothing(filled: Path, hook: Webhook) -> None:
    there = ["--archive", str(filled)]
    assert run([*there, "alert", "add", "exams", "أولياء", "source:rassad", "--to", hook.target]) == 0
    assert run([*there, "alert", "test", "exams"]) == 0
    assert hook.received[0]["matches"][0]["source"] == "rassad"
    hook.statuses = [500]
    assert run([*there, "alert", "test", "exams"]) == 1
    with Archive.open(filled) as archive:
        (state,) = alert_states(archive)
    assert (state.matches, state.waiting, state.last_message_at) == (0, 0, None)
    assert run([*there, "alert", "remove", "exams"]) == 0


def test_alerts_of_a_settings_file_are_alerts(warraq_: Run, folder: Path, hook: Webhook) -> None:
    text = f'[[alert]]\nname = "edits"\nquery = "غزة"\nto = "{hook.target}"\non = ["changed", "withdrawn"]\n'
    Path("warraq.toml").write_text(text + 'quiet-hours = "22:00-07:00"\nzone = "Africa/Cairo"\nlines = 5\n')
    with Archive.open(folder):
        pass
    shown = json.loads(warraq_("alert", "show", "edits", "--json").out)
    assert (shown["from"], shown["on"], shown["lines"]) == ("file", ["changed", "withdrawn"], 5)
    assert (shown["quiet"], shown["zone"]) == ("22:00-07:00", "Africa/Cairo")
    assert "secret-token" not in warraq_("config").out + warraq_("alert", "list").out
    assert warraq_("alert", "test", "edits").code == 0
    Path("warraq.toml").write_text("")
    assert "not in this file of settings" in warraq_("alert", "list").out.replace("\n", " ")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('nme = "x"', "[[alert]] 1: no field is called 'nme'; did you mean name?"),
        ('to = "json://h"', "[[alert]] 1: it has no name"),
        ('name = "x"', "[[alert]] x: it has no target"),
        ('name = "x"\nto = 3', "[[alert]] x: to = 3: write text, or a list of texts"),
        ('name = "x"\nto = "json://h"\nquery = "sorce:y"', "[[alert]] x: no field is called 'sorce'"),
        ('name = "x"\nto = "json://h"\nlines = "many"', "[[alert]] x: lines = 'many': write a number"),
        ('name = "x"\nto = "json://h"\n[[alert]]\nname = "x"\nto = "json://h"', "x: two alerts have this name"),
    ],
)
def test_a_mistake_in_the_file_names_the_alert(warraq_: Run, folder: Path, table: str, message: str) -> None:
    with Archive.open(folder):
        pass
    Path("warraq.toml").write_text(f"[[alert]]\n{table}\n")
    ended = warraq_("alert", "list")
    assert ended.code == 4
    assert message in ended.err


@pytest.fixture
def newspaper(folder: Path) -> Iterator[DemoNewspaper]:
    """The demo newspaper, with its source file next to the archive."""
    with DemoNewspaper(slow=False) as paper:
        (folder.parent / "sources").mkdir()
        (folder.parent / "sources" / "demo.toml").write_text(source_toml(paper.base_url), encoding="utf-8")
        yield paper


CRAWL = ("crawl", "demo", "--sources", "sources", "--allow-private", "--timeout", "3")


@pytest.mark.slow
def test_a_crawl_sends_its_matches_at_its_end(
    warraq_: Run, folder: Path, newspaper: DemoNewspaper, hook: Webhook
) -> None:
    assert warraq_("alert", "add", "all", "--to", hook.target, "--lines", "3").code == 0
    assert run_process("--archive", folder, *CRAWL).code in (0, 1)
    (told,) = hook.received
    assert told["count"] == len(told["matches"]) > 60
    assert told["message"].endswith(f"and {told['count'] - 3} more")
    with Archive.open(folder) as archive:
        assert urls(hook) == sorted(stored.article.url for stored in archive.find(Query()))


@pytest.mark.slow
def test_a_crawl_that_is_killed_loses_no_match_and_sends_none_twice(
    warraq_: Run, folder: Path, newspaper: DemoNewspaper, hook: Webhook
) -> None:
    assert warraq_("alert", "add", "all", "--to", hook.target).code == 0
    command = [sys.executable, "-m", "warraq", "--archive", str(folder), *CRAWL]
    for least in (5, 20, 40):
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as crawl:
            end = time.monotonic() + 60
            while stored_in(folder) < least and crawl.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            crawl.kill()
    assert stored_in(folder) >= 40
    assert run_process("--archive", folder, *CRAWL).code in (0, 1)
    with Archive.open(folder) as archive:
        later = utc_now() + CLAIM  # a message that a killed crawl had claimed is free again
        run_round(archive, every=True, clock=lambda: later)
        assert urls(hook) == sorted(stored.article.url for stored in archive.find(Query()))


def stored_in(folder: Path) -> int:
    """Count the articles of an archive that a crawl writes meanwhile."""
    with sqlite3.connect(folder / "archive.db") as database:
        (number,) = database.execute("select count(*) from article").fetchone()
    return int(number)


def urls(hook: Webhook) -> list[str]:
    """Every URL that a webhook was told, a message that came twice counted once by its key."""
    return sorted(
        match["url"] for one in {one["key"]: one for one in hook.received}.values() for match in one["matches"]
    )


def test_an_import_alerts_only_if_it_is_asked_to(warraq_: Run, folder: Path, hook: Webhook) -> None:
    records = [
        json.dumps({"url": f"https://rassad.example/{number}", "title": f"عنوان الخبر {number}", "text": "نص " * 60})
        for number in range(3)
    ]
    assert warraq_("alert", "add", "all", "--to", hook.target).code == 0
    Path("first.jsonl").write_text(records[0] + "\n", encoding="utf-8")
    Path("all.jsonl").write_text("\n".join(records), encoding="utf-8")
    assert warraq_("import", "first.jsonl", "--as-is").code == 0
    assert warraq_("alert", "run").code == 0
    assert hook.received == []
    assert warraq_("import", "all.jsonl", "--as-is", "--alert").code == 0
    assert hook.titles == ["عنوان الخبر 1", "عنوان الخبر 2"]


def test_an_archive_of_an_older_schema_gets_alerts(kept_archive: Path, hook: Webhook) -> None:
    there = ["--archive", str(kept_archive)]
    assert run([*there, "alert", "add", "all", "--to", hook.target]) == 0
    assert run([*there, "alert", "run"]) == 0
    assert hook.received == [], "what was there before is no match"
