"""Bytes to text: 34 kinds of page that lie, keep silent or are damaged, and the text that a reader should see."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.html.decode import decode
from pipelines.html.mojibake import undo

SHORT = "خبر عاجل"
NEWS = "قال وزير المالية إن الحكومة ستطرح خطة اقتصادية شاملة قبل نهاية العام الجاري، وأكد أن المفاوضات ما زالت مستمرة بين الطرفين في الرباط"
QUOTED = "وأضاف “نعم” ثم قال: «لا»… وغادر – كما جاء"
VOWELLED = "قَالَ الوَزِيرُ إِنَّ الحُكُومَةَ سَتَطْرَحُ خُطَّةً شَامِلَةً قَبْلَ نِهَايَةِ العَامِ"
LATIN = "The quick brown fox reports from the parliament in Rabat about budgets and taxes. " * 30
PERSIAN = "گفت که پژوهشگران چاپ کتاب را پيگيري مي کنند و ژاله در باغ گل مي چيند"


def html(text: str, charset: str = "", meta: str = "") -> str:
    named = f'<meta charset="{charset}">' if charset else meta
    return f'<!doctype html><html dir="rtl"><head>{named}<title>{text[:60]}</title></head><body class="a"><p>{text}</p></body></html>'


def header(charset: str) -> dict[str, str]:
    return {"content-type": f"text/html; charset={charset}"}


def twice(text: str, wrong: str) -> bytes:
    """UTF-8 bytes read with the wrong charset and saved again as UTF-8."""
    return html(text).encode().decode(wrong).encode()


#: name -> (body, headers, words that must come out, encoding)
CASES: dict[str, tuple[bytes, dict[str, str], str, str]] = {
    "utf-8 without label": (html(NEWS).encode(), {}, NEWS, "utf-8 (valid)"),
    "utf-8 two words without label": (html(SHORT).encode(), {}, SHORT, "utf-8 (valid)"),
    "utf-8 with a mark": (b"\xef\xbb\xbf" + html(NEWS).encode(), header("windows-1256"), NEWS, "utf-8 (byte order mark)"),
    "utf-8, header says windows-1256": (html(NEWS).encode(), header("windows-1256"), NEWS, "utf-8 (valid)"),
    "utf-8, header says iso-8859-1": (html(NEWS).encode(), header("ISO-8859-1"), NEWS, "utf-8 (valid)"),
    "utf-8, header says utf-16": (html(NEWS).encode(), header("utf-16"), NEWS, "utf-8 (valid)"),
    "utf-8, meta says windows-1256": (html(NEWS, "windows-1256").encode(), {}, NEWS, "utf-8 (valid)"),
    "utf-8, header and meta lie": (html(NEWS, "iso-8859-6").encode(), header("latin1"), NEWS, "utf-8 (valid)"),
    "utf-8, stray bytes": (html(NEWS).encode().replace(b"</p>", b" \xe4\xe5 \xff</p>"), {}, NEWS, "utf-8 (stray bytes)"),
    "utf-8, letter cut in the middle": (html(NEWS).encode()[:-30] + b"\xd9", header("utf-8"), NEWS[:90], "utf-8 (stray bytes)"),
    "utf-8, a windows-1256 advertisement in it": (
        html(NEWS * 3).encode().replace(b"</body>", "<div>إعلان قصير</div></body>".encode("cp1256")), {}, NEWS, "utf-8 (stray bytes)",
    ),
    "1256 without label": (html(NEWS).encode("cp1256"), {}, NEWS, "windows-1256 (detected)"),
    "1256 two words without label": (html(SHORT).encode("cp1256"), {}, SHORT, "windows-1256 (detected)"),
    "1256 with its label": (html(NEWS, "windows-1256").encode("cp1256"), {}, NEWS, "windows-1256 (detected)"),
    "1256, header says utf-8": (html(NEWS).encode("cp1256"), header("utf-8"), NEWS, "windows-1256 (detected)"),
    "1256, meta says utf-8": (html(NEWS, "utf-8").encode("cp1256"), {}, NEWS, "windows-1256 (detected)"),
    "1256, meta says iso-8859-1": (html(NEWS, "iso-8859-1").encode("cp1256"), {}, NEWS, "windows-1256 (detected)"),
    "1256, header says iso-8859-6": (html(QUOTED, "").encode("cp1256"), header("iso-8859-6"), QUOTED, "windows-1256 (detected)"),
    "1256, charset=arabic": (html(NEWS).encode("cp1256"), header("arabic"), NEWS, "windows-1256 (detected)"),
    "1256, charset of nonsense": (html(NEWS, "x-sakhr-none").encode("cp1256"), header("none"), NEWS, "windows-1256 (detected)"),
    "1256 in a page of Latin": (html(LATIN + NEWS[:40] + LATIN).encode("cp1256"), {}, NEWS[:40], "windows-1256 (detected)"),
    "1256 Persian letters": (html(PERSIAN).encode("cp1256"), {}, PERSIAN, "windows-1256 (detected)"),
    "1256 with vowel signs": (html(VOWELLED).encode("cp1256"), {}, VOWELLED, "windows-1256 (detected)"),
    "8859-6 with vowel signs": (html(VOWELLED).encode("iso-8859-6"), header("utf-8"), VOWELLED, "iso-8859-6 (detected)"),
    "1256 one word, and its label": (html("غزة").encode("cp1256"), header("windows-1256"), "غزة", "windows-1256 (detected)"),
    "1256 with curly quotes and dashes": (html(QUOTED).encode("cp1256"), {}, QUOTED, "windows-1256 (detected)"),
    "8859-6 without label": (html(NEWS).encode("iso-8859-6"), {}, NEWS, "iso-8859-6 (detected)"),
    "8859-6, header says utf-8": (html(NEWS).encode("iso-8859-6"), header("utf-8"), NEWS, "iso-8859-6 (detected)"),
    "8859-6, header says windows-1256": (html(NEWS).encode("iso-8859-6"), header("windows-1256"), NEWS, "iso-8859-6 (detected)"),
    "8859-6 five words": (html("أكد الوزير أن المفاوضات مستمرة").encode("iso-8859-6"), {}, "أكد الوزير أن المفاوضات مستمرة", "iso-8859-6 (detected)"),
    "utf-16 with a mark": (html(NEWS).encode("utf-16"), {}, NEWS, "utf-16 (byte order mark)"),
    "utf-16le without a mark": (html(NEWS).encode("utf-16-le"), header("utf-8"), NEWS, "utf-16-le (detected)"),
    "utf-16be without a mark": (html(NEWS).encode("utf-16-be"), {}, NEWS, "utf-16-be (detected)"),
    "utf-8 read as windows-1252": (
        html(NEWS).encode().decode("latin-1").replace("\x84", "„").replace("\x86", "†").replace("\x85", "…").encode(), {}, NEWS, "utf-8 read as windows-1252 (undone)",
    ),
    "utf-8 read as iso-8859-1": (twice(NEWS, "latin-1"), {}, NEWS, "utf-8 read as windows-1252 (undone)"),
    "utf-8 read as windows-1256": (twice(NEWS, "cp1256"), {}, NEWS, "utf-8 read as windows-1256 (undone)"),
    "1256 read as iso-8859-1": (html(NEWS).encode("cp1256").decode("latin-1").encode(), {}, NEWS, "windows-1256 read as windows-1252 (undone)"),
    # beyond the 34 kinds
    "Persian utf-8 read as windows-1256": (twice("گفت که پژوهشگران می\u200cگویند چرا", "cp1256"), {}, "گفت که پژوهشگران می\u200cگویند چرا", "utf-8 read as windows-1256 (undone)"),
    "curly quotes read as windows-1256": (twice(QUOTED, "cp1256"), {}, QUOTED, "utf-8 read as windows-1256 (undone)"),
    "1256 encoded twice and then as 1256": (NEWS.encode().decode("cp1256").encode("cp1256") + b"\xff", {}, NEWS, "utf-8 (stray bytes)"),
    "French in windows-1252": ("<p>L'été à la plage, déjà vu, façade</p>".encode("cp1252"), {}, "L'été à la plage, déjà vu, façade", "windows-1252 (detected)"),
    "Greek in iso-8859-7": ("<p>Η κυβέρνηση ανακοίνωσε σήμερα νέα μέτρα για την οικονομία</p>".encode("iso-8859-7"), {}, "κυβέρνηση ανακοίνωσε", "iso-8859-7 (detected)"),
    "Hebrew in windows-1255": ("<p>הממשלה הודיעה היום על תוכנית כלכלית חדשה לקראת סוף השנה</p>".encode("cp1255"), {}, "הממשלה הודיעה", "windows-1255 (detected)"),
    "Turkish in windows-1254": ("<p>Başbakan bugün yaptığı açıklamada görüşmelerin sürdüğünü söyledi</p>".encode("cp1254"), header("windows-1254"), "açıklamada", "windows-1254 (label)"),
    "Russian in windows-1251": ("<p>Новости дня: сегодня в Москве прошла встреча министров</p>".encode("cp1251"), {}, "сегодня в Москве", "windows-1251 (detected)"),
    "utf-16 with a mark, big end first": (b"\xfe\xff" + html(NEWS).encode("utf-16-be"), {}, NEWS, "utf-16 (byte order mark)"),
}  # fmt: skip


@pytest.mark.fault("F46")
@pytest.mark.parametrize("name", CASES)
def test_the_text_comes_out_whatever_the_labels_say(name: str) -> None:
    body, headers, words, encoding = CASES[name]
    decoded = decode(body, headers)
    assert words in decoded.text
    assert decoded.encoding == encoding


@pytest.mark.parametrize("words", [2, 3, 5, 8, 15])
@pytest.mark.parametrize("charset", ["cp1256", "iso-8859-6"])
def test_short_pages_without_label_are_told_by_their_letters(words: int, charset: str) -> None:
    sentences = [NEWS, "عقد مجلس الأمن جلسة طارئة لبحث آخر التطورات في المنطقة بعد إعلان وقف إطلاق النار أمس", "فاز المنتخب الوطني على ضيفه بهدفين دون رد في المباراة التي جرت مساء أمس بملعب العاصمة"]  # fmt: skip
    parts = [
        " ".join(line.replace("،", "").split()[start : start + words]) for line in sentences for start in (0, 3, 6)
    ]
    right = [part for part in parts if part in decode(html(part).encode(charset), {}).text]
    assert len(right) >= len(parts) - (1 if words < 5 else 0), set(parts) - set(right)


def test_numeric_references_are_left_to_the_parser() -> None:
    assert decode(b"<p>&#1582;&#x628;&#1585;</p>", {}).text == "<p>&#1582;&#x628;&#1585;</p>"


def test_an_xml_declaration_a_mark_and_nul_do_not_reach_the_parser() -> None:
    body = '\ufeff<?xml version="1.0" encoding="windows-1256"?><html>خ\x00بر</html>'.encode()
    assert decode(body, {}).text == "<html>خبر</html>"


@pytest.mark.parametrize(
    "text",
    [
        "ط، ظ: حروف تأتي في آخر القاموس، مثل ظ§ و ط¢ إن وجدت",
        "Ça dépend de l'élève: où là-bas, à Évreux, naïveté, cœur, São Paulo, Größe, Åre",
        "السعر £5 أو €6 — “خصم” 20% © 2024 «عرض» … نهاية",
        "Việt Nam đã thắng trận đấu với Thái Lan tại Hà Nội vào tối qua",
        "Íslenska þjóðin fær þó að kjósa, æði oft, því að ráðherra sagði það í gær",
        "Ø is a letter; Øre; Ærø; Åå; ÆØÅ; Ù is rare",
    ],
)
def test_real_text_with_such_letters_is_not_undone(text: str) -> None:
    assert undo(text) == (text, None)
    assert decode(text.encode(), {}).text == text


def test_only_the_damaged_part_of_a_page_is_undone() -> None:
    damaged = NEWS.encode().decode("latin-1")
    text, undone = undo(f"<title>{damaged}</title><p>{NEWS} £5 – “نعم”</p>")
    assert text == f"<title>{NEWS}</title><p>{NEWS} £5 – “نعم”</p>"
    assert undone


@given(
    st.binary(max_size=300), st.sampled_from(["", "utf-8", "windows-1256", "utf-16", "idna", "hex", "utf-7", "\x00"])
)
def test_no_bytes_whatever_raise_and_what_comes_out_can_be_stored(body: bytes, charset: str) -> None:
    text = decode(body, header(charset)).text
    text.encode()
    assert "\x00" not in text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200))
def test_valid_utf_8_that_was_not_damaged_is_kept_letter_for_letter(text: str) -> None:
    if undo(text)[1] or re.match(r"\s*<\?xml", text) or text.startswith("\ufeff"):
        return
    assert decode(text.encode(), {}).text == text
