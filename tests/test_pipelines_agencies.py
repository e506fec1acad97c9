"""Agencies are credited where newspapers credit them, and nowhere else."""

import pytest

from pipelines.words.agencies import AGENCIES, credited
from storage.text.folding import fold

BODY = "أعلنت الحكومة قرارها بعد اجتماع طويل استمر حتى ساعات الفجر الأولى.\nوقال المتحدث إن التنفيذ يبدأ غدا."

#: First line, agencies.
HEADS = [
    ("باريس (أ ف ب) - أعلنت الحكومة قرارها.", ["afp"]),
    ("باريس- (أ.ف.ب): أعلنت الحكومة قرارها.", ["afp"]),
    ("(رويترز) - قال مسؤولون إن المحادثات مستمرة.", ["reuters"]),
    ("رويترز - قال مسؤولون إن المحادثات مستمرة.", ["reuters"]),
    ("واشنطن - رويترز: قال مسؤولون إن المحادثات مستمرة.", ["reuters"]),
    ("وكالات - قال مسؤولون إن المحادثات مستمرة.", ["agencies"]),
    ("عواصم – وكالات: تتواصل المواقف الدولية.", ["agencies"]),
    ("إسطنبول/ الأناضول: التقى الرئيس وفدا زائرا.", ["anadolu"]),
    ("إسطنبول/محمد علي/الأناضول التقى الرئيس وفدا زائرا.", []),
    ("أبوظبي في 5 مارس / وام / التقى الوزير وفدا زائرا.", ["wam"]),
    ("الدوحة في 12 يناير /قنا/ استقبل سعادة الوزير ضيفه.", ["qna"]),
    ("الكويت - 3 - 4 (كونا) -- أعلنت الوزارة قرارها.", ["kuna"]),
    ("الرياض 05 جمادى الأولى 1445 هـ الموافق 19 نوفمبر 2023 م واس", ["spa"]),
    ("الرياض - واس", ["spa"]),
    ("عمان 7 شباط (بترا) - بحث الوزير ملف المياه.", ["petra"]),
    ("القاهرة في 3 يناير /أ ش أ/ أكد الوزير أهمية الملف.", ["mena"]),
    ("رام الله 9-1-2024 وفا- بحث الرئيس آخر التطورات.", []),
    ("رام الله 9-1-2024 (وفا) - بحث الرئيس آخر التطورات.", ["wafa"]),
    ("الرباط (و م ع) - ترأس الملك مجلسا وزاريا.", ["map"]),
    ("نواكشوط (و م أ) - وصل الوزير إلى المدينة.", ["ami"]),
    ("تونس (وات) - قرر المجلس تأجيل الجلسة.", ["tap"]),
    ("دمشق-سانا: بحث الوزير ملف الطاقة.", []),
    ("دمشق - سانا: بحث الوزير ملف الطاقة.", ["sana"]),
    ("موسكو (سبوتنيك) - قالت الوزارة إن الوفد وصل.", ["sputnik"]),
    ("بكين - (شينخوا): وصل الوفد إلى العاصمة.", ["xinhua"]),
    ("برلين (د ب أ) - فاز الفريق بثلاثة أهداف.", ["dpa"]),
    ("غزة (رويترز، أ ف ب) - تواصلت المحادثات.", ["reuters", "afp"]),
    ("غزة - رويترز وأ ف ب: تواصلت المحادثات.", ["reuters", "afp"]),
    ("الجزائر (وأج) – ترأس الوزير الأول اجتماعا.", ["aps"]),
    ("بــاريــس (أ ف ب) ـ أعلنت الحكومة قرارها.", ["afp"]),
    ("قالت رويترز إن المحادثات مستمرة.", []),
    ("ذكرت وكالة (رويترز) أن المحادثات مستمرة.", []),
    ("ذكرت وكالة (رويترز) - وفق مصدر - أن المحادثات مستمرة.", []),
    ("نقلت وكالة الأنباء السعودية (واس) عن الوزير قوله إن العمل مستمر.", []),
    ("أعلنت الخارجية الفرنسية - الألمانية المشتركة قرارها.", []),
    ("وكالات السفر تستعد للموسم الجديد.", []),
    ("قنا مدينة مصرية: تاريخ وآثار.", []),
    ("معا - نبني الوطن.", []),
    ("بحسب سبوتنيك: الوفد وصل إلى العاصمة.", []),
    ("تونس - وات: قرر المجلس تأجيل الجلسة.", []),
]
#: Last lines, agencies.
TAILS = [
    ("المصدر: رويترز", ["reuters"]),
    ("المصدر : وكالات", ["agencies"]),
    ("المصدر: الجزيرة + وكالات", ["agencies"]),
    ("المصدر: سبوتنيك عربي", ["sputnik"]),
    ("المصدر: نوفوستي + تاس", ["novosti", "tass"]),
    ("المصدر: الفرنسية", ["afp"]),
    ("المصادر: رويترز، أسوشيتد برس", ["reuters", "ap"]),
    ("نقلا عن وكالة الأنباء الألمانية (د ب أ)", ["dpa"]),
    ("(رويترز)", ["reuters"]),
    ("(أ ف ب، رويترز)", ["afp", "reuters"]),
    ("ع.ش/ (د ب أ، رويترز)", ["dpa", "reuters"]),
    ("ف.ي/ع.ج.م (رويترز، د ب أ)", ["reuters", "dpa"]),
    ("وكالات", ["agencies"]),
    ("أ ف ب / رويترز", ["afp", "reuters"]),
    ("وكالة الأنباء السعودية", ["spa"]),
    ("وختم بأن العمل مستمر حتى نهاية العام. (واس)", ["spa"]),
    ("وختم بأن العمل مستمر حتى نهاية العام (قنا).", ["qna"]),
    ("وقال ذلك لوكالة الأنباء القطرية (قنا).", []),
    ("وقال ذلك لوكالة الأنباء القطرية. (قنا)", ["qna"]),
    ("وختم بأن العمل مستمر. رويترز", ["reuters"]),
    ("وختم بأن العمل مستمر. رويترز\n// انتهى //", []),
    ("(واس)\n// انتهى // 14:22", ["spa"]),
    ("المصدر: الجزيرة", []),
    ("وقال لوكالة رويترز إنه باق.", []),
    ("وقال ذلك في حديث إلى رويترز", []),
    ("وقال المصدر: رويترز نشرت خبرا غير صحيح.", []),
    ("وأضاف: نحن معا", []),
    ("نعيش معا", []),
    ("معا", []),
]
AUTHORS = [
    (("رويترز",), ["reuters"]),
    (("وكالات",), ["agencies"]),
    (("القاهرة - أ ش أ",), ["mena"]),
    (("محمد علي", "أ ف ب"), ["afp"]),
    (("وكالة الأنباء القطرية",), ["qna"]),
    (("الجزيرة نت - وكالات",), ["agencies"]),
    (("محمد معا",), []),
    (("مراسل رويترز السابق",), []),
]


