"""warraq sources on the command line: narrowed down, exported, imported, and checked with the day written."""

import csv
import io
import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from lxml import etree

from crawler.sources.source import load, load_all
from tests.support.desk import Ended, Run
from tests.support.loopback import Reply, Site, article
from warraq.cli.main import run

SHIPPED = load_all()
TOML = """# Ours.
name_ar = "الرصد"
name_en = "Rassad"
country = "MA"
timezone = "Africa/Casablanca"
home = "{home}"
kind = "party"
checked = 2026-01-05
delay_s = 0

[[endpoint]]
url = "{home}feed"
kind = "feed"
"""


@pytest.fixture
def warraq_(capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> Ended:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        return Ended(code, *capfd.readouterr())

    return call


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with one newspaper of one's own, which was checked."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "rassad.toml").write_text(TOML.format(home="https://rassad.example/"), "utf-8")
    return folder


def keys(ended: Ended) -> list[str]:
    return [json.loads(line)["key"] for line in ended.out.splitlines()]


# list


def test_newspapers_are_listed_by_country_and_key_and_counted(warraq_: Run) -> None:
    ended = warraq_("sources", "list")
    rows = [line.split() for line in ended.out.splitlines()[1:]]
    assert len(rows) == len(SHIPPED)
    assert [(row[0], row[5]) for row in rows] == sorted((source.country, key) for key, source in SHIPPED.items())
    assert ended.err.strip() == f"{len(SHIPPED)} newspapers of {len({row[0] for row in rows})} countries"


@pytest.mark.parametrize(
    ("options", "fits"),
    [
        (["--country", "ma"], lambda source: source.country == "MA"),
        (["--country", "KM", "--country", "so"], lambda source: source.country in ("KM", "SO")),
        (["--kind", "fact_checker"], lambda source: source.kind == "fact_checker"),
        (
            ["--kind", "state", "--kind", "agency", "--country", "EG"],
            lambda source: source.kind in ("state", "agency") and source.country == "EG",
        ),
        (["--country", "XX"], lambda source: False),
    ],
)
def test_a_list_is_narrowed_down_by_what_the_files_say(warraq_: Run, options: list[str], fits) -> None:
    listed = keys(warraq_("sources", "list", "--json", *options))
    assert sorted(listed) == sorted(key for key, source in SHIPPED.items() if fits(source))


def test_what_was_checked_and_what_never_was_are_told_apart(warraq_: Run, mine: Path) -> None:
    assert keys(warraq_("sources", "list", "--json", "--checked", "--sources", mine)) == ["rassad"]
    never = keys(warraq_("sources", "list", "--json", "--never-checked", "--sources", mine))
    assert sorted(never) == sorted(SHIPPED)
    assert "2026-01-05" in warraq_("sources", "list", "--checked", "--sources", mine).out


def test_a_kind_that_there_is_not_is_told_with_those_that_there_are(warraq_: Run) -> None:
    ended = warraq_("sources", "list", "--kind", "news")
    assert (ended.code, ended.out) == (2, "")
    assert "there are agency, fact_checker, broadcaster, party, state, private" in ended.err
    assert "no kind is called 'agancy'; did you mean agency?" in warraq_("sources", "list", "--kind", "agancy").err
    ended = warraq_("sources", "list", "--country", "mma")
    assert (ended.code, "no country is called 'mma'; did you mean ma" in ended.err) == (2, True)


# export


def test_a_table_of_newspapers_has_every_field_in_a_column(warraq_: Run, mine: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(warraq_("sources", "export", "-f", "csv", "--sources", mine).out)))
    assert len(rows) == len(SHIPPED) + 1
    (row,) = [row for row in rows if row["key"] == "rassad"]
    assert (row["name_ar"], row["kind"], row["checked"], row["feeds"], row["sections"]) == (
        "الرصد",
        "party",
        "2026-01-05",
        "https://rassad.example/feed",
        "",
    )
    named = {row["key"]: row["feeds"].split() for row in rows}
    assert len(named["map_morocco"]) == 5


def test_json_is_one_array_of_what_list_prints(warraq_: Run, tmp_path: Path) -> None:
    path = tmp_path / "press.json"
    ended = warraq_("sources", "export", "-o", path, "--country", "DZ")
    assert (ended.code, ended.out) == (0, "")
    listed = warraq_("sources", "list", "--json", "--country", "DZ").out.splitlines()
    assert json.loads(path.read_text("utf-8")) == [json.loads(line) for line in listed]


