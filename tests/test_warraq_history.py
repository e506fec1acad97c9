"""Versions, diffs, stories and changes as people meet them on the command line."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Clock, put_source
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from test_warraq_cli import on_a_terminal

from pipelines.extraction.fingerprint import signature
from storage.archive import Archive
from storage.model.article import Article, Credit
from storage.model.visit import Visit
from storage.versions import KINDS, Span, apply, word_diff
from tests.support.desk import Run
from warraq.cli.shared.change_kinds import WORDS
from warraq.cli.views.diff import STYLES, marked

TITLE, LATER_TITLE = "مقتل 5 أشخاص في انفجار", "مقتل 7 أشخاص في انفجار <المدينة> & ضواحيها"
TEXT = "\n".join(
    (
        "قتل 5 أشخاص أمس في انفجار وسط المدينة القديمة.",
        "وقالت الشرطة إن التحقيق مستمر في أسباب الحادث.",
        "وأضاف المتحدث أن الطرق مغلقة حتى إشعار آخر من السلطات المحلية.",
    )
)
OWN = "وكانت المدينة شهدت حادثا مماثلا قبل عامين في سوقها المركزي."
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Article 1 was edited by its newspaper (version 2), then reread by our rules (version 3); article 2 copies it."""
    path, clock = tmp_path / "archive", Clock()
    with Archive.open(path, clock=clock) as archive:
        put_source(archive)
        put_source(archive, "nahar")
        store(archive, 1, TITLE, TEXT, clock)
        store(archive, 1, LATER_TITLE, TEXT.replace("5", "7"), clock)
        store(archive, 2, "مقتل أشخاص في انفجار", f"{TEXT}\n{OWN}", clock, source="nahar")
        shown = archive.get(1).article
        archive.revise(1, replace(shown, text=shown.text.replace(" من السلطات المحلية", "")))
    return path


def store(archive: Archive, number: int, title: str, text: str, clock: Clock, *, source: str = "rassad") -> None:
    url = f"https://{source}.example/{number}"
    outcome = Article(url=url, source=source, title=title, text=text, language="ar", fetched_at=clock.now)
    archive.store(
        Visit(
            url=url,
            key=f"{source}.example/{number}",
            source=source,
            outcome=outcome,
            signature=signature(text),
            credits=(Credit(agency="afp", written="أ ف ب"),),
        )
    )
    clock.forward(3600)


def test_versions_are_listed_oldest_first_and_ours_are_not_the_newspapers(warraq_: Run) -> None:
    heading, *lines = warraq_("show", 1, "--versions").out.splitlines()
    assert heading.split()[0] == "version"
    assert [line.split()[0] for line in lines] == ["1", "2", "3*"]
    assert [("newspaper" in line, "our rules" in line) for line in lines] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    told = [json.loads(line) for line in warraq_("show", 1, "--versions", "--json").out.splitlines()]
    assert [(one["number"], one["title"], one["cause"], one["shown"]) for one in told] == [
        (1, TITLE, "page", False),
        (2, LATER_TITLE, "page", False),
        (3, LATER_TITLE, "rules", True),
    ]
    assert (told[0]["text"], told[0]["first_seen_at"]) == (TEXT, "2026-01-01T00:00:00Z")


def test_a_diff_in_a_pipe_marks_words_by_signs_and_names_the_kinds(warraq_: Run) -> None:
    out = warraq_("show", 1, "--diff", 1, 2).out
    assert "قتل [-5-]{+7+} أشخاص أمس في انفجار وسط المدينة القديمة.\n(2 lines unchanged)\n" in out
    assert "number changed" in out
    assert "headline changed" in out
    assert "ours" not in out
    assert "\x1b" not in out


