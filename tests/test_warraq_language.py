"""The command line in Arabic: every sentence has its translation, and commands print no English sentence."""

import re
from pathlib import Path

import pytest

pytest.importorskip("babel", reason="sentences are collected with babel")

from babel.messages.pofile import read_po

from tests.support.desk import Run
from tests.support.words_of_code import extract
from warraq.cli.main import COMMANDS, run
from warraq.locale import FOLDER
from warraq.locale.error_words import in_words
from warraq.locale.speech import count, language_of_locale, numbered, say, speak

ROOT = Path(__file__).parents[1]
FILES = [
    *(ROOT / "warraq/cli").rglob("*.py"),
    *(ROOT / "warraq").glob("*.py"),
    *(path for room in ("agents", "web", "workers") for path in (ROOT / "warraq" / room).rglob("*.py")),
    *(ROOT / "warraq/locale" / name for name in ("click_words.py", "system_words.py", "terms.py")),
    *(path for floor in ("crawler", "pipelines", "storage") for path in (ROOT / floor).rglob("*.py")),
]
#: Three words in small Latin letters: a sentence, not a name, an option or a command.
ENGLISH = re.compile(r"(?<![\w/.<\[`-])[a-z]{2,} [a-z]{2,} [a-z]{2,}(?![\w/`-])")


@pytest.fixture(autouse=True)
def _english_afterwards():
    yield
    speak("en")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def catalogue():
    with (FOLDER / "ar/LC_MESSAGES/warraq.po").open("rb") as file:
        return read_po(file, locale="ar")


def sentences() -> set[str | tuple[str, str]]:
    found: set[str | tuple[str, str]] = set()
    for path in FILES:
        with path.open("rb") as file:
            found |= {message for _, _, message, _ in extract(file, None, None, None)}
    return found


def test_no_sentence_of_the_catalogue_is_untranslated() -> None:
    empty = [
        entry.id for entry in catalogue() if not all([entry.string] if isinstance(entry.string, str) else entry.string)
    ]
    assert empty == []


def test_the_sentences_of_the_command_line_are_in_the_catalogue() -> None:
    held, found = catalogue(), sentences()
    missing = [one for one in found if held.get(one if isinstance(one, str) else one[0]) is None]
    assert missing == [], "run `make messages`, translate what is new in warraq/locale/ar, run it again"


def test_a_translation_keeps_the_fields_of_its_sentence() -> None:
    field = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    lost = [
        entry.id
        for entry in catalogue()
        if isinstance(entry.id, str) and entry.id and {*field.findall(entry.id)} != {*field.findall(str(entry.string))}
    ]
    assert lost == []


@pytest.mark.parametrize("name", [*COMMANDS, None])
def test_a_page_of_help_is_in_arabic(name: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*([name] if name else []), "--help", "--lang", "ar"]) == 0
    shown = capsys.readouterr().out
    assert "الاستعمال:" in shown
    assert ENGLISH.findall(_without_commands(shown)) == []


def _without_commands(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if not line.strip().startswith("warraq "))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["craul"], "لا أمر باسم \u2068'craul'\u2069؛ هل تقصد \u2068crawl\u2069؟"),
        (["crawl", "--nope"], "لا خيار باسم '\u2068--nope\u2069'"),
        (["search", "x", "--since", "then"], "ليس تاريخًا"),
        (["crawl", "nosuchpaper"], "لا صحيفة باسم"),
        (["stats", "--year", "2020"], "تتطلب --year و--png الخيار --calendar"),
        (["--config", "/nowhere.toml", "stats"], "لا ملف إعدادات في \u2068/nowhere.toml\u2069"),
        (["stats"], "لا أرشيف في"),
    ],
)
def test_an_error_is_in_arabic(warraq_: Run, arguments: list[str], expected: str) -> None:
    ended = warraq_(*arguments, "--lang", "ar")
    assert ended.code in (2, 4, 5)
    assert expected in ended.err.replace("يتطلب --year", "تتطلب --year")
    assert ENGLISH.findall(ended.err) == []


def test_messages_and_tables_are_in_arabic_and_json_is_not(warraq_: Run, kept_archive: Path) -> None:
    for arguments in (
        ["stats"],
        ["search", "لا_توجد_هذه"],
        ["verify"],
        ["sources", "list", "--country", "MA"],
        ["changes"],
        ["config"],
        ["alert", "run"],
        ["alert", "remove", "desk"],
        ["requeue", "--reason", "nothing"],
        ["story", "desk"],
    ):
        ended = warraq_("--archive", kept_archive, *arguments, "--lang", "ar")
        assert ENGLISH.findall(ended.out + ended.err) == [], arguments
        assert re.search("[\u0621-\u064a]{3}", ended.out + ended.err), arguments
    ended = warraq_("--archive", kept_archive, "stats", "--json", "--lang", "ar")
    assert '"articles"' in ended.out
    assert not re.search("[\u2066-\u2069]", ended.out)


def test_the_language_comes_from_option_variable_file_and_locale(
    warraq_: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    assert "there is no command" in warraq_("nope").err
    (tmp_path / "warraq.toml").write_text('lang = "ar"\n', encoding="utf-8")
    assert "لا أمر باسم" in warraq_("nope").err
    monkeypatch.setenv("WARRAQ_LANG", "en")
    assert "there is no command" in warraq_("nope").err
    assert "لا أمر باسم" in warraq_("nope", "--lang=ar").err
    monkeypatch.delenv("WARRAQ_LANG")
    (tmp_path / "warraq.toml").unlink()
    monkeypatch.setenv("LC_ALL", "ar_EG.UTF-8")
    assert "لا أمر باسم" in warraq_("nope").err


def test_a_locale_names_the_language() -> None:
    assert [language_of_locale({"LANG": name}) for name in ("ar", "ar_MA.UTF-8", "en_GB", "fr", "")] == [
        "ar",
        "ar",
        "en",
        "en",
        "en",
    ]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "لا صحف"),
        (1, "صحيفة واحدة"),
        (2, "صحيفتان"),
        (3, "3 صحف"),
        (11, "11 صحيفة"),
        (100, "100 صحيفة"),
        (103, "103 صحف"),
    ],
)
def test_a_counted_noun_takes_the_form_of_its_number(number: int, expected: str) -> None:
    speak("ar")
    assert numbered(number, "newspaper") == expected


def test_a_value_is_isolated_in_arabic_alone() -> None:
    assert say("%(path)s is written", path="a.png") == "a.png is written"
    speak("ar")
    assert say("%(path)s is written", path="a.png") == "كُتب \u2068a.png\u2069"
    assert count(2, "%(num)d URL pending", "%(num)d URLs pending") == "رابطان معلّقان"


def test_a_guess_names_up_to_three_and_translates_none_of_them() -> None:
    speak("ar")
    assert in_words("did you mean capture?") == "هل تقصد \u2068capture\u2069؟"
    assert in_words("did you mean crawl, manual or capture?") == (
        "هل تقصد \u2068crawl\u2069 أو \u2068manual\u2069 أو \u2068capture\u2069؟"
    )


def test_what_stands_in_a_field_is_translated_where_it_is_a_sentence_itself() -> None:
    speak("ar")
    english = "WARRAQ_DELAY = 'x': write a number from 0 to 3600"
    assert in_words(english) == "\u2068WARRAQ_DELAY = 'x'\u2069: اكتب رقمًا من \u20680\u2069 إلى \u20683600\u2069"
    assert in_words("something that no code says") == "something that no code says"
