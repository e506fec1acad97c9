"""`warraq health`: what it prints in both languages, and that it finds what broke in a real crawl over loopback."""

import json
import string
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import put_source

from crawler.config import Config
from crawler.discovery.poll_interval import Rhythm
from crawler.health import KINDS, Diagnosis, Finding, diagnose
from storage.archive import Archive
from storage.statistics.health import figures
from tests.support.desk import Ended
from tests.support.health_history import NOW, ROBOTS, History
from tests.support.loopback import Reply, Site, article
from warraq.cli.commands.health.page import print_diagnosis
from warraq.cli.main import run
from warraq.cli.shared.cli_context import CliContext
from warraq.locale.health_words import NOUNS, WORDS, counted, sentence
from warraq.locale.speech import language_of_locale

GOLDEN = Path(__file__).parent / "golden" / "health"
BROKE = NOW - timedelta(days=3)


def ill(archive: Archive) -> Diagnosis:
    """One newspaper with five ailments, one that is well."""
    put_source(archive, "other")
    History(key="other").write(archive)
    history = History()
    history.told = [one for one in history.told if one.at < BROKE or one.at.hour in (8, 12)]
    history.since(BROKE, lambda one: setattr(one, "precision", "none"))
    history.feed.update(errors=9, last_error="http 500", last_status=500, last_new_at=BROKE)
    history.robots += [(200, ROBOTS + "Disallow: /news/\n", BROKE)]
    history.write(archive)
    with archive.reading() as connection:
        return diagnose(figures(connection, now=NOW))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_diagnosis_is_told_in_words(
    folder_archive: Archive, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_diagnosis(CliContext(config=Config(), quiet=False), ill(folder_archive), language, every=True)  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert [line.rstrip() for line in said.splitlines()] == (GOLDEN / f"{language}.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_manual_shows_just_that(language: str) -> None:
    manual = (Path(__file__).parents[1] / "docs" / "health.md").read_text("utf-8")
    assert (GOLDEN / f"{language}.txt").read_text("utf-8") in manual
    assert all(f"`{kind}`" in manual for kind in KINDS)


def test_every_kind_has_its_words_in_both_languages_and_no_piece_names_what_never_is() -> None:
    assert tuple(WORDS) == KINDS
    known = {
        "last_run", "share", "share_before", "status", "forbidden", "tried", "addresses", "delay", "delay_before", "fetches",  # noqa: E501  a table row
        "reason", "last_new", "usual_number", "failures", "endpoint", "missed", "usual", "found", "days", "length", "length_before", "articles",  # noqa: E501  a table row
    }  # fmt: skip
    for words in WORDS.values():
        for piece in (*words.en, *words.ar):
            assert {name for _, name, _, _ in string.Formatter().parse(piece) if name} <= known
        assert words.name_en.isascii()
        assert not words.name_ar.isascii()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "لا مقالات"), (1, "مقال واحد"), (2, "مقالان"), (3, "3 مقالات"), (10, "10 مقالات"), (11, "11 مقالًا"),
        (99, "99 مقالًا"), (100, "100 مقال"), (101, "101 مقال"), (102, "102 مقال"), (103, "103 مقالات"), (111, "111 مقالًا"),  # noqa: E501  a table row
        (1000, "1000 مقال"),
    ],
)  # fmt: skip
def test_arabic_counts_as_its_grammar_says(number: int, said: str) -> None:
    assert counted(number, "article", "ar") == said


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_five_forms_and_zero_is_said(noun: str) -> None:
    assert len(NOUNS[noun].ar) == 5
    assert counted(0, noun, "ar").startswith("لا ")
    assert counted(0, noun, "en").startswith("no ")


def test_a_piece_without_its_figure_is_left_out() -> None:
    finding = Finding(
        source="x", kind="blocked", since=None, command="x", facts={"share": 0.5, "share_before": None, "fetches": 8}
    )
    assert sentence(finding, "en") == "It refuses our requests: 50 % of 8 fetches."


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"), ({"LANG": "ar_MA.UTF-8"}, "ar"), ({"LANG": "ar"}, "ar"), ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "ar_EG", "LC_ALL": "en_GB"}, "en"), ({"LANG": "en", "LC_MESSAGES": "ar_SA.UTF-8"}, "ar"), ({"LANG": "arn_CL"}, "en"),  # noqa: E501  a table row
    ],
)  # fmt: skip
def test_the_language_is_the_terminals(variables: dict[str, str], language: str) -> None:
    assert language_of_locale(variables) == language


# A real crawl over loopback, after weeks that were well.


