"""The command line as people meet it: what it prints, where, and with which exit code."""

import gzip
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import put_source
from rich.cells import cell_len

import warraq
from crawler.demo.manuscript import manuscripts
from pipelines.urls.canonical import canonical_key
from storage.archive import Archive
from storage.crawl_state.boilerplate import LearnedBlock
from storage.errors import StorageError
from storage.model.address import Discovered
from storage.model.article import Article, NotArticle, Published, Removed
from storage.model.visit import Failure, Visit
from tests.support.desk import Ended, Run
from tests.support.forked import run_on_terminal
from tests.support.imported_by import imported_by
from warraq.cli import main
from warraq.cli.main import COMMANDS, run
from warraq.cli.shared.export_target import format_of

WHEN = datetime(2026, 1, 2, 8, tzinfo=UTC)


@pytest.fixture
def warraq_(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process, as the console script does."""

    def call(*arguments: object, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ended(code, out, err)

    return call


def article(number: int, title: str, text: str, **more: object) -> Article:
    url = f"https://www.rassad.example/2026/01/0{number}/khabar"
    published = Published(iso=f"2026-01-0{number}", text=f"{number} يناير 2026", precision="day", origin="visible")
    values = {"source": "rassad", "published": published, "language": "ar", "fetched_at": WHEN} | more
    return Article(url=url, title=title, text=text, **values)  # type: ignore[arg-type]  # a table of Article's own fields


ARTICLES = (
    article(1, "افتتاح خط قطار جديد", "أعلنت الوزارة افتتاح الخط.\nوقالت إن الرحلة تستغرق ساعة (BBC) واحدة."),
    article(
        2,
        "قرار الحكومة بشأن المياه",
        "قررت الحكومة أمس توزيع المياه.",
        authors=("سعاد الناصري",),
        removed=(Removed(rule="share", text="شارك المقال", after_line=1),),
    ),
    article(3, "=عنوان يبدأ بعلامة", "نص ثالث عن الحكومة والقطار.", published=None),
)


def visit(url: str, outcome: Article | NotArticle | Failure, source: str = "rassad") -> Visit:
    return Visit(url=url, key=canonical_key(url), source=source, outcome=outcome)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with three articles, a section page, a failure and an address that waits."""
    path = tmp_path / "archive"
    with Archive.open(path) as archive:
        put_source(archive)
        for one in ARTICLES:
            archive.store(visit(one.url, one))
        archive.store(visit("https://rassad.example/politics", NotArticle(url="x", reason="section")))
        archive.store(visit("https://rassad.example/slow", Failure(reason="timeout", final=True)))
        late = "https://rassad.example/late"
        archive.frontier.add([Discovered(url=late, key=canonical_key(late), source="rassad", how="feed")])
    return path


# Help, errors, exit codes


@pytest.mark.parametrize(
    "command",
    [
        "",
        *COMMANDS,
        "sources list",
        "sources show",
        "sources add",
        "sources check",
        "sources export",
        "sources import",
        "sources boilerplate",
    ],
)
def test_every_command_says_what_it_does_and_shows_an_example(warraq_: Run, command: str) -> None:
    ended = warraq_(*command.split(), "--help")
    assert (ended.code, ended.err) == (0, "")
    assert f"warraq {command}".strip() in ended.out.split("\n\n", 1)[1], "an example in the help itself"
    assert "--archive FOLDER" in ended.out


def test_the_help_of_the_program_lists_commands_and_exit_codes(warraq_: Run) -> None:
    out = warraq_("--help").out
    assert all(f"\n  {name} " in out for name in COMMANDS)
    assert all(f"\n  {code} " in out for code in main.EXIT_CODES)
    assert "..." not in out.split("Commands:")[1].split("Exit codes")[0], "every summary fits its line"


def test_the_version_is_that_of_the_package(warraq_: Run) -> None:
    assert warraq_("--version").out == f"warraq, version {warraq.__version__}\n"


def test_without_a_command_the_help_is_shown_and_nothing_was_done(warraq_: Run) -> None:
    ended = warraq_()
    assert (ended.code, ended.out) == (2, "")
    assert "Commands:" in ended.err


WRONG = [
    pytest.param(["serch", "x"], 2, "did you mean search?", id="a command that is not there"),
    pytest.param(["show"], 2, "Missing argument 'ARTICLE'", id="a missing argument"),
    pytest.param(["stats", "--frobnicate"], 2, "No such option", id="an unknown option"),
    pytest.param(["search", "--since", "soon"], 2, "'soon' is not a date; write 2024", id="a date that is none"),
    pytest.param(["search", "x*"], 2, "must come before *", id="a query that is too wide"),
    pytest.param(
        ["export", "-f", "jsonl", "--excel"], 2, "--excel is for csv, not for jsonl", id="a wish of another format"
    ),
    pytest.param(["show", "99"], 1, "no article 99 in the archive", id="a number that is not there"),
    pytest.param(["show", "abc"], 1, "not an address of a page", id="neither number nor address"),
    pytest.param(["sources", "show", "hespres"], 2, "did you mean hespress", id="a source that is not there"),
    pytest.param(
        ["stats", "--sources", "/nowhere"],
        4,
        "--sources = '/nowhere': no such folder",
        id="a folder that is not there",
    ),
    pytest.param(["stats", "--archive", "postgresql://x@y/z"], 4, "add --warc FOLDER", id="a database without WARC"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG)
def test_a_mistake_is_one_line_with_its_cure_and_its_exit_code(
    warraq_: Run, folder: Path, arguments: list[str], code: int, words: str
) -> None:
    ended = warraq_("--archive", folder, *arguments)
    assert (ended.code, ended.out) == (code, "")
    first, *hint = ended.err.splitlines()
    assert first.startswith("warraq: ")
    assert words in first
    assert "Traceback" not in ended.err
    assert len(hint) <= 1


def test_no_archive_is_said_with_the_way_to_make_one(warraq_: Run, tmp_path: Path) -> None:
    ended = warraq_("stats", "--archive", tmp_path / "none")
    assert ended.code == 5
    assert "create one with `warraq crawl`" in ended.err
    assert not (tmp_path / "none").exists(), "asking makes nothing"


def test_a_wrong_environment_variable_is_named(warraq_: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRAQ_DELAY", "fast")
    ended = warraq_("stats")
    assert (ended.code, ended.err) == (4, "warraq: WARRAQ_DELAY = 'fast': write a number from 0 to 3600\n")


def test_the_archive_can_be_named_before_the_command_after_it_or_in_the_environment(
    warraq_: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = warraq_("stats", "--archive", folder)
    assert expected.code == 0
    assert warraq_("--archive", folder, "stats") == expected
    assert warraq_("--archive", "/nowhere", "stats", "--archive", folder) == expected, "the later one wins"
    monkeypatch.setenv("WARRAQ_ARCHIVE", str(folder))
    assert warraq_("stats") == expected


def test_a_fault_of_ours_is_one_line_and_its_traceback_is_kept(
    warraq_: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(self: Archive) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(Archive, "stats", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = warraq_("stats", "--archive", folder)
    assert ended.code == 1
    (line,) = ended.err.splitlines()
    assert line.startswith("warraq: this is a bug in warraq: RuntimeError: two; the details are in ")
    (log,) = tmp_path.glob("warraq-error-*.log")
    assert str(log) in line
    assert "Traceback" in log.read_text()
    assert "Traceback" in warraq_("stats", "--archive", folder, "-v").err


def test_ctrl_c_is_one_word_and_130(warraq_: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Archive) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Archive, "stats", interrupted)
    ended = warraq_("stats", "--archive", folder)
    assert (ended.code, ended.err.strip()) == (130, "warraq: interrupted")


@pytest.mark.fault("A39")
def test_control_characters_in_an_error_are_seen_not_obeyed(
    warraq_: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hostile(self: Archive) -> None:
        raise StorageError("http said \x1b[2J\nsecond line")

    monkeypatch.setattr(Archive, "stats", hostile)
    assert warraq_("stats", "--archive", folder).err == "warraq: http said ␛[2J␊second line\n"


# Reading


def test_an_article_is_shown_to_be_read(warraq_: Run, folder: Path) -> None:
    ended = warraq_("show", 2, "--archive", folder)
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0] == "قرار الحكومة بشأن المياه"
    assert lines[1] == "#2  rassad  2026-01-02"
    assert "سعاد الناصري" in lines
    assert "قررت الحكومة أمس توزيع المياه." in lines
    assert "https://www.rassad.example/2026/01/02/khabar" in lines
    assert "\x1b" not in ended.out, "no colour in a pipe"


@pytest.mark.parametrize(
    "reference",
    ["1", "https://www.rassad.example/2026/01/01/khabar", "http://rassad.example/2026/01/01/khabar/?utm_source=x#top"],
    ids=["number", "address", "the same address in another spelling"],
)
def test_an_article_is_found_by_number_and_by_any_spelling_of_its_address(
    warraq_: Run, folder: Path, reference: str
) -> None:
    record = json.loads(warraq_("show", reference, "--json", "--archive", folder).out)
    assert (record["id"], record["title"]) == (1, ARTICLES[0].title)


def test_what_cleaning_took_is_shown_on_demand(warraq_: Run, folder: Path) -> None:
    assert "شارك المقال" not in warraq_("show", 2, "--archive", folder).out
    assert "شارك المقال" in warraq_("show", 2, "--removed", "--archive", folder).out


def test_only_the_terminal_sees_shaped_letters_never_json_nor_a_pipe(warraq_: Run, folder: Path) -> None:
    shaped = "\ufee1\ufeee\ufef4\ufedf\ufe8d"

    def has_forms(text: str) -> bool:
        return any("\ufe70" <= letter <= "\ufeff" for letter in text)

    assert has_forms(warraq_("show", 2, "--bidi", "on", "--archive", folder).out)
    assert not has_forms(warraq_("show", 2, "--archive", folder).out), "auto, and stdout is no terminal"
    assert not has_forms(warraq_("show", 2, "--bidi", "on", "--json", "--archive", folder).out)
    assert not has_forms(warraq_("export", "--bidi", "on", "--archive", folder).out)
    assert has_forms(shaped)


def test_search_shows_what_matches_newest_first(warraq_: Run, folder: Path) -> None:
    ended = warraq_("search", "الحكومة", "--archive", folder)
    assert ended.code == 0
    assert [line.split()[0] for line in ended.out.splitlines() if line.startswith("#")] == ["#3", "#2"]


def test_search_gives_json_lines_with_marks(warraq_: Run, folder: Path) -> None:
    hits = [json.loads(line) for line in warraq_("search", "حكومة", "--json", "--archive", folder).out.splitlines()]
    assert [hit["article_id"] for hit in hits] == [3, 2]
    (start, end) = hits[1]["title"]["marks"][0]
    assert hits[1]["title"]["text"][start:end] == "الحكومة"


FILTERED = [
    pytest.param(["--since", "2026-01-02"], [2], id="since"),
    pytest.param(["--until", "2026-01-01"], [1], id="until"),
    pytest.param(["--author", "سعاد"], [2], id="author"),
    pytest.param(["--source", "other"], [], id="source"),
    pytest.param(["--country", "MA"], [3, 2, 1], id="country"),
    pytest.param(["--language", "fa"], [], id="language"),
    pytest.param(["--limit", "1"], [3], id="limit"),
    pytest.param(["قطار", "since:2026"], [1], id="words and a filter in the query"),
    pytest.param(["قطار", "-نص", "--limit", "9"], [1], id="a word that must not be there is no option"),
    pytest.param(["-نص", "قطار"], [1], id="even as the first word"),
    pytest.param(["--", "قطار", "-BBC"], [3], id="a Latin one after two dashes"),
]


@pytest.mark.parametrize(("arguments", "expected"), FILTERED)
def test_search_and_export_take_the_same_filters(
    warraq_: Run, folder: Path, arguments: list[str], expected: list[int]
) -> None:
    found = warraq_("search", "--json", "--archive", folder, *arguments)
    exported = warraq_("export", "-f", "jsonl", "--archive", folder, *arguments)
    assert [json.loads(line)["article_id"] for line in found.out.splitlines()] == expected
    assert [json.loads(line)["id"] for line in exported.out.splitlines()] == expected


def test_nothing_found_is_no_failure_unless_asked(warraq_: Run, folder: Path) -> None:
    assert warraq_("search", "ديناصور", "--archive", folder) == Ended(
        0, "", "nothing matches\n  ديناصور is in no article\n"
    )
    assert warraq_("search", "ديناصور", "--fail-empty", "--archive", folder).code == 3
    assert warraq_("export", "ديناصور", "--fail-empty", "--archive", folder).code == 3


# Taking away


def test_export_writes_a_whole_file_in_the_format_of_its_name(warraq_: Run, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    ended = warraq_("export", "-o", path, "--archive", folder)
    assert (ended.code, ended.out) == (0, "")
    assert f"3 articles in {path}" in ended.err
    assert path.read_text("utf-8").startswith("id,url,source,title")


NAMED = [("a.jsonl", "jsonl"), ("a.CSV", "csv"), ("a.opml", "opml"), ("a", "jsonl"), ("-", "jsonl")]


@pytest.mark.parametrize(("output", "expected"), NAMED)
def test_the_name_of_the_file_names_the_format(output: str, expected: str) -> None:
    assert format_of(output, None) == expected


def test_export_to_a_folder_that_is_not_there_fails_before_it_writes(
    warraq_: Run, folder: Path, tmp_path: Path
) -> None:
    ended = warraq_("export", "-o", tmp_path / "none" / "a.jsonl", "--archive", folder)
    assert ended.code == 5
    assert "cannot write" in ended.err


def test_a_spreadsheet_export_defuses_a_title_that_is_a_formula(warraq_: Run, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert warraq_("export", "--excel", "-o", path, "--archive", folder).code == 0
    assert "'=عنوان" in path.read_text("utf-8-sig")


def test_stats_counts_articles_and_every_address_by_what_became_of_it(warraq_: Run, folder: Path) -> None:
    stats = json.loads(warraq_("stats", "--json", "--archive", folder).out)
    assert stats["articles"] == 3
    assert stats["urls"] == {"done": 3, "not_article": 1, "failed": 1, "pending": 1}
    assert stats["sources"][0]["source"] == "rassad"
    assert {(line["state"], line["reason"]) for line in stats["ledger"]} >= {("failed", "timeout")}
    shown = warraq_("stats", "--archive", folder).out
    assert "3 articles" in shown
    assert "timeout" in shown


def test_requeue_feeds_failed_addresses_back(warraq_: Run, folder: Path) -> None:
    unknown = warraq_("requeue", "--reason", "no such reason", "--archive", folder)
    assert (unknown.code, unknown.out) == (2, "")
    assert warraq_("requeue", "--source", "rassad", "--archive", folder).out.startswith("1 URL")
    with Archive.open(folder) as archive:
        assert archive.frontier.counts() == {"done": 3, "not_article": 1, "pending": 2}


# Sources


def test_sources_are_listed_shown_and_joined_by_your_own(warraq_: Run, tmp_path: Path) -> None:
    (tmp_path / "rassad.toml").write_text(
        'name_ar = "الرصد"\nname_en = "Rassad"\ncountry = "MA"\ntimezone = "Africa/Casablanca"\n'
        'home = "https://rassad.example/"\n\n[[endpoint]]\nurl = "https://rassad.example/feed"\n',
        encoding="utf-8",
    )
    keys = [json.loads(line)["key"] for line in warraq_("sources", "list", "--json").out.splitlines()]
    assert len(keys) >= 10
    listed = warraq_("sources", "list", "--sources", tmp_path).out
    assert "rassad" in listed
    assert "الرصد" in listed
    shown = warraq_("sources", "show", "rassad", "--sources", tmp_path).out
    assert 'url = "https://rassad.example/feed"' in shown


# Clean text alone

PAGE = (
    "<html><head><title>{title} - الرصد</title><meta property='og:title' content='{title}'></head><body><header>الرصد</header>"  # noqa: E501  a template
    "<article><h1>{title}</h1><p>{text}</p><p>{text}</p><p>{text}</p></article></body></html>"
)
TEXT = (
    "أعلنت وزارة النقل في بيان لها اليوم عن افتتاح خط جديد للقطار السريع بين المدينتين، وقال الوزير إن الرحلة تستغرق "
    "ساعة واحدة فقط، مضيفا أن المشروع كلف الخزينة مبالغ كبيرة وأنه سيستمر لسنوات مقبلة حسب المصدر ذاته."
)


def page_line(number: int) -> bytes:
    html = PAGE.format(title=f"عنوان طويل للخبر رقم {number} في الصفحة", text=f"{number} {TEXT}")
    return json.dumps({"html": html, "url": f"https://rassad.example/2026/01/0{number}/a"}).encode() + b"\n"


def test_extract_gives_one_line_for_each_line_in_the_same_order_whatever_they_hold(warraq_: Run) -> None:
    bad = [
        b"not json\n",
        b"[]\n",
        b'{"url": "https://x.example/"}\n',
        b'{"html": "<p>", "url": 7}\n',
        b"\n",
        b"\xff\xfe\n",
    ]
    ended = warraq_("extract", stdin=page_line(1) + b"".join(bad) + page_line(2))
    records = [json.loads(line) for line in ended.out.splitlines()]
    assert len(records) == 8
    assert [("error" in record) for record in records] == [False, *[True] * 6, False]
    assert records[1]["error"].startswith("stdin, line 2: not JSON")
    assert all(isinstance(record["text"], str) for record in records)
    assert records[0]["text"].startswith("1 أعلنت")
    assert records[7]["text"].startswith("2 أعلنت")
    assert all(set(records[0]) <= set(record) for record in records), "every line has every key"
    assert ended.code == 1


def test_extract_names_every_field_that_an_article_has_by_itself(warraq_: Run) -> None:
    ended = warraq_("extract", stdin=page_line(1))
    (record,) = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 0
    wanted = {"url", "title", "text", "published", "authors", "language", "section", "tags", "image", "kind", "removed"}
    assert wanted <= set(record)
    assert record["title"] == "عنوان طويل للخبر رقم 1 في الصفحة"
    assert record["language"] == "ar"
    assert (record["published"], record["published_from"]) == ("2026-01-01", "url")
    assert "fetched_at" not in record, "nobody said when it was fetched"


def test_extract_reads_files_gzipped_or_not_pages_or_lines(warraq_: Run, tmp_path: Path) -> None:
    html = json.loads(page_line(1))["html"]
    (tmp_path / "a.html").write_text(html, encoding="utf-8")
    (tmp_path / "b.htm").write_bytes(html.replace("<head>", "<head><meta charset=windows-1256>").encode("cp1256"))
    (tmp_path / "c.html.gz").write_bytes(gzip.compress(html.encode()))
    (tmp_path / "d.jsonl.gz").write_bytes(gzip.compress(page_line(2) + page_line(3)))
    (tmp_path / "e.html.gz").write_bytes(gzip.compress(html.encode())[:-20])
    ended = warraq_("extract", *sorted(tmp_path.iterdir()))
    records = [json.loads(line) for line in ended.out.splitlines()]
    assert [Path(record["file"]).name if "file" in record else record["url"][-4:] for record in records] == [
        *("a.html", "b.htm", "c.html.gz"),
        *("02/a", "03/a"),
        "e.html.gz",
    ]
    assert records[0]["text"] == records[1]["text"] == records[2]["text"]
    assert all("not_article" not in record for record in records[:3]), "no address is no home page's address"
    assert all(record["url"] is None for record in records[:3])
    assert "error" in records[5]
    assert ended.code == 1


def test_a_file_without_an_address_gets_the_one_that_it_names_itself(warraq_: Run, tmp_path: Path) -> None:
    html = json.loads(page_line(1))["html"].replace(
        "<head>", "<head><link rel=canonical href='https://rassad.example/7'>"
    )
    (tmp_path / "a.html").write_text(html, encoding="utf-8")
    (record,) = [json.loads(line) for line in warraq_("extract", tmp_path / "a.html").out.splitlines()]
    assert (record["url"], Path(record["file"]).name) == ("https://rassad.example/7", "a.html")


def test_extract_gives_the_text_of_a_page_that_is_no_article_and_says_why(warraq_: Run) -> None:
    links = "".join(f"<li><a href='/{n}'>عنوان خبر من الأخبار رقم {n}</a></li>" for n in range(40))
    line = json.dumps({"html": f"<html><body><ul>{links}</ul></body></html>", "url": "https://rassad.example/"})
    ended = warraq_("extract", stdin=line.encode() + b"\n")
    (record,) = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 0
    assert record["not_article"] in ("home", "section")
    assert isinstance(record["text"], str)


def test_a_relative_date_of_a_page_saved_nobody_knows_when_is_not_guessed(warraq_: Run) -> None:
    whole = json.loads(page_line(1))
    html = whole["html"].replace("</h1>", "</h1><time>منذ 3 ساعات</time>")
    undated = json.dumps({"html": html, "url": whole["url"].replace("2026/01/01", "x")})
    dated = json.dumps(
        {"html": html, "url": whole["url"].replace("2026/01/01", "x"), "fetched_at": "2024-01-05T12:00:00Z"}
    )
    ended = warraq_("extract", stdin=f"{undated}\n{dated}\n".encode())
    first, second = (json.loads(line) for line in ended.out.splitlines())
    assert first["published"] is None
    assert [one["iso"] for one in first["dates"]] == [None] * len(first["dates"])
    assert second["fetched_at"] == "2024-01-05T12:00:00Z"
    assert (second["published"] or "").startswith("2024-01-05")


def test_extract_learns_what_recurs_on_the_pages_of_a_host(warraq_: Run) -> None:
    foot = "يحرر هذه الصفحة كل صباح مكتب الرصد في المدينة القديمة ويراجعها قسم التدقيق."
    lines = []
    for each in [each for each in manuscripts(1) if each.kind == "news"][:15]:
        body = "".join(f"<p>{block.text}</p>" for block in each.blocks if block.kind == "paragraph")
        html = f"<article><h1>{each.title}</h1><p>{each.lead}</p>{body}<p>{foot}</p></article>"
        url = f"https://rassad.example/{each.published:%Y/%m/%d}/{each.key}"
        lines.append(json.dumps({"html": f"<html><head><title>{each.title}</title></head>{html}</html>", "url": url}))
    stdin = ("\n".join(lines) + "\n").encode()
    plain = [json.loads(line) for line in warraq_("extract", stdin=stdin).out.splitlines()]
    learned = [json.loads(line) for line in warraq_("extract", "--learn", stdin=stdin).out.splitlines()]
    assert [record["url"] for record in learned] == [json.loads(line)["url"] for line in lines]
    assert all(record["text"].endswith(foot) for record in plain)
    assert [record["text"] for record in learned] == [record["text"].removesuffix(f"\n{foot}") for record in plain]
    assert all({"rule": "learned", "text": foot} == without_place(record["removed"][-1]) for record in learned)


def without_place(piece: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in piece.items() if name != "after_line"}


# The program as a process


def process(*arguments: object, **more: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "warraq", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=60, **more)  # type: ignore[call-overload,no-any-return]


LIGHT = [
    "--help",
    "search قطار",
    "show 1",
    "show 1 --versions",
    "story 1",
    "changes",
    "export -f jsonl",
    "stats",
    "sources list",
    "requeue",
]


def test_reading_never_waits_for_the_crawler_to_be_imported(folder: Path) -> None:
    database = ["click", "rich.table", "sqlalchemy.orm", "sqlalchemy.dialects.sqlite"]
    lines = [["--archive", str(folder), *line.split()] for line in LIGHT]
    found = imported_by(lines, ["scrapy", "twisted", "trafilatura", "lxml"], before=database)
    assert dict(zip(LIGHT, found, strict=True)) == dict.fromkeys(LIGHT, (0, []))


def test_a_reader_that_stops_listening_is_no_failure(folder: Path) -> None:
    shell = f"{sys.executable} -m warraq export -f jsonl --archive '{folder}' | head -c 10 > /dev/null; echo ${{PIPESTATUS[0]}}"  # noqa: E501  one value
    ended = subprocess.run(["bash", "-c", shell], capture_output=True, timeout=60, check=True)
    assert (ended.stdout, ended.stderr) == (b"0\n", b"")


def test_arabic_is_written_as_utf8_even_where_the_locale_is_plain(folder: Path) -> None:
    ended = process("show", 1, "--archive", folder, env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert ended.returncode == 0
    assert ARTICLES[0].title in ended.stdout.decode("utf-8")


def on_a_terminal(*arguments: object, **environment: str) -> str:
    """Run with stdout and stderr on a terminal of 80 columns that says what `environment` says of itself."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    code, shown = run_on_terminal(*arguments, environment=plain | environment)
    assert code == 0, shown
    return shown


def test_a_terminal_gets_shaped_letters_only_where_it_needs_them(folder: Path) -> None:
    show = ("show", 1, "--archive", folder)
    assert ARTICLES[0].title in on_a_terminal(*show, TERM="xterm-256color", VTE_VERSION="7600")
    on_linux = on_a_terminal(*show, TERM="linux")
    assert ARTICLES[0].title not in on_linux
    assert "\ufeaa\ufef3\ufeaa\ufe9f" in on_linux, "the headline's last word stands leftmost, its letters joined"
    assert ARTICLES[0].title in on_a_terminal(*show, "--bidi", "off", TERM="linux")
    assert ARTICLES[0].title in on_a_terminal(*show, TERM="linux", WARRAQ_BIDI="off")


def test_lines_on_a_terminal_are_no_wider_than_it_is(folder: Path) -> None:
    for command in (("show", 1), ("search", "الحكومة"), ("stats",), ("sources", "list")):
        shown = on_a_terminal(*command, "--archive", folder, TERM="linux", NO_COLOR="1")
        plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)
        wide = [line for line in plain.splitlines() if cell_len(line) > 80 and "http" not in line]
        assert wide == []


def test_a_search_may_be_kept_to_one_newspaper(warraq_: Run, folder: Path) -> None:
    ended = warraq_("--archive", folder, "search", "الحكومة", "--source", "rassad", "--json")
    assert ended.code == 0
    assert ended.out.count("\n") == 2
    assert warraq_("--archive", folder, "search", "الحكومة", "--source", "nobody").out == ""


def test_what_was_learned_of_a_newspaper_is_shown_and_forgotten(warraq_: Run, folder: Path) -> None:
    with Archive.open(folder) as archive:
        block = LearnedBlock(
            key="تابعونا علي القناه", example="تابعونا على القناة", articles=12, first_day="2025-11-01"
        )
        archive.boilerplate.put("rassad", [block])
    assert "تابعونا على القناة" in warraq_("--archive", folder, "sources", "boilerplate", "rassad").out
    told = json.loads(warraq_("--archive", folder, "sources", "boilerplate", "rassad", "--json").out)
    assert (told["articles"], told["first_day"]) == (12, "2025-11-01")
    assert warraq_("--archive", folder, "sources", "boilerplate", "rassad", "--forget", "no such key").code == 1
    assert warraq_("--archive", folder, "sources", "boilerplate", "rassad", "--forget", told["key"]).code == 0
    assert "nothing was learned" in warraq_("--archive", folder, "sources", "boilerplate", "rassad").err


def test_extract_knows_the_clock_of_a_known_newspaper(warraq_: Run) -> None:
    words = "أعلنت وزارة النقل اليوم افتتاح خط جديد للقطار يربط الرباط بوجدة بعد سنوات من الأشغال، وقالت إن الرحلة تستغرق خمس ساعات. "  # noqa: E501  one value
    page = f"<html><body><article><h1>افتتاح خط قطار جديد</h1><p class='date'>20 نونبر 2023 - 15:04</p><p>{words * 3}</p><p>{words * 2}</p></article></body></html>"  # noqa: E501  a template
    line = json.dumps({"html": page, "url": "https://www.hespress.com/qitar-1234567.html"}) + "\n"
    told = json.loads(warraq_("extract", stdin=line.encode()).out)
    assert (told["published"], told["published_at"]) == ("2023-11-20T15:04+01:00", "2023-11-20T14:04:00Z")


def test_a_saved_file_that_is_no_page_is_not_captured(warraq_: Run, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    url = "https://rassad.example/report"
    archive = tmp_path / "archive"
    ended = warraq_("--archive", archive, "capture", "--html", tmp_path / "report.html", "--url", url)
    assert ended.code == 2
    assert "no saved page, but a file: PDF" in ended.err
    assert not archive.exists()


def test_a_line_that_is_longer_than_any_page_is_an_error_and_the_next_is_read(
    warraq_: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warraq.cli.commands.extract.input.MAX_LINE_BYTES", 100_000)
    lines = tmp_path / "pages.jsonl"
    lines.write_bytes(b'{"html": "' + b"x" * 1_000_000 + b'"}\n' + page_line(1))
    ended = warraq_("extract", lines)
    first, second = (json.loads(line) for line in ended.out.splitlines())
    assert "longer than" in first["error"]
    assert second["title"]
    assert ended.code == 1
