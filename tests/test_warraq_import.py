"""warraq import from the command line: every kind of file, twice, stopped, damaged."""

import gzip
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from test_storage_warc_foreign import package, write

from crawler.demo import DemoNewspaper
from crawler.importing.formats import format_of
from crawler.importing.import_context import UnknownFormatError
from storage.archive import Archive
from storage.export.columns import NAMES
from storage.search.query import Query
from tests.support.desk import Ended
from tests.support.kept_pages import address, html, title
from tests.support.peers import run_peer
from warraq.cli.main import run

ROOT = Path(__file__).parents[1]
#: Columns that are the archive's own: numbers in it, and where in its files a page lies.
OWN = {"id", "story", "version", "versions", "warc_file", "warc_offset", "warc_length"}

Import = Callable[..., Ended]

SOURCE = """
name_ar = "الرصد"
name_en = "Rassad"
country = "MA"
timezone = "Africa/Casablanca"
home = "https://rassad.example/"
[[endpoint]]
url = "https://rassad.example/feed"
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "rassad.toml").write_text(SOURCE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def warraq(here: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """Run a command on the archive `archive` of the folder."""

    def call(name: str, *arguments: object, archive: str = "archive") -> Ended:
        places = ("--archive", str(here / archive), "--sources", str(here / "sources"))
        code = run([name, *map(str, arguments), *places])
        out, err = capsys.readouterr()
        return Ended(code, out, err)

    return call


def one(folder: Path, statement: str) -> Any:
    with closing(sqlite3.connect(folder / "archive" / "archive.db")) as database:
        return database.execute(statement).fetchone()[0]


def pages(number: int, **more: Any) -> bytes:
    """A foreign WARC file of so many articles."""
    return write(pages=number, body=html, **more)


def articles(folder: Path, name: str = "archive") -> list[Any]:
    with Archive.open(folder / name, create=False) as archive:
        return list(archive.find(Query()))


@pytest.mark.parametrize(
    ("gzipped", "wrap"), [(True, bytes), (False, bytes), (False, gzip.compress)], ids=["by record", "plain", "whole"]
)
def test_a_foreign_warc_becomes_articles_with_their_own_records(
    here: Path, warraq: Import, gzipped: bool, wrap: Callable[[bytes], bytes]
) -> None:
    (here / "nameless").write_bytes(wrap(pages(3, gzipped=gzipped)))
    ended = warraq("import", here / "nameless")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.split() == ["format", "new", "file", "warc", "3", "nameless"]
    stored = articles(here)
    assert {one.article.title for one in stored} == {title(number) for number in range(3)}
    assert {one.article.fetched_at.isoformat() for one in stored} == {"2016-05-04T03:02:01+00:00"}
    assert {one.article.source for one in stored} == {"rassad"}
    with Archive.open(here / "archive") as archive:
        record = stored[0].snapshot.record
        response = archive.warc.read(record)
        (file,) = archive.warc.files()
        records = gzip.decompress(file.read_bytes()).decode()
    assert response.fetched_at == stored[0].article.fetched_at
    assert response.payload == html(int(stored[0].article.url[-1]))
    assert records.count("WARC-Type: request") == records.count("importedFrom: nameless") == 3
    assert "fetchTimeMs: 12" in records
    assert warraq("verify").code == 0
    assert warraq("reextract", "--dry-run", "--workers", "1").code == 0


def test_a_file_twice_adds_nothing(here: Path, warraq: Import) -> None:
    (here / "a.warc.gz").write_bytes(pages(3))
    warraq("import", here / "a.warc.gz")
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (here / "archive/warc").iterdir()}
    ended = warraq("import", here / "a.warc.gz")
    assert ended.out.split() == ["format", "same", "file", "warc", "3", "a.warc.gz"]
    after = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (here / "archive/warc").iterdir()}
    assert after == before
    assert one(here, "select count(*) from snapshot") == 3


def test_a_wacz_made_by_others_is_imported(here: Path, warraq: Import) -> None:
    (here / "a.warc.gz").write_bytes(pages(2))
    run_peer("wacz", "create", "-o", "made.wacz", "a.warc.gz", cwd=here)
    ended = warraq("import", here / "made.wacz")
    assert ended.code == 0
    assert ended.out.split() == ["format", "new", "file", "wacz", "2", "made.wacz"]
    assert warraq("import", here / "a.warc.gz").out.split()[1] == "same", "the same records, out of their package"


def test_our_own_wacz_comes_back(here: Path, warraq: Import) -> None:
    (here / "a.warc.gz").write_bytes(pages(2))
    warraq("import", here / "a.warc.gz")
    assert warraq("export", "-f", "wacz", "-o", here / "out.wacz").code == 0
    assert warraq("import", here / "out.wacz", archive="second").code == 0
    ours, theirs = ({(s.key, s.text_hash) for s in articles(here, name)} for name in ("archive", "second"))
    assert ours == theirs


def test_a_damaged_record_is_named_and_the_rest_imported(here: Path, warraq: Import) -> None:
    data = bytearray(pages(4, gzipped=False))
    at = bytes(data).index("لجنة الزيتون نتائج".encode())
    data[at : at + 4] = b"\0\0\0\0"
    (here / "a.warc").write_bytes(data)
    ended = warraq("import", here / "a.warc")
    assert ended.code == 1
    assert "a.warc, byte " in ended.err
    assert "block digest" in ended.err
    assert len(articles(here)) == 3


@pytest.mark.fault("A50")
def test_a_trap_is_one_line_and_leaves_no_article(here: Path, warraq: Import) -> None:
    package(here / "bomb.wacz", {"archive/a.warc": b"\0" * 150_000_000}, stored=False)
    ended = warraq("import", here / "bomb.wacz")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "would unpack to 150000000 bytes" in ended.err


def test_our_json_lines_come_back_field_for_field(here: Path, warraq: Import) -> None:
    (here / "a.warc.gz").write_bytes(pages(4))
    warraq("import", here / "a.warc.gz")
    warraq("export", "-f", "jsonl", "-o", here / "first.jsonl")
    ended = warraq("import", here / "first.jsonl", archive="second")
    assert (ended.code, ended.err) == (0, "")
    warraq("export", "-f", "jsonl", "-o", here / "second.jsonl", archive="second")
    first, second = (
        sorted(map(json.loads, (here / name).read_text("utf-8").splitlines()), key=lambda row: row["key"])
        for name in ("first.jsonl", "second.jsonl")
    )
    for before, after in zip(first, second, strict=True):
        assert {name for name in NAMES if before[name] != after[name]} <= OWN
    assert warraq("verify", archive="second").code == 0
    assert "same" in warraq("import", here / "first.jsonl", archive="second").out
    assert warraq("reextract", "--dry-run", "--workers", "1", archive="second").code == 0


def test_json_lines_of_others_are_imported_and_wrong_lines_named(here: Path, warraq: Import) -> None:
    good = {
        "url": address(1),
        "headline": title(1),
        "maintext": "نص الخبر كما كتبه غيرنا.",
        "date_publish": "2020-05-06",
    }
    lines = [json.dumps(good, ensure_ascii=False), "{", "", json.dumps({"url": address(2)})]
    (here / "rows").write_bytes(gzip.compress("\n".join(lines).encode()))
    ended = warraq("import", here / "rows")
    assert ended.code == 1
    assert "rows, line 2: not JSON" in ended.err
    assert "rows, line 4: title is missing" in ended.err
    (stored,) = articles(here)
    assert (stored.article.text, stored.article.source, stored.snapshot) == ("نص الخبر كما كتبه غيرنا.", "rassad", None)
    assert stored.article.published.iso == "2020-05-06"
    digest = hashlib.sha256((here / "rows").read_bytes()).hexdigest()
    assert one(here, "select via from url") == f"rows sha256:{digest} line 1"


ADDRESSES = ["https://rassad.example/1", "https://elsewhere.example/a?b=1,2", "https://rassad.example/1"]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("\n".join(ADDRESSES).encode(), "urls"),
        ("# list\n" + "\n".join(ADDRESSES), "urls"),
        ("العنوان,الرابط\n" + "\n".join(f'خبر,"{url}"' for url in ADDRESSES), "csv"),
        (("العنوان;الرابط\r\n" + "\r\n".join(f"خبر;{url}" for url in ADDRESSES)).encode("cp1256"), "csv"),
        (("URL\ttitle\n" + "\n".join(f"{url}\tخبر" for url in ADDRESSES)).encode("utf-16"), "csv"),
        ("\ufeffaddress|x\n" + "\n".join(f"{url}|x" for url in ADDRESSES), "csv"),
        ("first,second\n" + "\n".join(f'"{url}",x' for url in ADDRESSES), "csv"),
    ],
    ids=["list", "comment", "column", "cp1256", "utf-16", "mark", "no heading"],
)
def test_addresses_wait_and_the_command_that_fetches_them_is_said(
    here: Path, warraq: Import, content: str | bytes, form: str
) -> None:
    (here / "list").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert format_of(here / "list") == form
    ended = warraq("import", here / "list")
    assert (ended.code, ended.err) == (0, "")
    figures = Counter(ended.out.split())
    assert figures["2"] == 1, ended.out
    assert "1 pending: warraq crawl rassad" in ended.out
    assert "1 of no known newspaper pending: warraq capture --pending" in ended.out
    with closing(sqlite3.connect(here / "archive" / "archive.db")) as database:
        rows = database.execute("select url, source_key, how, via, state from url order by id").fetchall()
    assert rows == [
        (ADDRESSES[0], "rassad", "import", "list", "pending"),
        (ADDRESSES[1], None, "import", "list", "pending"),
    ]
    assert "wait" not in warraq("import", here / "list").out


def test_what_is_no_address_is_named_with_its_line(here: Path, warraq: Import) -> None:
    (here / "list").write_text("https://rassad.example/1\nnonsense\nmailto:a@b\n", encoding="utf-8")
    ended = warraq("import", here / "list")
    assert ended.code == 1
    assert "list, line 2: not the URL of a page" in ended.err
    assert one(here, "select count(*) from url") == 1


def test_opml_makes_source_files(here: Path, warraq: Import) -> None:
    opml = '<?xml version="1.0"?><opml version="2.0"><body><outline text="الغد" xmlUrl="https://ghad.example/feed"/></body></opml>'
    (here / "feeds").write_text(opml, encoding="utf-8")
    assert warraq("import", here / "feeds").code == 4, "the list has no country"
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><opml><body><outline text="&c;"/></body></opml>'  # noqa: E501  a template
    (here / "bomb").write_text(bomb, encoding="utf-8")
    assert warraq("import", here / "bomb").code == 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"<html><p>x</p></html>", "see `warraq capture --html`"),
        (b"\x00\x01\x02\x03" * 99, "not WARC, WACZ, JSON lines"),
        (b"\x1f\x8b\x08nonsense", "not WARC, WACZ, JSON lines"),
    ],
)
def test_what_cannot_be_imported_says_what_to_do(here: Path, warraq: Import, content: bytes, words: str) -> None:
    (here / "file").write_bytes(content)
    with pytest.raises(UnknownFormatError):
        format_of(here / "file")
    ended = warraq("import", here / "file")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert words in ended.err


def test_json_tells_what_became_of_each_thing(here: Path, warraq: Import) -> None:
    (here / "a.warc.gz").write_bytes(pages(1))
    first, summary = map(json.loads, warraq("import", here / "a.warc.gz", "--json").out.splitlines())
    assert (first["file"], first["result"], first["article_id"], first["source"]) == ("a.warc.gz", "new", 1, "rassad")
    assert summary == {"summary": [{"file": "a.warc.gz", "format": "warc", "new": 1}]}


@pytest.mark.slow
def test_an_import_that_is_killed_is_begun_again_and_every_page_is_there_once(here: Path, warraq: Import) -> None:
    (here / "a.warc.gz").write_bytes(pages(120))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    arguments = ["import", "a.warc.gz", "--archive", "archive", "--sources", "sources", "--workers", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "warraq", *arguments], cwd=here, env=environment, stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        time.sleep(0.02)
        try:
            if one(here, "select count(*) from article") > 5:
                break
        except sqlite3.OperationalError:
            continue
    process.send_signal(signal.SIGKILL)
    process.wait()
    stored = one(here, "select count(*) from article")
    assert 5 < stored < 120
    ended = warraq("import", here / "a.warc.gz", "--workers", "1")
    assert ended.out.split()[:8] == [
        "format",
        "new",
        "same",
        "file",
        "warc",
        str(120 - stored),
        str(stored),
        "a.warc.gz",
    ]
    assert (one(here, "select count(*) from article"), one(here, "select count(*) from snapshot")) == (120, 120)
    assert warraq("verify").code == 0


@pytest.mark.slow
def test_addresses_of_no_newspaper_are_fetched_by_capture_pending(here: Path, warraq: Import) -> None:
    with DemoNewspaper(slow=False) as paper:
        good = paper.base_url + "/feed.xml"
        (here / "list").write_text(f"{paper.base_url}/\n{good}\n", encoding="utf-8")
        warraq("import", here / "list")
        process = subprocess.run(
            [sys.executable, "-m", "warraq", "capture", "--pending", "--archive", "archive", "--allow-private",
             "--delay", "0", "--timeout", "5"],
            cwd=here, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, encoding="utf-8", timeout=60,
            check=False,
        )  # fmt: skip
    assert "(captures)" in process.stdout, process.stderr
    assert one(here, "select count(*) from url where state = 'pending'") == 0


def test_texts_of_others_are_cleaned_and_what_was_removed_is_kept(here: Path, warraq: Import) -> None:
    lead = "أعلنت وزارة الصحة اليوم أن عدد الحالات الجديدة قد انخفض في جميع مناطق البلاد خلال الأسبوع الماضي."
    given = {
        "url": address(1),
        "title": "&quot;موبايلي&quot; تعلن نتائجها",
        "author": "واس - الرياض",
        "content": f"الرياض 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م واس\n{lead}\nشارك المقال",
        "date_extracted": "2015-08-12 01:58:49",
    }
    (here / "in.json").write_text(json.dumps([given]), encoding="utf-8")
    assert warraq("import", here / "in.json").code == 0
    assert warraq("import", here / "in.json", "--as-is", archive="as-is").code == 0
    with Archive.open(here / "archive") as archive:
        (stored,) = archive.find(Query())
    assert (stored.article.title, stored.article.text) == ('"موبايلي" تعلن نتائجها', lead)
    assert stored.article.published is not None
    assert (stored.article.published.iso, stored.article.published.origin) == ("2015-08-11", "dateline")
    assert {"شارك المقال", given["content"].split("\n")[0]} == {piece.text for piece in stored.article.removed}
    with Archive.open(here / "as-is") as archive:
        (stored,) = archive.find(Query())
    assert (stored.article.title, stored.article.text, stored.article.removed) == (given["title"], given["content"], ())


@pytest.mark.parametrize("name", ["rows.csv", "rows.tsv"])
def test_a_table_of_articles_is_imported_as_articles(here: Path, warraq: Import, name: str) -> None:
    sign = "," if name.endswith("csv") else "\t"
    rows = [("link", "headline", "body"), (address(1), title(1), "نص الخبر كما كتبه غيرنا في هذا اليوم.")]
    (here / name).write_text("\n".join(sign.join(row) for row in rows), encoding="utf-8")
    ended = warraq("import", here / name, "--json")
    assert ended.code == 0
    assert json.loads(ended.out.splitlines()[0])["result"] == "new"
