"""Short lines of scraped texts: captions, headings between paragraphs, signatures below the text."""

import pytest

from pipelines.texts.read import GivenText, read_text

LEAD = "أعلنت وزارة الصحة اليوم أن عدد الحالات الجديدة قد انخفض في جميع مناطق البلاد خلال الأسبوع الماضي."
MORE = "وأضاف الوزير أن اللقاح متوفر في المراكز الصحية كلها، وأن العمل مستمر حتى نهاية العام."


@pytest.mark.parametrize("caption", ["جانب من الحضور", "لقطة جماعية للمشاركين في الحفل", "من حفل المعايدة"])
def test_the_caption_of_a_picture_above_the_text_goes(caption: str) -> None:
    read = read_text(GivenText(text=f"{caption}\n{LEAD}\n{MORE}"))
    assert read.text == f"{LEAD}\n{MORE}"
    assert [(piece.rule, piece.text) for piece in read.removed] == [("caption", caption)]


def test_the_caption_of_a_picture_below_the_text_goes() -> None:
    assert read_text(GivenText(text=f"{LEAD}\n{MORE}\nجانب من تكريم الفائزين")).text == f"{LEAD}\n{MORE}"


@pytest.mark.parametrize(
    "line",
    [
        "جانب من الحضور غادر القاعة قبل نهاية الكلمة.",
        "من حفر حفرة لأخيه وقع فيها يوما ما",
        "من الرياض تحدث الوزير عن الخطة.",
    ],
)
def test_a_sentence_that_begins_like_a_caption_stays(line: str) -> None:
    text = f"{line}\n{LEAD}\n{MORE}"
    assert read_text(GivenText(text=text, title="تقرير الصحة")).text == text


def test_a_short_line_among_short_lines_is_no_caption() -> None:
    """A poem: what is above it may be its first verse."""
    poem = "من وجدِ قلبي ومن شوقي\nكتبت للغائب القصيدة\nوقلت للنجم لا تغيبي"
    assert read_text(GivenText(text=poem, title="قصيدة")).text == poem


def test_a_heading_of_button_words_between_paragraphs_stays() -> None:
    text = f"{LEAD}\n{MORE}\nالبريد الإلكتروني الخبيث\n{MORE}\n{LEAD}"
    assert read_text(GivenText(text=text)).text == text


def test_a_line_of_button_words_below_the_text_goes() -> None:
    assert read_text(GivenText(text=f"{LEAD}\n{MORE}\nالبريد الإلكتروني الخبيث")).text == f"{LEAD}\n{MORE}"


def test_a_known_phrase_between_paragraphs_goes() -> None:
    assert read_text(GivenText(text=f"{LEAD}\nشارك المقال\n{MORE}")).text == f"{LEAD}\n{MORE}"


def test_the_signature_below_the_text_names_its_author() -> None:
    read = read_text(GivenText(text=f"{LEAD}\n{MORE}\nأحلام الفهمي - الدمام"))
    assert (read.text, read.authors) == (f"{LEAD}\n{MORE}", ("أحلام الفهمي",))
    assert read.dateline is not None
    assert read.dateline.place == "الدمام"


def test_a_photographer_below_the_text_is_no_author() -> None:
    read = read_text(GivenText(text=f"{LEAD}\n{MORE}\n(عدسة/ أحمد المغلوث)"))
    assert (read.text, read.authors) == (f"{LEAD}\n{MORE}", ())