def test_opml_is_for_feed_readers_first(warraq_: Run) -> None:
    root = etree.fromstring(warraq_("sources", "export", "--country", "MA", "--kind", "agency").out.encode())
    (outline,) = root.find("body")
    assert (outline.get("text"), outline.get("title")) == ("وكالة المغرب العربي للأنباء", "MAP")
    assert [feed.get("xmlUrl") for feed in outline] == [one.url for one in SHIPPED["map_morocco"].endpoint]


def test_a_format_that_there_is_not_is_told(warraq_: Run) -> None:
    assert "one of opml, csv, json" in warraq_("sources", "export", "-f", "xlsx").err


# import


def test_what_was_exported_is_imported_elsewhere_field_for_field(warraq_: Run, mine: Path, tmp_path: Path) -> None:
    path, there = tmp_path / "press.opml", tmp_path / "there"
    there.mkdir()
    assert warraq_("sources", "export", "-o", path, "--sources", mine).code == 0
    ended = warraq_("sources", "import", path, "--sources", there)
    assert (ended.code, ended.out.split()) == (0, [str(there / "rassad.toml")])
    assert f"1 written, {len(SHIPPED)} known, 0 left unchanged" in ended.err
    assert load(there / "rassad.toml") == load(mine / "rassad.toml")
    assert "0 written" in warraq_("sources", "import", path, "--sources", there).err


FOREIGN = '<opml version="2.0"><body><outline text="الرصد" xmlUrl="https://rassad.example/rss"/></body></opml>'


def test_a_file_that_is_there_and_differs_stays_unless_it_is_to_be_replaced(
    warraq_: Run, mine: Path, tmp_path: Path
) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(FOREIGN, "utf-8")
    before = (mine / "rassad.toml").read_text("utf-8")
    kept = warraq_("sources", "import", path, "--country", "MA", "--sources", mine)
    assert (kept.code, kept.out) == (1, "")
    assert "rassad: known as rassad, with other fields; see" in kept.err
    dry = warraq_("sources", "import", path, "--country", "MA", "--sources", mine, "--replace", "--dry-run")
    assert (dry.code, "1 would be written" in dry.err) == (0, True)
    assert (mine / "rassad.toml").read_text("utf-8") == before
    assert warraq_("sources", "import", path, "--country", "MA", "--sources", mine, "--replace").code == 0
    assert load(mine / "rassad.toml").endpoint[0].url == "https://rassad.example/rss"


def test_a_foreign_list_never_takes_the_place_of_a_file_that_is_kept_by_hand(
    warraq_: Run, mine: Path, tmp_path: Path
) -> None:
    feed = SHIPPED["hespress"].endpoint[0].url
    path = tmp_path / "feeds.opml"
    path.write_text(FOREIGN.replace("https://rassad.example/rss", feed), "utf-8")
    known = warraq_("sources", "import", path, "--country", "MA", "--sources", mine)
    assert (known.code, known.out, "0 written, 1 known" in known.err) == (0, "", True)

    path.write_text(FOREIGN.replace("https://rassad.example/rss", "https://www.bbc.com/arabic/rss"), "utf-8")
    kept = warraq_("sources", "import", path, "--country", "GB", "--sources", mine)
    assert (kept.code, "known as bbc_arabic, with other fields" in kept.err) == (1, True)
    replaced = warraq_("sources", "import", path, "--country", "GB", "--sources", mine, "--replace")
    assert (replaced.code, replaced.out.split()) == (0, [str(mine / "bbc_arabic.toml")])


