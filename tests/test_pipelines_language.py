"""Language of a text: Arabic, and the others that are written in its letters."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.words.language import detect

FACTS = Path(__file__).parents[1] / "../shared/facts/languages.tsv"
LONG = {
    "ar": "أعلنت وزارة الصحة اليوم تسجيل مئة إصابة جديدة خلال الساعات الأربع والعشرين الماضية، وقال المتحدث باسمها إن الوضع تحت السيطرة وإن المستشفيات مستعدة لاستقبال المرضى في جميع المحافظات، ودعا المواطنين إلى الالتزام بالإجراءات الوقائية وتلقي اللقاح في أقرب مركز صحي.",
    "fa": "رئیس جمهور ایران روز شنبه در نشست خبری گفت که مذاکرات ادامه دارد و قیمت دلار در بازار تهران امروز افزایش یافت. مجلس شورای اسلامی لایحه بودجه را تصویب کرد و بارش باران شدید باعث بسته شدن جاده\u200cها در شمال کشور شد و چند نفر در این رابطه بازداشت شدند.",
    "ur": "وزیر اعظم نے کہا ہے کہ حکومت عوام کو ریلیف دینے کے لیے اقدامات کر رہی ہے۔ کراچی میں شدید بارش کے باعث کئی علاقے زیر آب آگئے اور سپریم کورٹ نے اس مقدمے کا فیصلہ محفوظ کر لیا۔ محکمہ موسمیات نے مزید بارشوں کی پیش گوئی کی ہے اور لوگوں سے گھروں میں رہنے کی اپیل کی ہے۔",
    "ckb": "سەرۆکی هەرێمی کوردستان ئەمڕۆ لەگەڵ باڵیۆزی ئەمریکا کۆبووەوە و باسیان لە نرخی نەوت کرد. وەزارەتی تەندروستی ژمارەی تووشبووانی ڕاگەیاند و بارانێکی زۆر لە سلێمانی باری و ڕێگاکان داخران. حکوومەت بڕیاری دا مووچەی فەرمانبەران دابەش بکات و پەرلەمان پڕۆژە یاساکەی پەسەند کرد.",
    "ug": "شىنجاڭ ئۇيغۇر ئاپتونوم رايونىدا بۈگۈن يامغۇر ياغدى. دۇنيا بازىرىدا نېفىت باھاسى ئۆرلىدى. ساغلاملىقنى ساقلاش مىنىستىرلىقى يېڭى سانلىق مەلۇمات ئېلان قىلدى. ئوقۇغۇچىلار سېنتەبىردە مەكتەپكە قايتىدۇ. ھۆكۈمەت يېڭى قانۇن لايىھىسىنى ماقۇللىدى ۋە ساقچىلار ئۈچ كىشىنى قولغا ئالدى.",
    "ps": "د افغانستان د بهرنیو چارو وزارت ویلي چې نن یې په کابل کې د ګاونډیو هېوادونو له استازو سره ناسته وکړه. د ولسمشر ویاند وویل چې حکومت به د خلکو ستونزې حل کړي او د هېواد په شمال کې به نوي سړکونه جوړ شي. په دې ناسته کې د سوداګرۍ پر پراختیا هم خبرې وشوې.",
    "en": "The prime minister said on Monday that the government would present a comprehensive economic plan before the end of the year, and stressed that the negotiations between the two parties were still going on in the capital despite the differences that had appeared over the past weeks.",
    "fr": "Le premier ministre a déclaré lundi que le gouvernement présenterait un plan économique complet avant la fin de l'année, et a souligné que les négociations entre les deux parties se poursuivaient dans la capitale malgré les divergences apparues ces dernières semaines.",
}


@pytest.mark.parametrize("code", LONG)
def test_a_text_of_a_paragraph_is_told(code: str) -> None:
    assert detect(LONG[code]) == code


@pytest.mark.parametrize(
    "text",
    [
        "عايزين نروح السينما النهارده بس التذاكر غالية اوي والزحمة صعبة جدا في الشوارع.",
        "بزاف ديال الناس كيقولو بلي الخدمة ولات صعيبة فهاد الوقت وما بقاش بحال شحال هادي.",
        "شو رايك نطلع عالجبل بكرا ونرجع العصر قبل ما تعتم الدنيا ونتغدى هونيك سوا؟",
    ],
)
def test_dialects_are_arabic(text: str) -> None:
    assert detect(text) == "ar"


@pytest.mark.parametrize("code", ["fa", "ur", "ckb", "ug", "ps"])
def test_arabic_quotations_do_not_make_another_language_arabic(code: str) -> None:
    """Every fifth word is Arabic with the article: nearly as many as in an article that is all Arabic."""
    quoted = itertools.cycle(word for word in LONG["ar"].split() if word.startswith("ال"))
    words = (LONG[code].split() * 3)[:80]
    quoting = (f"{word} {next(quoted)}" if place % 4 == 0 else word for place, word in enumerate(words))
    assert detect(" ".join(quoting)) in (code, None)


def test_the_script_that_has_more_letters_decides() -> None:
    assert detect(LONG["ar"] + " Prime Minister Keir Starmer met President Joe Biden. " * 3) == "ar"
    assert detect("غزة: " + LONG["en"]) == "en"


@pytest.mark.parametrize(
    "text", ["", "خبر", "12345 / 67", "؟!", "ok", "ana msh 3aref leh el nas za3lana men el mawdoo3 da", "\u0640" * 50]
)
def test_what_says_too_little_has_no_language(text: str) -> None:
    assert detect(text) is None


def test_a_breaking_line_is_told_where_the_model_is_sure() -> None:
    assert detect("عاجل: مجلس الأمن الدولي يعقد جلسة طارئة مساء اليوم لبحث التطورات الأخيرة في المنطقة") == "ar"


def test_arabic_in_latin_letters_is_no_language_of_europe() -> None:
    assert (
        detect(
            "el 7okooma 2alet en el as3ar hatenzel bas ma7adesh sada2 el kalam da w kol el nas za3lana men el mawdoo3 "
            * 4
        )
        is None
    )
    assert (
        detect(
            "The H2O level and the B2B market of the G7 rose by 3 percent in the second quarter of the year, said the ministry. "
            * 3
        )
        == "en"
    )


@pytest.mark.skipif(not FACTS.exists(), reason="the table is next to the checkout")
def test_sentences_of_seven_languages_are_told_and_none_is_wrong() -> None:
    rows = [line.split("\t")[:2] for line in FACTS.read_text(encoding="utf-8").splitlines()]
    told = [(language.removesuffix("-dialect"), detect(text)) for language, text in rows if language != "arabizi"]
    assert [pair for pair in told if pair[1] not in (None, pair[0])] == []
    assert sum(found is not None for _, found in told) >= 97


def test_importing_the_module_loads_no_model_and_detection_needs_no_network() -> None:
    code = (
        "import socket, sys; socket.socket.connect = None; import pipelines.words.language as l; assert 'fasttext' not in sys.modules;"
        "print(l.detect('قال رئيس الوزراء إن الحكومة ستطرح خطة اقتصادية شاملة قبل نهاية العام الجاري'))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == "ar"
    assert done.stderr == ""
