"""Real sentences stay, whatever they begin with; lines of the page around an article go, whatever they are made of."""

import pytest

from pipelines.cleaning.clean import clean
from pipelines.cleaning.rules import RULES, Passage
from pipelines.extraction.extract import extract_text
from pipelines.words.phrases import table

#: Sentences as reporters write them, that begin with or hold the words of share bars, follow lines and copyright notes.
SENTENCES = [
    "شارك في المؤتمر أكثر من مئتي خبير من ثلاثين دولة، بينهم وزراء سابقون.",
    "شارك المقال في إثارة جدل واسع حول مستقبل التعليم الخاص في البلاد.",
    "شارك آلاف المحتجين في مسيرة سلمية وسط العاصمة يوم الأحد.",
    "شاركت المملكة في القمة بوفد رفيع يرأسه وزير الخارجية.",
    "تابع الرئيس من غرفة العمليات سير الانتخابات في المحافظات كافة.",
    "تابعنا على مدى أسبوع كامل معاناة الصيادين في الميناء القديم.",
    "تابعت الحكومة تنفيذ برنامج الإصلاح رغم تراجع الإيرادات.",
    "اقرأ المزيد من الكتب، هكذا نصح الأديب الراحل طلابه في آخر محاضراته.",
    "شاهد سكان الحي ألسنة اللهب تتصاعد من المصنع قبل وصول الإطفاء.",
    "شاهد أيضا عشرات المارة الحادث وأدلوا بشهاداتهم أمام النيابة.",
    "شاهد الفيديو المتداول ملايين المستخدمين قبل أن تنفي الوزارة صحته.",
    "نشر في وقت سابق من هذا العام كتابا عن تاريخ الصحافة المغربية.",
    "نشر الجيش وحدات إضافية على الحدود الشرقية تحسبا لأي تصعيد.",
    "كتب الوزير على حسابه في منصة إكس أن المفاوضات دخلت مرحلة حاسمة.",
    "كتب الصحفي المعروف عشرات التحقيقات عن الفساد قبل اعتقاله.",
    "حقوق النشر والملكية الفكرية كانت محور النقاش في اليوم الأول.",
    "حقوق الإنسان في المنطقة تراجعت خلال العقد الأخير بحسب التقرير.",
    "جميع الحقوق محفوظة للمتهم إلى حين صدور حكم نهائي، بحسب محاميه.",
    "المزيد من الأخبار السارة ينتظر المزارعين بعد موسم ماطر.",
    "المزيد من القوات سيصل إلى الإقليم خلال الأيام المقبلة.",
    "واتساب وفيسبوك توقفا عن العمل ساعات في عدد من الدول العربية.",
    "فيسبوك أعلنت تسريح عشرة آلاف موظف في أكبر عملية من نوعها.",
    "اشترك في الهجوم مسلحون على دراجات نارية فروا إلى جهة مجهولة.",
    "إعلان الهدنة جاء بعد وساطة استمرت أسبوعين في القاهرة.",
    "تعليق الرحلات الجوية سيستمر حتى إشعار آخر، وفق بيان المطار.",
    "طباعة الأوراق النقدية الجديدة ستبدأ في مطلع العام المقبل.",
    "التالي على قائمة العقوبات مصرفان وشركة شحن بحري.",
    "السابق لأوانه الحديث عن انتخابات مبكرة، يقول رئيس البرلمان.",
    "الرئيسية من بين مطالب المعتصمين إقالة المحافظ ومحاسبة المسؤولين.",
    "حمل التطبيق الجديد نصف مليون مستخدم في أسبوعه الأول.",
    "نسخ الرابط الذي أرسله المحتال كان كافيا لسرقة الحساب المصرفي.",
    "انضم إلى قناتنا الدبلوماسية وسطاء جدد من أوروبا، قال المبعوث.",
    "للمزيد من التفاصيل عن الحادث طلبت النيابة تقرير الطب الشرعي.",
    "كن أول من يعلم ولده الصدق، بهذه العبارة ختم الخطيب كلمته.",
    "لا يجوز إعادة نشر القوات في المنطقة العازلة بموجب الاتفاق.",
    "أضف تعليقك الساخر إلى ما سبق وستفهم سبب غضب الممثلة من الجمهور.",
    "ذات صلة وثيقة بالملف، كانت الوثائق التي سلمها المحامي للمحكمة.",
    "قد يهمك أن تعرف أن البلدة لم يصلها الماء منذ ثلاث سنوات.",
    "بقلم رصاص وحيد رسم الأسير خريطة قريته على جدار الزنزانة.",
    "الأكثر قراءة بين الشباب هي الروايات المترجمة، بحسب الناشرين.",
]

