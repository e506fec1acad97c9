"""Arabic on the glass: shaped, turned round and wrapped only where the terminal needs it, and never broken."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from warraq.cli.terminal.arabic import display, glyphs, is_rtl, visible, width_of, wrap
from warraq.cli.terminal.console import Arabic, table
from warraq.cli.terminal.emulators import EMULATORS, emulator, needs_help
from warraq.locale.speech import numbered


def logical(shown: str) -> str:
    """Presentation forms back to letters, still in visual order."""
    return unicodedata.normalize("NFKC", shown)


SHOWN = [
    pytest.param("سلام", "\ufee1\ufefc\ufeb3", id="letters are joined, lam-alef is one, and the line runs leftwards"),
    pytest.param("قال (BBC) نعم", "\ufee2\ufecc\ufee7 (BBC) \ufedd\ufe8e\ufed7", id="Latin words keep their order"),
    pytest.param("«لا»", "«\ufefb»", id="quotation marks are mirrored, so that they still embrace"),
    pytest.param(
        "BBC (UK) قال", "BBC (UK) \ufedd\ufe8e\ufed7", id="brackets stay round the Latin word that they follow"
    ),
    pytest.param("عام 2024", "2024 \ufee1\ufe8e\ufecb", id="numbers read from the left"),
    pytest.param("English", "English", id="a Latin line is left alone"),
    pytest.param("", "", id="nothing is nothing"),
    pytest.param("\u200dلا", "\ufefb", id="a joiner before lam-alef, which breaks arabic-reshaper"),
    pytest.param("\u2068abc\u2069 \u2067لا\u2069", "abc \ufefb", id="isolates, which break python-bidi"),
    pytest.param("مَدّ", "\ufeaa\u0651\ufee3\u064e", id="marks follow the letter that they stand on"),
    pytest.param("إلى", "\ufef0\ufedf\ufe87", id="no ligature but lam-alef: in one cell none can be read"),
    pytest.param("كـبير", "\ufeae\ufef4\ufe92\u0640\ufedb", id="tatweel stays"),
    pytest.param("پاک", "\ufb8e\ufe8e\ufb58", id="Persian letters are joined too"),
]


@pytest.mark.parametrize(("text", "expected"), SHOWN)
def test_a_line_is_shown_as_a_plain_terminal_must_get_it(text: str, expected: str) -> None:
    rtl = is_rtl(text)
    shown = display(text, rtl=rtl)
    assert shown == expected


def test_brackets_keep_their_side_inside_a_line_that_begins_in_arabic() -> None:
    assert logical(display("قناة BBC (UK) قالت")) == "تلاق BBC (UK) ةانق"


def test_a_persian_non_joiner_parts_the_letters_and_takes_no_cell() -> None:
    assert width_of("می\u200cخواهم") == 7
    assert "\u200c" not in display("می\u200cخواهم")
    assert display("می\u200cخ")[-1:] == "\ufee3", "meem joins the yeh"
    assert display("می\u200cخ")[0] == "\ufea5", "khah stands alone after the non-joiner"


_ARABIC = st.text(
    st.one_of(
        st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأإؤئپچژگک"),
        st.sampled_from("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"),
        st.sampled_from("\u200c\u200d\u200e\u200f\u202b\u202e\u202c\u2066\u2067\u2068\u2069\ufeff"),
        st.sampled_from("abc XYZ 0129٠٩۳ .,:;!?()[]{}«»-+/%\u060c\u061f"),
    ),
    max_size=60,
)


@given(_ARABIC)
def test_no_letter_is_lost_or_made_whatever_the_line_holds(text: str) -> None:
    kept = sorted(letter for letter in text if unicodedata.bidirectional(letter) in ("R", "AL", "L", "EN", "AN"))
    shown = sorted(
        letter for letter in logical(display(text)) if unicodedata.bidirectional(letter) in ("R", "AL", "L", "EN", "AN")
    )
    marks = {"\u200e", "\u200f", "\u202b", "\u202e"}
    assert shown == sorted(logical("".join(letter for letter in kept if letter not in marks)))


@given(_ARABIC)
def test_every_glyph_names_the_letter_that_it_came_from(text: str) -> None:
    for glyph in glyphs(text):
        own = logical(glyph.shown)
        letter = logical(text[glyph.index])
        assert letter[0] in own or unicodedata.mirrored(letter[0])


@given(_ARABIC, st.integers(2, 30))
def test_wrapped_lines_fit_and_hold_every_word_in_its_order(text: str, width: int) -> None:
    spans = wrap(text, width)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(width_of(text[start:end]) <= width for start, end in spans)


HOSTILE = [
    pytest.param("\x1b]0;owned\x07", "␛]0;owned␇", id="window title"),
    pytest.param("\x1b[2J\x1b[H", "␛[2J␛[H", id="clear screen"),
    pytest.param("\x9b31m", "\ufffd31m", id="C1 escape"),
    pytest.param("a\rb\nc", "a␍b␊c", id="one event stays one line"),
    pytest.param("abc\u202edef", "abc\ufffddef", id="a line turned round"),
    pytest.param("a\tb", "a b", id="tab"),
]


@pytest.mark.fault("A39")
@pytest.mark.parametrize(("text", "expected"), HOSTILE)
def test_control_characters_are_seen_not_obeyed(text: str, expected: str) -> None:
    assert visible(text) == expected


def test_a_whole_text_keeps_its_lines_but_no_control() -> None:
    assert visible("a\x1bb\nc\u2067d", lines=True) == "a␛b\nc\u2067d"


HELP = [
    pytest.param({"VTE_VERSION": "7600", "TERM": "xterm-256color"}, False, id="GNOME Terminal"),
    pytest.param({"KONSOLE_VERSION": "230804", "TERM": "xterm-256color"}, False, id="Konsole"),
    pytest.param({"TERM": "mlterm"}, False, id="mlterm"),
    pytest.param({"TERM_PROGRAM": "Apple_Terminal", "TERM": "xterm-256color"}, False, id="macOS Terminal"),
    pytest.param({"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}, False, id="kitty turns words round itself"),
    pytest.param({"TERM": "linux"}, True, id="Linux console"),
    pytest.param({"XTERM_VERSION": "XTerm(390)", "TERM": "xterm"}, True, id="xterm"),
    pytest.param({"WT_SESSION": "a-b"}, True, id="Windows Terminal"),
    pytest.param({"TERM_PROGRAM": "vscode", "TERM": "xterm-256color"}, True, id="VS Code"),
    pytest.param({"TERM": "alacritty"}, True, id="Alacritty"),
    pytest.param({"TERM": "tmux-256color", "VTE_VERSION": "7600"}, False, id="tmux in GNOME Terminal"),
    pytest.param({"TERM": "tmux-256color", "XTERM_VERSION": "XTerm(390)"}, True, id="tmux in xterm"),
    pytest.param({"TERM": "xterm-256color"}, False, id="one that says nothing of itself is left alone"),
    pytest.param({}, False, id="none"),
]


@pytest.mark.parametrize(("environment", "expected"), HELP)
def test_only_terminals_known_to_need_help_get_it(environment: dict[str, str], expected: bool) -> None:
    assert needs_help(environment) is expected


def test_every_terminal_of_the_table_can_be_recognised() -> None:
    for known in EMULATORS:
        assert emulator({known.variable: known.prefix or "1"}) == known


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def rendered(*cells: Arabic, width: int = 40) -> list[str]:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None, legacy_windows=False)
    rows = table("source", "title")
    for cell in cells:
        rows.add_row("rassad", cell)
    console.print(rows)
    return printed(console).splitlines()


def test_a_long_title_in_a_table_is_wrapped_before_it_is_turned_round() -> None:
    title = "أولى كلمات العنوان الطويل ثم بقية الكلمات حتى آخره"
    lines = [line for line in rendered(Arabic(text=title, shapes=True)) if line.strip()]
    first = next(line for line in lines if "rassad" in line)
    assert logical(first).rstrip().endswith("ىلوأ"), "the first word stands at the right end of the first line"
    assert "هرخآ" in logical(lines[-1]), "the last word stands on the last line"


def test_a_title_cut_short_says_so_where_its_reading_ends() -> None:
    title = "كلمة " * 30
    shaped = Arabic(text=title, shapes=True, lines=1)
    plain = Arabic(text=title, shapes=False, lines=1)
    assert any(line.split("rassad")[-1].strip().startswith("…") for line in rendered(shaped))
    assert any(line.rstrip().endswith("…") for line in rendered(plain))


def test_marked_words_keep_their_mark_when_the_line_is_turned_round() -> None:
    text = "قالت الحكومة نعم"
    start = text.index("الحكومة")
    console = Console(file=io.StringIO(), width=40, force_terminal=True, color_system="standard", legacy_windows=False)
    console.print(Arabic(text=text, shapes=True, marked=[(start, start + len("الحكومة"))]))
    marked = printed(console).split("\x1b[1;33m")[1].split("\x1b[0m")[0]
    assert logical(marked) == "ةموكحلا"


def test_marks_above_letters_take_no_room_in_a_table() -> None:
    marked, bare = rendered(Arabic(text="مُحَمَّد", shapes=False), Arabic(text="محمد", shapes=False))[3:5]
    assert width_of("مُحَمَّد") == width_of("محمد") == 4
    assert len(marked) - len(bare) == 4, "four marks, and not one blank less"


def test_a_title_is_never_cut_where_there_is_room_for_it_shaped_or_not() -> None:
    title = "لا لا لا لا سلام"
    for shapes in (True, False):
        assert not any("…" in line for line in rendered(Arabic(text=title, shapes=shapes)))


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [(0, ("note",), "0 notes"), (1, ("note",), "1 note"), (2, ("address", "addresses"), "2 addresses")],
)
def test_what_is_counted_stands_in_its_number(number: int, words: tuple[str, ...], said: str) -> None:
    assert numbered(number, *words) == said