def test_a_diff_without_numbers_is_of_the_last_two_and_says_what_is_ours(warraq_: Run) -> None:
    out = warraq_("show", 1, "--diff").out
    assert "version 2 -> 3" in out
    assert "version 3 is ours, not the newspaper's" in out
    assert "من السلطات المحلية" in out
    whole = json.loads(warraq_("show", 1, "--diff", 1, 3, "--json").out)
    assert (whole["old"], whole["new"], whole["ours"]) == (1, 3, [3])
    spans = [Span(span["op"], span["text"]) for span in whole["text"]]
    assert apply(TEXT, spans) == TEXT.replace("5", "7").replace(" من السلطات المحلية", "")
    assert {"headline", "number"} <= {change["kind"] for change in whole["changes"]}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", 1, "--diff", 1, 9), "there is no version 9; versions: 1, 2, 3"),
        (("show", 1, "--diff", 1), "two versions"),
        (("show", 1, 1, 2), "takes two version numbers"),
        (("show", 2, "--diff"), "one version"),
        (("show", 1, "--diff", "--versions"), "ask for one"),
        (("changes", "--kind", "headline,colour"), "'colour' is not a kind of change"),
        (("changes", "--since", "soon"), "'soon' is not a date"),
    ],
)
def test_a_question_that_cannot_be_answered_is_a_usage_error(
    warraq_: Run, arguments: tuple[object, ...], words: str
) -> None:
    ended = warraq_(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err.splitlines()[0]


@pytest.mark.parametrize("command", [("show", 9, "--versions"), ("show", 9, "--diff"), ("story", 9)])
def test_an_article_that_is_not_there_is_exit_code_1(warraq_: Run, command: tuple[object, ...]) -> None:
    ended = warraq_(*command)
    assert (ended.code, ended.out) == (1, "")
    assert "no article 9" in ended.err


def test_a_diff_on_a_terminal_is_marked_by_colour_and_fits_it(folder: Path) -> None:
    command = ("show", 1, "--diff", 1, 2, "--archive", folder)
    shown = on_a_terminal(*command, TERM="xterm-256color", VTE_VERSION="7600")
    assert "\x1b[9;31m5\x1b[0m \x1b[4;32m7\x1b[0m" in shown
    assert "[-" not in shown
    plain = on_a_terminal(*command, TERM="xterm-256color", VTE_VERSION="7600", NO_COLOR="1")
    assert "[-5-]{+7+}" in plain
    for text in (shown, plain, on_a_terminal(*command, TERM="linux")):
        lines = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text).splitlines()
        assert [line for line in lines if cell_len(line) > 80] == []
        assert "headline changed" in "".join(lines)


@pytest.mark.parametrize("command", ["show 1 --versions", "story 1 --sentences", "changes"])
def test_lines_fit_the_terminal_and_headlines_are_not_cut_into_letters(folder: Path, command: str) -> None:
    shown = on_a_terminal(*command.split(), "--archive", folder, TERM="xterm", VTE_VERSION="7600", NO_COLOR="1")
    lines = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown).splitlines()
    assert [line for line in lines if cell_len(line) > 80] == []
    assert all(any(word in line for line in lines) for word in LATER_TITLE.split())


def test_a_diff_on_a_terminal_that_cannot_order_letters_keeps_each_style_on_its_word(folder: Path) -> None:
    shown = on_a_terminal("show", 1, "--diff", 1, 2, "--archive", folder, "--bidi", "on", TERM="linux")
    assert "\x1b[4;32m7\x1b[0m \x1b[9;31m5\x1b[0m" in shown, "from the right, what went is read first"


words = st.lists(st.sampled_from(["قتل", "5", "7", "أشخاص.", "\n", " "]), max_size=12).map(" ".join)


def letters(text: str) -> str:
    """A text without its white space, which a diff shows as it is now."""
    return "".join(text.split())


@given(words, words)
def test_the_signs_of_a_diff_lead_back_to_both_texts(old: str, new: str) -> None:
    told = "".join(line.text for line in marked(word_diff(old, new), colour=False))
    if old != new:
        assert letters(re.sub(r"\[-.*?-\]|\{\+|\+\}", "", told)) == letters(new)
        assert letters(re.sub(r"\{\+.*?\+\}|\[-|-\]", "", told)) == letters(old)
    for line in marked(word_diff(old, new), colour=True):
        assert all(0 <= start < end <= len(line.text) and style in STYLES.values() for start, end, style in line.styled)


def test_a_story_says_who_was_first_and_what_the_others_took(warraq_: Run) -> None:
    head, _, first, title, _, copy, _ = warraq_("story", 2).out.splitlines()
    assert head == "story 1: 2 articles"
    assert (first, title) == ("#1  rassad  first seen 2026-01-01 00:00 UTC  first  credits afp", LATER_TITLE)
    assert copy.startswith("#2  nahar  first seen 2026-01-01 02:00 UTC  ")
    told = json.loads(warraq_("story", "https://nahar.example/2", "--json").out)
    assert (told["id"], told["first"]["article_id"], told["first"]["known_by"]) == (1, 1, "first seen")
    (other,) = told["copies"]
    assert (other["source"], other["added"], other["credits"]) == (
        "nahar",
        [OWN],
        [{"agency": "afp", "written": "أ ف ب"}],
    )
    assert 0 < other["taken"] < other["kept"] <= 1
    assert f"  {other['taken']:.0%} taken, {other['kept']:.0%} of the first kept  credits afp" in copy