def test_a_list_that_leaves_the_country_open_writes_nothing(warraq_: Run, mine: Path, tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(FOREIGN, "utf-8")
    ended = warraq_("sources", "import", path, "--sources", mine)
    assert ended.code == 4
    assert "the list has no country; give it with --country" in ended.err


# check


def checked(*arguments: object) -> Ended:
    """In a process of its own: the reactor and its resolver are a process's."""
    command = [sys.executable, "-m", "warraq", "sources", "check", *map(str, arguments), "--allow-private"]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.slow
def test_what_is_well_gets_the_day_and_what_is_not_keeps_its_own(tmp_path: Path) -> None:
    with Site("127.0.0.5") as well, Site("127.0.0.6") as ill:
        now = format_datetime(datetime.now(UTC))
        for site in (well, ill):
            site.routes["/"] = Reply(b"<html><body>home</body></html>")
            site.routes["/feed"] = Reply(
                f"<rss version='2.0'><channel><item><link>/a/1</link><pubDate>{now}</pubDate></item></channel></rss>".encode()  # noqa: E501  a template
            )
        well.routes["/a/1"] = Reply(article())
        for key, site in (("well", well), ("ill", ill)):
            (tmp_path / f"{key}.toml").write_text(TOML.format(home=f"{site.base}/"), "utf-8")
        ended = checked("well", "ill", "--write", "--delay", "0", "--sources", tmp_path)
        heading, first, second = (line.split() for line in ended.out.splitlines())
        assert heading == ["source", "found", "home", "robots", "endpoints", "articles", "newest", "why"]
        assert first[:6] == ["ill", "failed", "200", "allowed", "1/1", "0/1"]
        assert " ".join(first).endswith("none of 1 articles could be read: http 404")
        assert second == ["well", "well", "200", "allowed", "1/1", "1/1", "0", "min"]
        assert (ended.code, f"1 of 2 pass; written to {tmp_path}" in ended.err) == (1, True)
        today = datetime.now(UTC).date()
        assert load(tmp_path / "well.toml").checked == today
        assert (tmp_path / "well.toml").read_text("utf-8") == TOML.format(home=f"{well.base}/").replace(
            "2026-01-05", today.isoformat()
        )
        assert "2026-01-05" in (tmp_path / "ill.toml").read_text("utf-8")

        alone = checked("ill", "--json", "--delay", "0", "--sources", tmp_path)
        (told,) = map(json.loads, alone.out.splitlines())
        assert (alone.code, told["source"], told["verdict"]) == (6, "ill", "failed")
        assert told["samples"][0]["status"] == 404


def test_what_was_looked_at_before_an_interrupt_is_told(tmp_path: Path) -> None:
    with Site("127.0.0.7") as quick, Site("127.0.0.8") as slow:
        for key, site in (("quick", quick), ("slow", slow)):
            (tmp_path / f"{key}.toml").write_text(TOML.format(home=f"{site.base}/"), "utf-8")
        quick.routes["/robots.txt"] = Reply(status=503)  # that ends the look at it
        slow.routes["/"] = Reply(wait=25)
        command = [sys.executable, "-m", "warraq", "sources", "check", "quick", "slow", "--sources", tmp_path]
        with subprocess.Popen(
            [*map(str, command), "--allow-private", "--delay", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            while "/" not in slow.paths or not quick.paths:
                time.sleep(0.05)
                assert process.poll() is None
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        assert process.returncode == 130
        assert [line.split()[0] for line in out.decode().splitlines()] == ["source", "quick"]
        assert "interrupted: 1 of 2 were checked" in err.decode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "or --all"),
        (["hespress", "--all"], "--all cannot be combined with other selections"),
        (["--country", "MA", "--all"], "--all cannot be combined with other selections"),
        (["hespress", "--write"], "--write needs --sources FOLDER"),
    ],
)
def test_whom_to_check_and_where_to_write_must_be_said(warraq_: Run, arguments: list[str], words: str) -> None:
    ended = warraq_("sources", "check", *arguments)
    assert (ended.code, words in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("address", "code", "told"),
    [
        ("http://127.0.0.1:9/", 1, "127.0.0.1: a private address, which is not fetched; --allow-private allows it"),
        ("notaurl", 2, "'notaurl' is not the address of a home page, such as https://www.example.ma/"),
        ("https://", 2, "'https://' is not the address of a home page"),
        ("http://nowhere.invalid/", 1, "nowhere.invalid: no such host; check the spelling"),
    ],
)
def test_an_address_that_cannot_be_added_says_why(warraq_: Run, address: str, code: int, told: str) -> None:
    ended = warraq_("sources", "add", address)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith(f"warraq: {told}")


def test_a_refused_connection_is_told_from_a_page_without_feeds(warraq_: Run) -> None:
    with Site() as site:
        site.routes["/"] = Reply(b"<html><title>x</title><p>nothing here</p></html>")
        ended = warraq_("sources", "add", f"{site.base}/", "--allow-private", "--delay", "0")
    assert ended.code == 1
    assert "was read, and neither it nor its robots.txt nor the usual places name a feed" in ended.err
    ended = warraq_("sources", "add", f"{site.base}/", "--allow-private", "--delay", "0")
    assert ended.code == 1
    assert ended.err.startswith("warraq: 127.0.0.1: ")
    assert "the server refuses connections on this port" in ended.err