BEFORE = "قال رئيس الحكومة في مؤتمر صحفي عقده مساء الثلاثاء إن الموازنة الجديدة تخصص ثلث الإنفاق للتعليم والصحة."
AFTER = "وأضاف أن البرلمان سيناقش المشروع في جلسة علنية الأسبوع المقبل، داعيا الكتل السياسية إلى التعاون لإقراره سريعا."
MORE = "ويرى خبراء اقتصاد أن تنفيذ الخطة يتطلب قروضا جديدة قد ترفع الدين العام إلى مستويات لم تعرفها البلاد من قبل."

#: Lines of the page, few of them in the table.
WIDGETS = [
    "شارك المقال",
    "تم النسخ",
    "اقرأ أيضا:",
    "إقــرأ أيضاً :",
    "تابعونا على تلغرام",
    "تابعوا صفحتنا على إنستغرام",
    "اشترك في نشرتنا الإخبارية اليومية",
    "انضموا إلى قناتنا على واتساب",
    "جميع الحقوق محفوظة © 2024",
    "لا توجد تعليقات",
    "3 دقائق قراءة",
    "1,204 مشاهدة",
    "آخر تحديث: 12:30",
    "الثلاثاء 5 مارس 2024 - 14:30",
    "20 نونبر 2023 - 15:04",
    "// انتهى //",
    "* * *",
    "https://example.com/a/b",
    "(الصورة: رويترز)",
]


def page_of(*paragraphs: str) -> str:
    return f"<html><body><article><h1>موازنة</h1>{''.join(paragraphs)}</article></body></html>"


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_real_sentence_stays_in_its_article(sentence: str) -> None:
    html = page_of(f"<p>{BEFORE}</p><p>{sentence}</p><p>{AFTER}</p><p>{MORE}</p>")
    assert extract_text(html, "https://example.com/a").lines == (BEFORE, sentence, AFTER, MORE)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_real_sentence_survives_the_rules_at_either_edge(sentence: str) -> None:
    assert clean([sentence, BEFORE, AFTER]).lines == (sentence, BEFORE, AFTER)
    assert clean([BEFORE, AFTER, sentence]).lines == (BEFORE, AFTER, sentence)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_real_sentence_stays_in_an_article_without_full_stops(sentence: str) -> None:
    lines = tuple(line.rstrip(".") for line in (BEFORE, sentence, AFTER, MORE))
    html = page_of(*(f"<p>{line}</p>" for line in lines))
    assert extract_text(html, "https://example.com/a").lines == lines


@pytest.mark.parametrize("widget", WIDGETS)
def test_a_widget_goes_and_is_kept_beside_the_text(widget: str) -> None:
    cleaned = clean([BEFORE, widget, AFTER])
    assert cleaned.lines == (BEFORE, AFTER)
    assert [(one.text, one.after_line) for one in cleaned.removed] == [(widget, 1)]


@pytest.mark.parametrize("line", ["سلوى المدني – جدة", "القاهرة/ الأناضول", "المرفأ - متابعات", "الرياضي ـ جدة"])
def test_a_signature_goes_from_the_edges_and_from_nowhere_else(line: str) -> None:
    assert clean([line, BEFORE, AFTER]).lines == (BEFORE, AFTER)
    assert clean([BEFORE, AFTER, line]).lines == (BEFORE, AFTER)
    assert clean([BEFORE, line, AFTER]).lines == (BEFORE, line, AFTER)


@pytest.mark.parametrize("name", RULES)
def test_each_rule_takes_only_lines_that_are_there_and_finds_nothing_in_plain_news(name: str) -> None:
    rule = RULES[name]
    assert list(rule(Passage([BEFORE, AFTER, MORE], "موازنة الدولة"))) == []
    assert list(rule(Passage([], ""))) == []


def test_each_rule_says_in_words_what_it_removes() -> None:
    assert all((rule.__doc__ or "").strip() for rule in RULES.values())


@pytest.mark.parametrize("phrase", [one for one in table() if one])
def test_every_phrase_of_the_table_goes_as_a_whole_line(phrase: str) -> None:
    assert clean([BEFORE, phrase, AFTER]).lines == (BEFORE, AFTER)


def test_the_table_keeps_its_size() -> None:
    assert len(table()) >= 390
