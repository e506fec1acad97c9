"""Texts that somebody else scraped: furniture goes, the article stays, datelines become evidence."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.boilerplate.learn import Observation
from pipelines.texts.dateline import take_dateline
from pipelines.texts.days import find_days
from pipelines.texts.entities import one_line, resolve
from pipelines.texts.flattened import strip_furniture
from pipelines.texts.glued import add_missing_spaces
from pipelines.texts.read import GivenText, read_text
from pipelines.texts.recurring import learn_texts
from pipelines.texts.tails import strip_tail

DATA = Path(__file__).parent / "data" / "clean"
SCRAPED, TITLE, CLEAN = (
    (DATA / f"{name}.txt").read_text(encoding="utf-8").strip("\n") for name in ("article-as-scraped", "title", "clean")
)
LEAD = "أعلنت وزارة الصحة اليوم أن عدد الحالات الجديدة قد انخفض في جميع مناطق البلاد خلال الأسبوع الماضي."
MORE = "وأضاف الوزير أن اللقاح متوفر في المراكز الصحية كلها، وأن العمل مستمر حتى نهاية العام."


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_article_of_the_mission_comes_out_clean() -> None:
    read = read_text(GivenText(text=SCRAPED))
    assert (read.title, read.text) == (TITLE, CLEAN)
    assert [piece.text for piece in read.removed] == [
        "شارك المقال", "• تم النسخ", "شارك المقال", "• تم النسخ", "المقال التالي",
    ]  # fmt: skip


def test_the_article_of_the_mission_comes_out_clean_without_its_line_breaks() -> None:
    read = read_text(GivenText(text=flat(SCRAPED)))
    assert (read.title, read.text) == (TITLE, flat(CLEAN))


def test_the_headline_that_was_given_is_taken_from_the_head_of_the_text() -> None:
    for text in (SCRAPED, flat(SCRAPED)):
        read = read_text(GivenText(text=text, title=TITLE))
        assert (read.title, flat(read.text)) == (TITLE, flat(CLEAN))


@pytest.mark.parametrize("text", [SCRAPED, flat(SCRAPED), f"{LEAD}\n{MORE}\nاقرأ أيضا:\nعنوان خبر آخر من المدينة"])
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    once = read_text(GivenText(text=text))
    again = read_text(GivenText(text=once.text, title=once.title))
    assert (again.title, again.text, again.removed) == (once.title, once.text, ())


@pytest.mark.parametrize(
    "furniture",
    [
        "اقرأ أيضًا: وفاة فنان معروف في القاهرة",
        "شاهد أيضا\nوفاة فنان معروف في القاهرة\nزلزال يضرب جزيرة نائية",
        "للتواصل مع الكاتب ارسل رسالة SMS\nتبدأ بالرمز (71) ثم مسافة ثم نص الرسالة إلى\n88591 - Stc\n635031 - Mobily",
        "لمراسلة الكاتب: someone@example.com",
        "@someone\nsomeone@example.com",
        "#السعودية #الرياض",
        "رابط الخبر بصحيفة الوئام: وزارة الصحة تعلن انخفاض عدد الحالات الجديدة في البلاد",
        "...المزيد",
        "// انتهى //",
        "// انتهى // 17:08 ت م",
        "// انتهى //\n17:08 ت م\nwww.spa.gov.sa/1392345",
        "تابعونا على صفحتنا في فيسبوك",
        "مقالات أخرى للكاتبعبدالله أحمدالدرجات العليا من الذاتتلويحة رمضانية",
    ],
)
def test_furniture_below_the_text_goes(furniture: str) -> None:
    assert read_text(GivenText(text=f"{LEAD}\n{MORE}\n{furniture}", title="عنوان")).text == f"{LEAD}\n{MORE}"
    assert read_text(GivenText(text=flat(f"{LEAD} {MORE} {furniture}"), title="عنوان")).text == f"{LEAD} {MORE}"


@pytest.mark.parametrize(
    "sentence",
    [
        "شارك المقال في إثارة جدل واسع بين القراء بعد أن نشرته الصحيفة أمس.",
        "بعث خادم الحرمين الشريفين برقية تهنئة لفخامة الرئيس بمناسبة ذكرى اليوم الوطني لبلاده.",
        "وتمنى لشعب بلاده الشقيق المزيد من التقدم والازدهار.",
        "ودعا الوزير إلى تحميل التطبيق من المتاجر، وإلى مشاركة الخبر مع الأصدقاء.",
        "للمزيد من التفاصيل يمكن مراجعة مكتب الوزارة في الرياض خلال ساعات الدوام الرسمي.",
    ],
)
def test_a_sentence_that_begins_like_furniture_stays(sentence: str) -> None:
    for text in (f"{sentence}\n{LEAD}\n{MORE}", f"{LEAD}\n{MORE}\n{sentence}", f"{LEAD} {sentence} {MORE}"):
        assert sentence in read_text(GivenText(text=text, title="عنوان الخبر")).text


def test_a_headline_among_the_sentences_of_a_flattened_text_goes_up_to_the_next_verb() -> None:
    found = strip_furniture(f"{LEAD} اقرأ أيضا: وفاة فنان معروف في القاهرة {MORE}")
    assert found.line == f"{LEAD} {MORE}"
    assert found.removed == (("related-headline", "اقرأ أيضا: وفاة فنان معروف في القاهرة"),)


@pytest.mark.parametrize(
    ("glued", "parted"),
    [
        ("شارك المقالتم النسخ", "شارك المقال تم النسخ"),
        ("تم النسخأعلنت الوزارة موعد الاختبارات", "تم النسخ أعلنت الوزارة موعد الاختبارات"),
        ("في نهاية العام.شارك المقالتم النسخ", "في نهاية العام. شارك المقال تم النسخ"),
        ("كتب المقالات والنسخ الأولى من الكتاب", "كتب المقالات والنسخ الأولى من الكتاب"),
        ("رقم الطبعة 2.شاركت فيها دار النشر", "رقم الطبعة 2.شاركت فيها دار النشر"),
    ],
)
def test_a_space_that_was_lost_between_known_phrases_is_added(glued: str, parted: str) -> None:
    assert add_missing_spaces(glued) == parted


def test_furniture_that_lost_its_spaces_goes() -> None:
    assert read_text(GivenText(text=f"شارك المقالتم النسخ {LEAD} {MORE}", title="عنوان")).text == f"{LEAD} {MORE}"
    assert read_text(GivenText(text=f"{LEAD} {MORE}شارك المقالتم النسخ", title="عنوان")).text == f"{LEAD} {MORE}"


def test_a_wish_for_somebody_is_no_signature() -> None:
    for wish in ("الملك عبدالعزيز - رحمه الله -", "الملك عبدالعزيز - رحمة الله -", "الملك سلمان - حفظه الله"):
        assert read_text(GivenText(text=f"{LEAD}\n{MORE}\n{wish}", title="عنوان")).text.endswith(wish)


def test_an_address_that_the_last_sentence_leads_to_stays() -> None:
    line = f"{LEAD} ويمكن التسجيل عبر الموقع www.example.com"
    assert strip_tail(line).line == line


def test_entities_and_tags_are_resolved_and_comparisons_stay() -> None:
    assert one_line("&quot;موبايلي&quot; تعلن  نتائجها") == '"موبايلي" تعلن نتائجها'
    assert one_line("&amp;quot;موبايلي&amp;quot;") == '"موبايلي"'
    assert resolve("<p>سطر</p><p>سطر <b>آخر</b><br/>وثالث</p><script>x=1</script>") == "سطر\n\nسطر آخر\nوثالث"
    assert resolve("3 < 5 & 7 > 2 <ثم> AT&T") == "3 < 5 & 7 > 2 <ثم> AT&T"


SENTENCE = "كشفت وزارة الصحة عن عدد الحالات الجديدة المسجلة في البلاد اليوم"


@pytest.mark.parametrize(
    ("words", "place", "authors", "agencies"),
    [
        ("الرياض 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م واس", "الرياض", (), ["spa"]),
        ("لندن: «الشرق الأوسط»", "لندن", (), []),
        ("عمر إبراهيم – عين اليوم", None, ("عمر إبراهيم",), []),
        ("فهد كاملي- سبق- جازان:", "جازان", ("فهد كاملي",), []),
        ("عبدالله البرقاوي-سبق-الرياض:", "الرياض", ("عبدالله البرقاوي",), []),
        ("الدمام ـ الشرق", "الدمام", (), []),
        ("محمد المصباحي (جدة)", "جدة", ("محمد المصباحي",), []),
        ("دبي (رويترز) -", "دبي", (), ["reuters"]),
        ("واشنطن - أ ف ب -", "واشنطن", (), ["afp"]),
    ],
)
def test_a_dateline_gives_place_author_and_agency_and_leaves_the_text(
    words: str, place: str | None, authors: tuple[str, ...], agencies: list[str]
) -> None:
    for alone in (True, False):
        line = words if alone else f"{words} {SENTENCE}"
        found, rest = take_dateline(line, alone=alone)
        assert found is not None
        assert (found.place, found.authors, [agency.agency for agency in found.agencies]) == (place, authors, agencies)
        assert rest == ("" if alone else SENTENCE)


@pytest.mark.parametrize(
    "line",
    [
        "أعلن الوزير في الرياض: أن الدولة ستعمل على تحقيق الهدف المنشود",
        "وأضاف محمد علي - وهو طبيب - أن الدولة ستعمل على ذلك في القريب",
        "السؤال الأهم: لماذا تأخرت الدولة في الرد على هذا الأمر الخطير",
        "في 11 أغسطس 2015 وقع الرئيس على الاتفاق التاريخي بين البلدين",
    ],
)
def test_a_sentence_is_no_dateline(line: str) -> None:
    assert take_dateline(line, alone=False) == (None, line)


def test_two_calendars_agree_or_their_disagreement_is_kept() -> None:
    same = find_days("26 شوال 1436 هـ الموافق 11 أغسطس 2015 م")
    other = find_days("26 شوال 1436 هـ الموافق 18 أغسطس 2015 م")
    assert same is not None
    assert (same.day.day, same.day.disagreed) == (date(2015, 8, 11), False)
    assert other is not None
    assert (other.day.day, other.day.hijri, other.day.disagreed) == (date(2015, 8, 18), date(2015, 8, 11), True)


def different(number: int) -> list[str]:
    """Two sentences that no other text of a source has."""
    return [f"{LEAD[:-1]} {number * 7} {chr(0x628 + number % 20) * 4}.", f"{MORE[:-1]} {number * 11} صفة{number}."]


def test_lines_that_recur_in_a_source_are_learned_and_formulas_are_not() -> None:
    texts = [
        ["بوابة الواحة نيوز", *different(n), "وحفظ الله البلاد وأهلها من كل سوء.", "منبر الواحة الحرة"]
        for n in range(60)
    ]
    learned = learn_texts([Observation(page=str(n), lines=lines) for n, lines in enumerate(texts)])
    read = read_text(GivenText(text="\n".join(texts[7]), title="عنوان"), learned)
    assert read.lines == [*different(7), "وحفظ الله البلاد وأهلها من كل سوء."]
    assert [piece.text for piece in read.removed] == ["بوابة الواحة نيوز", "منبر الواحة الحرة"]


def test_words_that_recur_in_flattened_texts_are_learned_and_formulas_are_not() -> None:
    cable = "بعث خادم الحرمين الشريفين برقية تهنئة لفخامة الرئيس"

    def text(number: int) -> str:
        first, second = different(number)
        return f"منبر الواحة الحرة {cable} رقم {number} ثم {first} {second} وتمنى المزيد من التقدم والازدهار."

    texts = [[text(number)] for number in range(60)]
    learned = learn_texts([Observation(page=str(n), lines=lines) for n, lines in enumerate(texts)])
    assert learned.pieces <= {"منبر الواحه الحره"}


def test_a_text_of_a_few_words_or_none_is_no_error() -> None:
    for text in ("", " \n ", "خبر", "•", "<p></p>"):
        assert read_text(GivenText(text=text)).text in ("", "خبر")