def test_the_sentences_of_copies_are_shown_where_they_are_asked_for(warraq_: Run) -> None:
    assert OWN not in warraq_("story", 1).out
    assert f"\nadded (1)\n{OWN}\n" in warraq_("story", 1, "--sentences").out


def test_changes_leave_out_what_our_rules_did(warraq_: Run) -> None:
    (told,) = map(json.loads, warraq_("changes", "--json").out.splitlines())
    assert (told["article_id"], told["old"], told["new"], told["at"]) == (1, 1, 2, "2026-01-01T01:00:00Z")
    assert told["kinds"][:2] == ["headline", "number"]
    out = warraq_("changes").out
    assert f"version 1 -> 2\n{LATER_TITLE}\nheadline changed\n" in out
    assert out.count("number changed\n[-5-]{+7+}\n") == 1


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--kind", "number"), 1),
        (("--kind", "typo,number", "--kind", "date"), 1),
        (("--kind", "name-added"), 0),
        (("--source", "rassad"), 1),
        (("--source", "nahar"), 0),
        (("--since", "2026-01-01"), 1),
        (("--since", "2026-01-02"), 0),
    ],
)
def test_changes_are_chosen(warraq_: Run, options: tuple[str, ...], found: int) -> None:
    ended = warraq_("changes", *options, "--json")
    assert (ended.code, ended.out.count("\n")) == (0, found)
    assert ("nothing was changed" in ended.err) == (not found)


def test_more_changes_than_are_shown_are_not_passed_over_in_silence(warraq_: Run, folder: Path) -> None:
    clock = Clock()
    clock.now = datetime(2026, 2, 1, tzinfo=UTC)
    with Archive.open(folder, clock=clock) as archive:
        store(archive, 2, "عنوان مختلف تماما", f"{TEXT}\n{OWN}", clock, source="nahar")
    ended = warraq_("changes", "--limit", 1, "--json")
    assert [json.loads(line)["article_id"] for line in ended.out.splitlines()] == [2]
    assert "--limit N shows more" in ended.err
    assert warraq_("changes", "--limit", 2).err == ""


def test_the_feed_is_valid_escaped_and_keeps_its_ids(warraq_: Run, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.atom"
    file.write_text("old")
    ended = warraq_("changes", "--atom", file)
    assert (ended.code, ended.out) == (0, "")
    first = file.read_bytes()
    feed = ET.fromstring(first)
    (entry,) = feed.findall(f"{ATOM}entry")
    for whole in (feed, entry):
        for name in ("id", "title", "updated"):
            (element,) = whole.findall(f"{ATOM}{name}")
            assert element.text
    assert entry.findtext(f"{ATOM}title") == LATER_TITLE
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "") == datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert {category.get("term") for category in entry.findall(f"{ATOM}category")} >= {"headline", "number"}
    body = ET.fromstring(entry.findtext(f"{ATOM}content") or "")
    assert body.get("dir") == "rtl"
    assert "<المدينة> & ضواحيها" in "".join(body.itertext())
    assert [one.text for one in body.findall("p/del")] == ["5"]
    assert warraq_("changes", "--atom", file).code == 0
    assert file.read_bytes() == first, "nothing new, nothing different"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "changes.atom"]


def test_an_entry_of_another_feed_has_the_same_id_and_the_feed_another(warraq_: Run, tmp_path: Path) -> None:
    ids = []
    for number, options in enumerate(((), ("--kind", "number"))):
        warraq_("changes", *options, "--atom", tmp_path / f"{number}.atom")
        ids.append([element.text for element in ET.parse(tmp_path / f"{number}.atom").iter(f"{ATOM}id")])
    (feed, entry), (other_feed, other_entry) = ids
    assert entry == other_entry
    assert feed != other_feed


def test_a_feed_without_entries_is_a_feed(warraq_: Run, tmp_path: Path) -> None:
    warraq_("changes", "--kind", "withdrawn", "--atom", tmp_path / "none.atom")
    feed = ET.parse(tmp_path / "none.atom").getroot()
    made = datetime.fromisoformat(feed.findtext(f"{ATOM}updated") or "")
    assert datetime.now(UTC) - made < timedelta(minutes=5)
    assert not feed.findall(f"{ATOM}entry")


def test_a_feed_that_cannot_be_written_is_exit_code_5(warraq_: Run, tmp_path: Path) -> None:
    ended = warraq_("changes", "--atom", tmp_path / "nowhere" / "changes.atom")
    assert (ended.code, ended.out) == (5, "")
    assert "cannot write" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


def test_every_kind_of_change_has_words_in_the_order_of_gravity() -> None:
    assert tuple(WORDS) == KINDS
    assert len(set(WORDS.values())) == len(KINDS)
