"""`warraq feed`: what it writes is a feed to a feed reader, and the same feed in every run."""

import json
from datetime import datetime
from pathlib import Path

import feedparser
import pytest
from lxml import etree, html

from tests.support.desk import Run
from tests.support.small_archive import ATTACKS, make_archive
from warraq.cli.main import run

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("feed") / "archive")


@pytest.fixture
def written(folder: Path, tmp_path: Path) -> Path:
    file = tmp_path / "press.atom"
    assert run(["--archive", str(folder), "feed", "-o", str(file)]) == 0
    return file


def test_a_feed_reader_reads_every_entry(written: Path) -> None:
    feed = feedparser.parse(written.read_bytes())
    assert not feed.bozo
    assert (feed.version, len(feed.entries)) == ("atom10", 53)
    entry = next(one for one in feed.entries if one.title == "أسعار الخضار في السوق 0")
    assert entry.link == "https://wardan.example/x0"
    assert (entry.author, entry.tags[0].term) == ("wardan", "opinion")
    assert entry.published == "2026-01-05T09:00:00Z"


def test_an_entry_runs_from_right_to_left(written: Path) -> None:
    tree = etree.parse(written)
    for entry in tree.iter(f"{ATOM}entry"):
        assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
        summary = entry.find(f"{ATOM}summary")
        paragraph = html.fragment_fromstring(summary.text)
        assert (summary.get("type"), paragraph.tag, paragraph.get("dir")) == ("html", "p", "rtl")
        assert len(paragraph) == 0, "markup of a stored text is text in the feed"


def test_what_atom_requires_is_there_once(written: Path) -> None:
    feed = etree.parse(written).getroot()
    for one in (feed, *feed.iter(f"{ATOM}entry")):
        assert [len(one.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert datetime.fromisoformat(one.findtext(f"{ATOM}updated")).utcoffset() is not None
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    newest = max(entry.findtext(f"{ATOM}updated") for entry in feed.iter(f"{ATOM}entry"))
    assert feed.findtext(f"{ATOM}updated") == newest


def test_hostile_titles_stay_text(written: Path) -> None:
    titles = {entry.findtext(f"{ATOM}title") for entry in etree.parse(written).iter(f"{ATOM}entry")}
    assert set(ATTACKS) & titles, "the attacks are among the articles"
    assert {element.tag for element in etree.parse(written).iter()} <= {
        f"{ATOM}{name}"
        for name in [
            "feed",
            "id",
            "title",
            "updated",
            "published",
            "author",
            "name",
            "link",
            "entry",
            "category",
            "summary",
        ]
    }


def test_the_same_list_is_the_same_file_in_every_run(warraq_: Run, written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.atom"
    assert warraq_("feed", "-o", again).code == 0
    assert again.read_bytes() == written.read_bytes()
    other = warraq_("feed", "source:wardan").out
    assert feedparser.parse(other).feed.id != feedparser.parse(written.read_bytes()).feed.id
    assert feedparser.parse(other).feed.id == feedparser.parse(warraq_("feed", "source:wardan").out).feed.id


def test_a_json_feed_has_what_its_version_requires(warraq_: Run) -> None:
    address = "https://press.example/o.json"
    feed = json.loads(warraq_("feed", "-f", "json", "--kind", "opinion", "--limit", "4", "--url", address).out)
    assert (feed["version"], feed["feed_url"]) == ("https://jsonfeed.org/version/1.1", address)
    assert feed["title"] == "Warraq kind:opinion"
    assert len(feed["items"]) == 4
    for item in feed["items"]:
        assert item["id"].startswith("urn:uuid:")
        assert item["url"].startswith("https://wardan.example/")
        assert item["content_html"].startswith('<p dir="rtl" lang="ar">')
        assert datetime.fromisoformat(item["date_modified"]).utcoffset() is not None


def test_a_query_narrows_the_feed_and_titles_it(warraq_: Run) -> None:
    feed = feedparser.parse(warraq_("feed", "أولياء", "--source", "rassad", "--title", "الامتحانات").out)
    assert feed.feed.title == "الامتحانات"
    assert [entry.author for entry in feed.entries] == ["rassad"]


def test_a_feed_without_entries_is_a_feed(warraq_: Run) -> None:
    ended = warraq_("feed", "كلمةغيرموجودة", "--fail-empty")
    feed = feedparser.parse(ended.out)
    assert (ended.code, feed.bozo, feed.entries, bool(feed.feed.updated)) == (3, False, [], True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("kind:opinon",), "did you mean opinion?"),
        (("sorce:x",), "did you mean source:?"),
        (("--source", "rasad"), "did you mean rassad"),
        (("-f", "json", "-o", "news.atom"), "news.atom ends like atom, and -f says json"),
    ],
)
def test_what_cannot_be_understood_is_one_line(warraq_: Run, arguments: tuple[str, ...], message: str) -> None:
    ended = warraq_("feed", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert "Traceback" not in ended.err