@pytest.mark.parametrize(("line", "expected"), HEADS)
def test_an_agency_is_credited_in_the_dateline(line: str, expected: list[str]) -> None:
    assert [credit.agency for credit in credited(f"{line}\n{BODY}")] == expected


@pytest.mark.parametrize(("lines", "expected"), TAILS)
def test_an_agency_is_credited_at_the_end(lines: str, expected: list[str]) -> None:
    assert [credit.agency for credit in credited(f"{BODY}\n{lines}")] == expected


@pytest.mark.parametrize(("authors", "expected"), AUTHORS)
def test_an_agency_is_credited_in_the_byline(authors: tuple[str, ...], expected: list[str]) -> None:
    assert [credit.agency for credit in credited(BODY, authors)] == expected


def test_a_mention_in_a_sentence_is_no_credit() -> None:
    text = "\n".join(
        f"وقالت {name} في خبر لها إن المحادثات مستمرة، وأضافت {name} أن الوفد باق في العاصمة حتى الغد."
        for variants in AGENCIES.values()
        for name in variants
    )
    assert credited(text) == ()


def test_the_words_are_kept_as_they_are_written() -> None:
    found = credited(f"غزة (أ.ف.ب) - {BODY}\nالمصدر: رويترز، أ ف ب")
    assert [(credit.agency, credit.written) for credit in found] == [("afp", "أ.ف.ب"), ("reuters", "رويترز")]


@pytest.mark.parametrize("key", AGENCIES)
def test_every_spelling_is_credited_after_source(key: str) -> None:
    for written in AGENCIES[key]:
        assert [credit.agency for credit in credited(f"{BODY}\nالمصدر: {written}")] == [key], written


def test_no_spelling_belongs_to_two_agencies() -> None:
    spellings = {key: {fold(written) for written in variants} for key, variants in AGENCIES.items()}
    assert sum(map(len, spellings.values())) == len(set().union(*spellings.values()))


@pytest.mark.parametrize("text", ["", "\n", "رويترز", "(", "- - -", "المصدر:"])
def test_odd_texts_do_no_harm(text: str) -> None:
    assert len(credited(text)) <= 1
