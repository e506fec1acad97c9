"""What makes a version, what kind of change it is, and the diff that shows it."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.text.folding import normalise
from storage.versions import (
    KINDS,
    Change,
    Status,
    Version,
    apply,
    as_json,
    classify,
    content_hash,
    same_text,
    same_title,
    word_diff,
    word_parts,
)
from storage.versions.compare.diff import is_clitic_change
from storage.versions.compare.names import names
from storage.versions.compare.numbers import numbers
from storage.versions.compare.words import folded, plain_words

BODY = (
    "أعلنت وزارة النقل في وردان، صباح الأربعاء، افتتاح خط القطار السريع الذي يربط العاصمة بمدينة باب البحر.\n"
    "وقال وزير النقل مروان الجندي إن الرحلة تستغرق 45 دقيقة، وإن الخط سينقل نحو 12 ألف راكب في اليوم.\n"
    "وأضاف أن الكلفة بلغت 1.8 مليار دينار، بتمويل من البنك الدولي وصندوق التنمية.\n"
    "من جهتها انتقدت لجنة السكان غياب المحطات في القرى، وطالبت بحافلات تصل إليها قبل نهاية العام."
)


def kinds(old: str, new: str, *, title: str = "", new_title: str | None = None) -> list[str]:
    changes = classify(
        Version(title=title, text=old), Version(title=title if new_title is None else new_title, text=new)
    )
    return sorted({change.kind for change in changes})


def edited(*swaps: str) -> str:
    """The body with each even string replaced by the one after it."""
    text = BODY
    for old, new in zip(swaps[::2], swaps[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return text


#: Two texts that are one version.
SAME = {
    "equal": (BODY, BODY),
    "full stop added": (BODY, BODY + "."),
    "comma of another script": ("قال الوزير, إن الخط جاهز للعمل اليوم.", "قال الوزير، إن الخط جاهز للعمل اليوم."),
    "diacritics": ("أعلنت الحكومة قرارا جديدا بشأن الوقود.", "أعلنتِ الحكومةُ قرارًا جديدًا بشأنِ الوقود."),
    "tatweel": ("محمد يصل إلى العاصمة في زيارة رسمية.", "محـــمد يصل إلى العاصـمة في زيارة رسمية."),
    "digits of another script": ("قتل 25 شخصا في الحادث الذي وقع أمس.", "قتل ٢٥ شخصا في الحادث الذي وقع أمس."),
    "thousands separator": ("شارك 12345 شخصا في المظاهرة التي جرت أمس.", "شارك 12,345 شخصا في المظاهرة التي جرت أمس."),
    "arabic thousands separator": ("بلغ العدد 12,345 شخصا في نهاية العام.", "بلغ العدد ١٢٬٣٤٥ شخصا في نهاية العام."),
    "double spaces": ("قال الوزير إن الخط جاهز.", "قال  الوزير   إن الخط جاهز."),
    "no-break space": ("قال الوزير إن الخط جاهز.", "قال\u00a0الوزير إن الخط جاهز."),
    "bidi marks": ("قال الوزير إن BBC نشرت الخبر.", "قال الوزير إن \u200fBBC\u200e نشرت الخبر."),
    "zero width": ("قال الوزير إن الخط جاهز.", "قال الو\u200cزير إن الخط جاهز."),
    "presentation forms": ("الله أكبر قال الوزير في كلمته.", "ﷲ أكبر قال الوزير في كلمته."),
    "persian yeh and kaf": ("كتب الوزير في تقريره السنوي كلاما.", "کتب الوزیر فی تقریره السنوی کلاما."),
    "split compound": ("استقبل الملك عبد الله ضيفه في القصر.", "استقبل الملك عبدالله ضيفه في القصر."),
    "quotes of another kind": ('وصف القرار بأنه "خطوة أولى" نحو الحل.', "وصف القرار بأنه «خطوة أولى» نحو الحل."),
    "views counter": (BODY + "\n12,345 مشاهدة", BODY + "\n12,399 مشاهدة"),
    "views counter came": (BODY, BODY + "\nعدد المشاهدات: 17"),
    "comments counter": (BODY + "\n3 تعليقات", BODY + "\n19 تعليقا"),
    "no comments yet": (BODY + "\nلا توجد تعليقات", BODY + "\n1 تعليق"),
    "counters on one line": (BODY + "\n120 مشاهدة | 4 تعليقات | 33 مشاركة", BODY + "\n987 مشاهدة | 5 تعليقات | 40 مشاركة"),
    "counter next to a place": ("وردان - 10 مشاهدات\n" + BODY, "وردان - 900 مشاهدة\n" + BODY),
    "time ago": ("منذ 5 دقائق\n" + BODY, "منذ ساعتين\n" + BODY),
    "last update": (BODY + "\nآخر تحديث: 10:30 - 5 مارس", BODY + "\nآخر تحديث: 11:45 - 5 مارس"),
    "reading time": ("مدة القراءة: 3 دقائق\n" + BODY, BODY),
    "english counters": (BODY + "\n120 views", BODY + "\n1.2k views"),
    "read also changed": (BODY + "\nاقرأ أيضا: تأجيل افتتاح المطار", BODY + "\nاقرأ أيضا: البرلمان يقر الموازنة"),
    "read also came in the middle": (BODY, BODY.replace("\nوأضاف", "\nاقرأ أيضًا: ارتفاع أسعار الوقود في وردان\nوأضاف")),
    "read also with headlines below": (
        BODY + "\nاقرأ أيضا\nتأجيل افتتاح المطار\nالبرلمان يقر الموازنة",
        BODY + "\nاقرأ أيضا\nحريق في سوق المدينة\nفوز المنتخب",
    ),
    "watch also": (BODY + "\nشاهد أيضاً: لحظة وصول القطار", BODY),
    "share line": (BODY + "\nشارك المقال على فيسبوك", BODY),
    "follow line": (BODY, BODY + "\nتابعونا على تيليغرام"),
    "copyright": (BODY + "\nجميع الحقوق محفوظة 2024", BODY + "\nجميع الحقوق محفوظة 2025"),
    "re-ordered furniture": (BODY + "\nسياسة\nوردان\nقطارات", BODY + "\nقطارات\nسياسة\nوردان"),
    "re-ordered widgets": (
        "شارك المقال\nاقرأ أيضا: خبر أول\n" + BODY,
        BODY + "\nاقرأ أيضا: خبر أول\nشارك المقال",
    ),
    "paragraph cut in two": (BODY, BODY.replace("، وإن الخط سينقل", "،\nوإن الخط سينقل")),
}  # fmt: skip

#: Two texts, and the kinds of change between them.
CHANGED: dict[str, tuple[str, str, list[str]]] = {
    "hamza set right": (edited("أعلنت وزارة", "اعلنت وزارة"), BODY, ["typo"]),
    "ta marbuta set right": (edited("مدينة", "مدينه"), BODY, ["typo"]),
    "letter exchanged with its neighbour": ("وضعت الوزارة الاستراتجيية الجديدة للنقل.", "وضعت الوزارة الاستراتيجية الجديدة للنقل.", ["typo"]),
    "letter missing that makes words": ("تراجعت صادرات الفوفات في العام الماضي.", "تراجعت صادرات الفوسفات في العام الماضي.", ["wording"]),
    "letter missing in a long word": ("ناقشت اللجنة الديمقاطية في البلاد أمس.", "ناقشت اللجنة الديمقراطية في البلاد أمس.", ["typo"]),
    "letter doubled": (edited("العاصمة", "العاصصمة"), BODY, ["typo"]),
    "letter with other dots": (edited("الدولي", "الدولب"), BODY, ["wording"]),
    "dot forgotten": (edited("انتقدت", "انتفدت"), BODY, ["typo"]),
    "word said twice": (edited("غياب المحطات", "غياب غياب المحطات"), BODY, ["typo"]),
    "two typos": (edited("أعلنت وزارة", "اعلنت وزارة", "العاصمة", "العاصصمة"), BODY, ["typo"]),
    "digit changed": (BODY, edited("45 دقيقة", "55 دقيقة"), ["number"]),
    "decimal changed": (BODY, edited("1.8 مليار", "1.9 مليار"), ["number"]),
    "scale changed": (BODY, edited("1.8 مليار", "1.8 مليون"), ["number"]),
    "arabic-indic digit changed": (edited("45", "٤٥"), edited("45", "٥٥"), ["number"]),
    "number word changed": ("قتل خمسة أشخاص في الحادث الذي وقع فجر أمس.", "قتل سبعة أشخاص في الحادث الذي وقع فجر أمس.", ["number"]),
    "number word within a compound": ("أصيب خمسة وعشرون شخصا في الحادث أمس.", "أصيب سبعة وعشرون شخصا في الحادث أمس.", ["number"]),
    "digits for other words": ("أصيب خمسة وعشرون شخصا في الحادث أمس.", "أصيب 27 شخصا في الحادث أمس.", ["number"]),
    "same number in digits": ("أصيب خمسة أشخاص في الحادث أمس بجروح.", "أصيب 5 أشخاص في الحادث أمس بجروح.", ["wording"]),
    "time changed": ("يبدأ العرض في الساعة 10:30 صباحا في المسرح.", "يبدأ العرض في الساعة 11:30 صباحا في المسرح.", ["number"]),
    "number and word changed": (BODY, edited("12 ألف راكب", "15 ألف مسافر"), ["number", "wording"]),
    "two numbers exchanged": ("فاز الأول بنسبة 40 والثاني بنسبة 60 من الأصوات.", "فاز الأول بنسبة 60 والثاني بنسبة 40 من الأصوات.", ["number"]),
    "number only became vague": (BODY, edited("نحو 12 ألف راكب", "آلاف الركاب"), ["wording"]),
    "decimal is no thousands separator": ("ارتفع السعر إلى 1.5 دينار في الأسواق.", "ارتفع السعر إلى 15 دينار في الأسواق.", ["number"]),
    "sign of a number": ("بلغت الحرارة في العاصمة 5 درجات أمس.", "بلغت الحرارة في العاصمة -5 درجات أمس.", ["number"]),
    "name changed": (BODY, edited("مروان الجندي", "سالم الغافقي"), ["name_added", "name_removed"]),
    "given name changed": (BODY, edited("مروان الجندي", "محمود الجندي"), ["name_added", "name_removed"]),
    "name with another spelling": ("وقال أحمد المرزوقي إن الخط جاهز للعمل.", "وقال احمد المرزوقي إن الخط جاهز للعمل.", ["typo"]),
    "name taken out": (BODY, edited("وزير النقل مروان الجندي", "وزير النقل"), ["name_removed"]),
    "name put in": (edited("وزير النقل مروان الجندي", "وزير النقل"), BODY, ["name_added"]),
    "foreign name after a title": (
        "والتقى الرئيس الأمريكي دونالد ترامب الوفد في واشنطن.",
        "والتقى الرئيس الأمريكي جو بايدن الوفد في واشنطن.",
        ["name_added", "name_removed"],
    ),
    "single known name": ("وقال نتنياهو إن الاجتماع تأجل إلى الغد.", "وقال غالانت إن الاجتماع تأجل إلى الغد.", ["name_added", "name_removed"]),
    "servant name": ("وصل عبد الفتاح السيسي إلى الرياض صباح اليوم.", "وصل محمد بن سلمان إلى الرياض صباح اليوم.", ["name_added", "name_removed"]),
    "name shortened is the same person": (BODY, edited("مروان الجندي", "الجندي"), ["wording"]),
    "preposition is no name": (edited("في وردان", "على الأرض"), BODY, ["wording"]),
    "noun phrase is no name": ("دعا إلى حسن الجوار بين البلدين الشقيقين.", "دعا إلى فتح الحدود بين البلدين الشقيقين.", ["wording"]),
    "spokesman's office is no name": ("وقال المتحدث باسم الخارجية إن الأمر انتهى.", "وقال المتحدث باسم الداخلية إن الأمر انتهى.", ["wording"]),
    "paragraph added": (BODY, BODY + "\nومن المقرر أن تبدأ الرحلات التجريبية مطلع الشهر المقبل.", ["paragraph_added"]),
    "paragraph added in the middle": (
        BODY, BODY.replace("\nوأضاف", "\nوحضر الافتتاح عدد من النواب ورؤساء البلديات.\nوأضاف"), ["paragraph_added"]
    ),
    "paragraph removed": ("\n".join(BODY.split("\n")[:3]) + "\nوختم بالشكر لجميع العاملين.", BODY.rsplit("\n", 1)[0], ["paragraph_removed"]),
    "first paragraph removed": (BODY, BODY.split("\n", 1)[1], ["paragraph_removed"]),
    "paragraph with a name removed": (BODY, "\n".join(line for line in BODY.split("\n") if "الجندي" not in line), ["name_removed", "paragraph_removed"]),
    "paragraph moved": (BODY, "\n".join(BODY.split("\n")[n] for n in (0, 3, 1, 2)), ["paragraph_moved"]),
    "paragraph rewritten": (
        BODY,
        "\n".join(BODY.split("\n")[:3]) + "\nورحب اتحاد المزارعين بالمشروع الذي سيخفض نفقات الشحن ويفتح أسواقا جديدة.",
        ["paragraph_added", "paragraph_removed"],
    ),
    "sentence added to a paragraph": (BODY, edited("وصندوق التنمية.", "وصندوق التنمية. ولم يحدد موعد سداد القروض."), ["wording"]),
    "west for arab": ("رحبت الدول العربية بالقرار الذي صدر أمس.", "رحبت الدول الغربية بالقرار الذي صدر أمس.", ["wording"]),
    "war for party": ("قال إن الحزب انتهى في ذلك العام.", "قال إن الحرب انتهى في ذلك العام.", ["wording"]),
    "trial for court": ("قال إن المحكمة بدأت صباح اليوم.", "قال إن المحاكمة بدأت صباح اليوم.", ["wording"]),
    "wealth for revolution": ("تحدث عن الثورة في بلاده طويلا.", "تحدث عن الثروة في بلاده طويلا.", ["wording"]),
    "negation": (BODY, edited("وقال وزير", "ولم يقل وزير"), ["wording"]),
    "one letter that makes another word": ("اعتبر المراقبون القرار نجاحا كبيرا للحكومة.", "اعتبر المراقبون القرار نجاة كبيرا للحكومة.", ["wording"]),
    "lam and lan": ("قال إن الوزير لم يحضر الجلسة المقبلة.", "قال إن الوزير لن يحضر الجلسة المقبلة.", ["wording"]),
    "verb in the passive by a letter": ("قالت الشرطة إن الحارس قتل في الحادث.", "قالت الشرطة إن الحارس قاتل في الحادث.", ["wording"]),
    "gender is no typo": ("قالت الشرطة إن المتهم اعترف بما نسب إليه.", "قالت الشرطة إن المتهمة اعترف بما نسب إليه.", ["wording"]),
    "conjunction joined": ("قالت الحكومة إن الأسعار ستبقى كما هي.", "قالت الحكومة إن والأسعار ستبقى كما هي.", ["wording"]),
    "martyr for victim": ("وصول جثامين ثلاثة شهداء إلى المستشفى أمس.", "وصول جثامين ثلاثة قتلى إلى المستشفى أمس.", ["wording"]),
    "per cent sign": ("ارتفعت الأسعار بنسبة 5% في الشهر الماضي.", "ارتفعت الأسعار بنسبة 5 في الشهر الماضي.", ["wording"]),
    "subheading that counts votes": (BODY + "\n3 ملايين صوت للمعارضة", BODY + "\n4 ملايين صوت للمعارضة", ["number"]),
    "subheading that begins like a widget": (BODY + "\nانضم إلى الفريق ثلاثة لاعبين", BODY + "\nانضم إلى الفريق خمسة لاعبين", ["number"]),
    "attendance is no share line": (BODY + "\nشارك على هامش القمة ثلاثة رؤساء", BODY + "\nشارك على هامش القمة أربعة رؤساء", ["number"]),
    "score is no counter": (BODY + "\nالأهلي 2 - 1 الزمالك", BODY + "\nالأهلي 2 - 2 الزمالك", ["number"]),
    "bare figure is no counter": (BODY + "\n2 - 1", BODY + "\n2 - 2", ["number"]),
    "sentence about comments": (BODY + "\nوقال إن 3 تعليقات نشرت على الصفحة كانت مسيئة.", BODY + "\nوقال إن 5 تعليقات نشرت على الصفحة كانت مسيئة.", ["number"]),
    "subheading added": (BODY, BODY.replace("\nمن جهتها", "\nانتقادات السكان\nمن جهتها"), ["wording"]),
    "emptied": (BODY, "", ["withdrawn"]),
    "a notice in its place": (BODY, "تم حذف هذا الخبر لمراجعة محتواه.", ["withdrawn"]),
    "typo and number": (edited("أعلنت وزارة", "اعلنت وزارة"), edited("45 دقيقة", "50 دقيقة"), ["number", "typo"]),
    "counter and number": (BODY + "\n12 مشاهدة", edited("45 دقيقة", "50 دقيقة") + "\n19 مشاهدة", ["number"]),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_what_is_no_content_makes_no_version(old: str, new: str) -> None:
    assert same_text(old, new)
    assert content_hash("عنوان", old) == content_hash("عنوان", new)
    assert kinds(old, new) == ([] if old == new else ["cosmetic"])


@pytest.mark.parametrize(("old", "new", "expected"), CHANGED.values(), ids=CHANGED)
def test_a_change_is_told_by_its_kind(old: str, new: str, expected: list[str]) -> None:
    assert kinds(old, new) == expected
    assert not same_text(old, new)
    assert content_hash("عنوان", old) != content_hash("عنوان", new)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("افتتاح خط القطار السريع", "افتتاح خط القطار السريع", []),
        ("افتتاح خط القطار السريع", "افتتاح خطّ القطار السريع!", ["cosmetic"]),
        ("افتتاح خط القطار السريع", "تأجيل افتتاح خط القطار", ["headline"]),
        ("مقتل 5 أشخاص في حادث", "مقتل 7 أشخاص في حادث", ["headline", "number"]),
        ("مقتل خمسة في حادث", "مقتل 5 في حادث", ["headline"]),
        ("الوزير يفتتح القطر السريع", "الوزير يفتتح القطار السريع", ["headline"]),
        ("الوزير يفتتح القطار السرييع", "الوزير يفتتح القطار السريع", ["typo"]),
        ("اعلان نتائج الانتخابات", "إعلان نتائج الانتخابات", ["typo"]),
        ("استقالة الرئيس", "استقالة الرئيس؟", ["headline"]),
        ("لماذا استقال الرئيس", "لماذا استقال الرئيس؟", ["cosmetic"]),
        ("بوتين يصل إلى بكين", "لافروف يصل إلى بكين", ["headline", "name_added", "name_removed"]),
        ("مقتل العشرات في غارة", "استشهاد العشرات في غارة", ["headline"]),
    ],
)
def test_headlines(old: str, new: str, expected: list[str]) -> None:
    assert kinds(BODY, BODY, title=old, new_title=new) == expected
    assert same_title(old, new) == (expected in ([], ["cosmetic"]))


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("2024-01-05", "2024-01-06", True),
        ("2024-01-05", "2024-01-05T09:07", False),
        ("2024-01-05T09:07+03:00", "2024-01-05", False),
        ("2024-01-05T09:07+03:00", "2024-01-05T06:07+00:00", False),
        ("2024-01-05T09:07+03:00", "2024-01-05T09:07", False),
        ("2024-01-05T09:07+03:00", "2024-01-05T09:07:31+03:00", False),
        ("2024-01-05T09:07:30+03:00", "2024-01-05T09:07:31+03:00", True),
        ("2024-01-05T09:07+03:00", "2024-01-05T11:07+03:00", True),
        ("2024-01-05", None, False),
        (None, "2024-01-05", False),
    ],
)
def test_a_date_changes_when_it_names_another_moment(old: str | None, new: str | None, changed: bool) -> None:
    found = classify(Version(title="خبر", text=BODY, published=old), Version(title="خبر", text=BODY, published=new))
    assert ("date" in {change.kind for change in found}) == changed


@pytest.mark.parametrize("status", ["gone", "redirected_home", "emptied"])
def test_a_page_that_is_gone_is_withdrawn_and_may_come_back(status: Status) -> None:
    there, away = Version(title="خبر", text=BODY), Version(title="خبر", text=BODY, status=status)
    assert classify(there, away) == (Change(kind="withdrawn", place="page", old="live", new=status),)
    assert classify(away, there) == (Change(kind="restored", place="page", old=status, new="live"),)
    assert classify(away, away) == ()


def test_changes_say_what_stood_and_what_stands() -> None:
    new = edited("45 دقيقة", "٥٥ دقيقة", "مروان الجندي", "سالم الغافقي")
    assert classify(Version(title="خبر", text=BODY), Version(title="خبر", text=new)) == (
        Change(kind="number", place="text", old="45", new="٥٥"),
        Change(kind="name_removed", place="text", old="مروان الجندي"),
        Change(kind="name_added", place="text", new="سالم الغافقي"),
    )


def test_the_gravest_change_comes_first() -> None:
    old = Version(title="خبر أول", text=edited("أعلنت وزارة", "اعلنت وزارة"), published="2024-01-05")
    new = Version(title="خبر ثان", text=edited("45", "50") + "\nفقرة جديدة تضاف إلى الخبر.", published="2024-01-07")
    assert [change.kind for change in classify(old, new)] == ["headline", "date", "number", "paragraph_added", "typo"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ثلاثمئة وخمسة وعشرون جنديا", ["325"]),
        ("خمسة وعشرين ألفا وثلاثمائة دينار", ["25300"]),
        ("أحد عشر لاعبا واثنا عشر حكما", ["11", "12"]),
        ("ألفان وستة عشر", ["2016"]),
        ("ألف وخمسمئة كيلومتر", ["1500"]),
        ("مئتين وخمسين مليونا", ["250000000"]),
        ("واحد وثلاثون يوما", ["31"]),
        ("ثلاثة وأربعة", ["3", "4"]),
        ("١٢٬٣٤٥ قتيلا و3 ملايين نازح", ["12345", "3000000"]),
        ("بثلاثة أهداف مقابل هدف", ["3"]),
        ("الساعة 10:30", ["10:30"]),
        ("12,5 في المئة", ["12.5", "100"]),
        ("قال أحد الشهود يوم الاثنين", []),
        ("آلاف الأشخاص وملايين الدولارات", []),
    ],
)
def test_numbers_are_read_from_digits_and_words(text: str, expected: list[str]) -> None:
    assert [number.value for number in numbers(folded(plain_words(text)))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال وزير الخارجية المصري سامح شكري", ["سامح شكري"]),
        ("الملك محمد السادس ومحمد بن سلمان", ["محمد السادس", "محمد بن سلمان"]),
        ("لعبد الله الثاني وعبد الفتاح السيسي", ["عبد الله الثاني", "عبد الفتاح السيسي"]),
        ("رئيسة الوزراء المكلفة هالة المرزوقي أن", ["هاله المرزوقي"]),
        ("أحمد أبو الغيط الأمين العام", ["احمد ابو الغيط"]),
        ("وأكد المتحدث كريم العطار", ["كريم العطار"]),
        ("الرئيس الأمريكي دونالد ترامب", ["دونالد ترامب"]),
        ("وقال سعيد إن السعر كريم جدا", []),
        ("حسن الجوار ورياض الأطفال وجمال الطبيعة", []),
        ("وقال محمد الثلاثاء إن الأمر انتهى", []),
        ("نور الشمس على الأرض", []),
        ("المتحدث باسم الخارجية", []),
    ],
)
def test_names_are_found_by_given_names_and_titles(text: str, expected: list[str]) -> None:
    found = [" ".join(name.parts) for name in names(folded(plain_words(text)))]
    assert found == [normalise(name) for name in expected]


# The diff

WORDS = st.sampled_from(["قال", "الوزير", "إن", "12,345", "٤٥", "في", "مُحمّد", "،", ".", "\n", " ", "  ", "و", "BBC", "\u200f", "«", "ـ", "\u064b", "\u00a0"])  # fmt: skip
TEXTS = st.lists(WORDS, max_size=40).map("".join) | st.text(max_size=40)


@given(TEXTS, TEXTS)
@settings(max_examples=300, deadline=None)
def test_a_diff_holds_both_texts(old: str, new: str) -> None:
    spans = word_diff(old, new)
    assert apply(old, spans) == new
    if old != new:
        assert "".join(span.text for span in spans if span.op != "insert") == old
    assert all(span.text for span in spans)
    assert all(a.op != b.op for a, b in pairwise(spans))


@given(TEXTS)
def test_equal_texts_have_no_diff(text: str) -> None:
    assert word_diff(text, text) == []
    assert classify(Version(title=text, text=text), Version(title=text, text=text)) == ()


@given(TEXTS, TEXTS)
@settings(max_examples=300, deadline=None)
def test_classification_and_sameness_agree(old: str, new: str) -> None:
    found = {change.kind for change in classify(Version(title="", text=old), Version(title="", text=new))}
    assert found <= set(KINDS)
    if same_text(old, new):
        assert found <= {"cosmetic"}
    else:
        assert found
        assert "cosmetic" not in found


@given(TEXTS, TEXTS)
@settings(max_examples=200, deadline=None)
def test_no_letter_is_cut_from_its_marks(old: str, new: str) -> None:
    for text, other in ((old, "insert"), (new, "delete")):
        end = 0
        for span in word_diff(old, new):
            if span.op != other:
                assert span.text[0] not in "\u064b\u0651" or not text[:end] or not text[end - 1].isalpha()
                end += len(span.text)


def test_a_diff_of_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="another text"):
        apply("نص آخر", word_diff("قال الوزير", "قال النائب"))


def test_a_diff_marks_whole_words() -> None:
    spans = word_diff("قتل 5 أشخاص\nوأصيب آخرون.", "قتل 7 أشخاص\nوأصيب 20 آخرون.")
    assert [(span.op, span.text) for span in spans] == [
        ("equal", "قتل "),
        ("delete", "5"),
        ("insert", "7"),
        ("equal", " أشخاص\nوأصيب"),
        ("insert", " 20"),
        ("equal", " آخرون."),
    ]


def test_paragraphs_that_share_only_small_words_are_not_woven_together() -> None:
    old = "قالت وزارة الصحة إن اللقاح متوفر في جميع المراكز منذ يوم الأحد"
    new = "رفض حزب العدالة المشاركة في الحكومة التي شكلها النائب المستقل"
    assert [span.op for span in word_diff(f"أول السطور\n{old}\nآخر السطور", f"أول السطور\n{new}\nآخر السطور")] == [
        "equal",
        "delete",
        "insert",
        "equal",
    ]


def test_the_letters_of_a_changed_word_are_told() -> None:
    (entry,) = [entry for entry in as_json(word_diff("قالت الحكومة اليوم", "قالت والحكومة اليوم")) if "parts" in entry]
    assert entry["parts"] == [{"op": "insert", "text": "و"}, {"op": "equal", "text": "الحكومة"}]


@pytest.mark.parametrize(
    ("old", "new", "clitic"),
    [
        ("الحكومة", "والحكومة", True),
        ("الحكومة", "للحكومة", True),
        ("كتاب", "كتابه", True),
        ("كتابها", "كتابهم", True),
        ("وزير", "وزيرة", False),
        ("قتل", "قاتل", False),
        ("نجاح", "نجاة", False),
    ],
)
def test_a_word_with_other_small_words_joined_is_known(old: str, new: str, clitic: bool) -> None:
    assert is_clitic_change(old, new) == clitic


def test_words_too_unlike_have_no_common_letters() -> None:
    assert word_parts("الوزير", "الشرطة") == []


def test_marks_stay_with_their_letter() -> None:
    assert [(part.op, part.text) for part in word_parts("محمَد", "محمّد")] == [
        ("equal", "مح"),
        ("delete", "مَ"),
        ("insert", "مّ"),
        ("equal", "د"),
    ]


def test_two_long_texts_are_compared_within_50_ms() -> None:
    old = "\n".join(" ".join(f"كلمة{(n * n + line) % 700}" for n in range(40)) + "." for line in range(50))
    new = "\n".join(" ".join(f"كلمة{(n * n + 3 * line) % 700}" for n in range(40)) + "." for line in range(50))
    for first, second in ((old, new), (old, old.replace("كلمة64", "لفظة"))):
        best = []
        for _ in range(3):
            start = time.process_time()
            word_diff(first, second)
            best.append(time.process_time() - start)
        assert min(best) < 0.05
