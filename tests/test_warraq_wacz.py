"""capture --wacz and export -f wacz from the command line: fetched from a server on loopback, validated, replayed."""

import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from test_storage_export_warc import asked, index_of, members, replayed, targets

from storage.archive import Archive
from storage.search.query import Query
from tests.support.loopback import Reply, Site, article
from tests.support.peers import run_peer

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow
ARABIC = "/2026/" + quote("خبر-عاجل") + "/"
HOW = ("--allow-private", "--delay", "0", "--timeout", "5", "--workers", "1")


def warraq(*arguments: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "warraq", *map(str, arguments)]
    ended = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert "Traceback" not in ended.stderr
    return ended


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as opened:
        opened.routes = {
            "/1": Reply(article("انتهاء الأشغال في الجسر القديم")),
            ARABIC: Reply(article("بدء توسعة الجسر القديم")),
            "/gz": Reply(gzip.compress(article("خبر مضغوط من المنارة")), headers={"Content-Encoding": "gzip"}),
            "/moved": Reply(status=301, headers={"Location": "/moved-on"}),
            "/moved-on": Reply(status=302, headers={"Location": "/final"}),
            "/final": Reply(article("خبر انتقل من مكانه مرتين")),
        }
        yield opened


def test_what_was_captured_and_nothing_else_is_packed_validated_and_replayed(site: Site, tmp_path: Path) -> None:
    assert warraq("capture", site.base + "/1", *HOW, cwd=tmp_path).returncode == 0
    urls = [site.base + path for path in (ARABIC, "/gz", "/moved")]
    ended = warraq("capture", *urls, "--wacz", "c.wacz", *HOW, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "3 pages in c.wacz" in ended.stderr
    assert "is valid" in run_peer("wacz", "validate", "-f", "c.wacz", cwd=tmp_path)
    files = members(tmp_path / "c.wacz")
    indexed = [(about["url"].removeprefix(site.base), about["status"]) for _, _, about in index_of(files)]
    assert sorted(indexed) == [
        (ARABIC, "200"),
        ("/final", "200"),
        ("/gz", "200"),
        ("/moved", "301"),
        ("/moved-on", "302"),
    ]
    pages = [json.loads(line) for line in files["pages/pages.jsonl"].decode().splitlines()[1:]]
    assert {page["title"] for page in pages} == {
        "بدء توسعة الجسر القديم",
        "خبر مضغوط من المنارة",
        "خبر انتقل من مكانه مرتين",
    }
    with replayed(tmp_path / "c.wacz", tmp_path / "pywb") as base:
        for path in (ARABIC, "/gz", "/final"):
            status, body, _ = asked(f"{base}id_/{site.base}{path}")
            reply = site.routes[path]
            assert isinstance(reply, Reply)
            assert (status, body) == (200, reply.body)
        assert asked(f"{base}id_/{site.base}/moved")[0] == 301
        assert asked(f"{base}id_/{site.base}/moved-on")[2]["location"].endswith("/final")
        assert asked(f"{base}id_/{site.base}/1")[0] == 404, "captured before, and not asked for now"


def test_a_page_that_is_gone_is_evidence_too_and_a_wrong_address_leaves_no_file(site: Site, tmp_path: Path) -> None:
    ended = warraq("capture", site.base + "/nosuch", "--wacz", "gone.wacz", *HOW, cwd=tmp_path)
    assert ended.returncode == 1
    assert [about["status"] for _, _, about in index_of(members(tmp_path / "gone.wacz"))] == ["404"]
    ended = warraq("capture", "ftp://x.example/", "--wacz", "none.wacz", *HOW, cwd=tmp_path)
    assert "none.wacz: not written, because nothing was recorded" in ended.stderr
    assert not (tmp_path / "none.wacz").exists()


def test_a_page_captured_again_unchanged_is_packed_with_what_it_was_the_same_as(site: Site, tmp_path: Path) -> None:
    for name in ("one.wacz", "two.wacz"):
        assert warraq("capture", site.base + "/1", "--wacz", name, *HOW, cwd=tmp_path).returncode == 0
    run_peer("wacz", "validate", "-f", "two.wacz", cwd=tmp_path)
    with replayed(tmp_path / "two.wacz", tmp_path / "pywb") as base:
        reply = site.routes["/1"]
        assert isinstance(reply, Reply)
        assert asked(f"{base}id_/{site.base}/1")[:2] == (200, reply.body)


def test_a_saved_page_is_packed_as_the_resource_that_it_is(tmp_path: Path) -> None:
    (tmp_path / "saved.html").write_bytes(article("خبر محفوظ"))
    given = ("--html", "saved.html", "--url", "https://rassad.example/1", "--fetched-at", "2024-01-05T09:07:00Z")
    assert warraq("capture", *given, "--wacz", "saved.wacz", cwd=tmp_path).returncode == 0
    run_peer("wacz", "validate", "-f", "saved.wacz", cwd=tmp_path)
    with replayed(tmp_path / "saved.wacz", tmp_path / "pywb") as base:
        assert asked(f"{base}20240105090700id_/https://rassad.example/1")[1] == article("خبر محفوظ")


def test_a_selection_goes_into_a_file_or_a_pipe(site: Site, tmp_path: Path) -> None:
    urls = [site.base + path for path in ("/1", ARABIC)]
    assert warraq("capture", *urls, *HOW, cwd=tmp_path).returncode == 0
    ended = warraq("export", "-o", "all.wacz", cwd=tmp_path)
    assert "2 articles in all.wacz" in ended.stderr
    run_peer("wacz", "validate", "-f", "all.wacz", cwd=tmp_path)
    assert warraq("export", "-o", "all.warc.gz", "انتهاء الأشغال", cwd=tmp_path).returncode == 0
    assert [url for kind, url, _ in targets(tmp_path / "all.warc.gz") if kind == "response"] == [site.base + "/1"]
    with (tmp_path / "pipe.wacz").open("wb") as out:
        command = [sys.executable, "-m", "warraq", "export", "-f", "wacz"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        pipe = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE)
        assert pipe.stdout
        out.write(pipe.stdout.read())
        pipe.stdout.close()
        assert pipe.wait(60) == 0
    with zipfile.ZipFile(tmp_path / "pipe.wacz") as zipped:
        assert zipped.testzip() is None
    with Archive.open(tmp_path / "archive", create=False) as archive:
        assert archive.count(Query()) == 2


@pytest.mark.parametrize("name", ["all.warc.gz", "all.wacz"])
def test_what_was_taken_away_comes_back_as_it_was_by_import(site: Site, tmp_path: Path, name: str) -> None:
    urls = [site.base + path for path in ("/1", ARABIC, "/gz", "/moved")]
    assert warraq("capture", *urls, *HOW, cwd=tmp_path).returncode == 0
    assert warraq("export", "-o", name, cwd=tmp_path).returncode == 0
    ended = warraq("import", name, "--archive", "other", "--workers", "1", cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    ours, theirs = (
        {
            record["url"]: record
            for record in map(json.loads, warraq("export", *where, cwd=tmp_path).stdout.splitlines())
        }
        for where in ([], ["--archive", "other"])
    )
    assert len(ours) == 4
    assert ours.keys() == theirs.keys()
    # Numbers and places are each archive's own.
    own = {"id", "story", "warc_file", "warc_offset", "warc_length"}
    for url, record in ours.items():
        assert {k: v for k, v in theirs[url].items() if k not in own} == {
            k: v for k, v in record.items() if k not in own
        }