class Newsroom:
    """A newspaper on loopback with a healthy past, and eight new articles today."""

    def __init__(self, folder: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.site, self._capsys = folder, site, capsys
        self.now = datetime.now(UTC)
        self.history = History(
            key="jarida", base=site.base, now=self.now - timedelta(minutes=20), hours=tuple(range(1, 24, 2)), days=40
        )
        self.history.robots[:] = [(200, ROBOTS, self.now - timedelta(days=40))]
        site.routes["/robots.txt"] = Reply(ROBOTS.encode(), headers={"Content-Type": "text/plain"})
        self.numbers = range(90_001, 90_009)
        self.print(14)
        self.feed("/feed.xml", self.numbers)
        links = "".join(
            f"<li><a href='/news/{number}'>خبر جديد رقم {number} من القسم</a></li>" for number in self.numbers
        )
        site.routes["/section/politics"] = Reply(f"<html><body><ul>{links}</ul></body></html>".encode())
        (folder / "sources").mkdir()
        (folder / "sources" / "jarida.toml").write_text(
            f'name_ar = "الجريدة"\nname_en = "Al Jarida"\ncountry = "MA"\ntimezone = "Africa/Casablanca"\nhome = "{site.base}/"\n'  # noqa: E501  one value
            f'article_url = \'/news/\'\ndelay_s = 0.0\n[[endpoint]]\nurl = "{site.base}/feed.xml"\nkind = "feed"\n'
            f'[[endpoint]]\nurl = "{site.base}/section/politics"\nkind = "section"\n',
            encoding="utf-8",
        )

    def print(self, paragraphs: int) -> None:
        """Put today's articles up."""
        stamp = (
            f"<meta property='article:published_time' content='{self.now - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}'>"
        )
        for number in self.numbers:
            page = article(f"خبر جديد رقم {number}", paragraphs=paragraphs).decode()
            self.site.routes[f"/news/{number}"] = Reply(page.replace("</head>", stamp + "</head>").encode())

    def feed(self, path: str, numbers: range) -> None:
        items = "".join(
            f"<item><title>خبر</title><link>{self.site.base}/news/{number}</link></item>" for number in numbers
        )
        body = f"<rss version='2.0'><channel><title>ج</title>{items}</channel></rss>".encode()
        self.site.routes[path] = Reply(body, headers={"Content-Type": "application/rss+xml"})

    def crawl(self) -> None:
        with Archive.open(self.folder / "archive") as archive:
            put_source(archive, "jarida")
            self.history.write(archive)
        how = ("--sources", str(self.folder / "sources"), "--allow-private", "--workers", "1", "--timeout", "3")
        self.call("crawl", "jarida", *how)

    def call(self, *arguments: str) -> Ended:
        code = run(["--archive", str(self.folder / "archive"), *arguments])
        return Ended(code, *self._capsys.readouterr())


@pytest.fixture
def newsroom(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WARRAQ_PATIENCE", "0")
    with Site("127.0.31.1") as site:
        yield Newsroom(tmp_path, site, capsys)


WALL = (
    "<html><head><title>Just a moment...</title></head><body><form id='challenge-form' action='/x?__cf_chl=1'>"
    "Checking your browser</form></body></html>"
)


def wall_up(room: Newsroom) -> None:
    for number in room.numbers:
        room.site.routes[f"/news/{number}"] = Reply(WALL.encode(), status=403, headers={"cf-mitigated": "challenge"})


def feed_breaks(room: Newsroom) -> None:
    room.site.routes["/feed.xml"] = Reply(b"<h1>Error</h1>", status=500)
    room.history.feed.update(errors=2, last_error="http 500", last_status=500)


def feed_empties(room: Newsroom) -> None:
    room.feed("/feed.xml", range(0))
    learned = Rhythm(items=[2.0] * 24, watched_h=[10.0] * 24, missed=40.0, at=room.now - timedelta(minutes=20))
    room.history.feed.update(last_new_at=room.now - timedelta(days=3), rhythm=learned.to_json())


def robots_forbid(room: Newsroom) -> None:
    room.site.routes["/robots.txt"] = Reply(
        f"{ROBOTS}Disallow: /news/\n".encode(), headers={"Content-Type": "text/plain"}
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("breaks", "kind"),
    [
        (feed_breaks, "feed_died"),
        (feed_empties, "feed_lies"),
        (wall_up, "challenged"),
        (robots_forbid, "robots_changed"),
        (lambda room: room.print(3), "short_texts"),
    ],
    ids=["feed 500", "feed empty", "challenge pages", "robots forbids", "texts cut"],
)
def test_what_broke_in_a_real_crawl_is_found(newsroom: Newsroom, breaks: Callable[[Newsroom], None], kind: str) -> None:
    breaks(newsroom)
    newsroom.crawl()
    told = newsroom.call("health", "--json")
    assert told.code == 7
    (report,) = [json.loads(line) for line in told.out.splitlines()]
    finding = {one["kind"]: one for one in report["findings"]}[kind]
    assert finding["examples"]
    assert finding["command"].startswith("warraq ")
    assert newsroom.now - timedelta(days=5) <= datetime.fromisoformat(finding["since"]) <= datetime.now(UTC)
    printed = newsroom.call("health", "--lang", "ar")
    assert printed.code == 7
    assert finding["command"] in printed.out
    assert finding["examples"][0] in printed.out
    assert WORDS[kind].name_ar in printed.out


@pytest.mark.slow
def test_a_newspaper_that_is_well_after_a_real_crawl_is_called_well(newsroom: Newsroom) -> None:
    newsroom.crawl()
    told = newsroom.call("health", "--json")
    (report,) = [json.loads(line) for line in told.out.splitlines()]
    assert (told.code, report["findings"], report["verdict"]) == (0, [], "well")
    assert (report["source"], report["blocked_share"], report["undated_share"]) == ("jarida", 0.0, 0.0)
    printed = newsroom.call("health", "--lang", "en")
    assert (printed.code, printed.out) == (0, "All is well: 1 newspaper.\n")
    assert "jarida" in newsroom.call("health", "--all", "--lang", "en").out


def test_only_what_began_lately_is_told_where_that_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    with Archive.open(tmp_path / "archive") as archive:
        put_source(archive)
        history = History(now=now)
        history.robots.append((200, ROBOTS + "Disallow: /news/\n", now - timedelta(days=10)))
        history.write(archive)
    day = (now - timedelta(days=12)).date().isoformat()
    assert run(["--archive", str(tmp_path / "archive"), "health", "--since", day]) == 7
    assert run(["--archive", str(tmp_path / "archive"), "health", "--since", now.date().isoformat()]) == 0


def test_an_unknown_source_is_told_with_a_guess(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Archive.open(tmp_path / "archive") as archive:
        put_source(archive)
    assert run(["--archive", str(tmp_path / "archive"), "health", "rasad"]) == 2
    assert "did you mean rassad?" in capsys.readouterr().err
