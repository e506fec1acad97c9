"""Words that open news sentences: lead verbs and particles. What begins with one is article text, even if it recurs."""

from pipelines.words.normal import normal

#: Verbs in the past and the present that open leads and paragraphs, masculine; `_forms` adds the feminine of the past.
_PAST = (
    "قال أعلن أكد كشف ذكر أوضح أضاف أفاد نقل بعث تلقى استقبل وصل غادر التقى عقد شدد طالب دعا وقع افتتح اختتم بدأ انطلق شهد نفى حذر أشار لفت "
    "اعتبر رأى توقع انتقد نشر أصدر قرر وافق رفض بحث ناقش تابع تسلم سلم توفي قتل أصيب اعتقل ضبط أحبط أطلق دشن نظم شارك فاز خسر تعادل سجل حقق "
    "ارتفع انخفض تراجع صعد هبط بلغ أدان هنأ عزى رحب ثمن أعرب عبر أبدى أجرى ترأس رعى كرم زار تفقد اطلع قدم تقدم رفع أدى أم عاد تعرض هطل سقط لقي "
    "اندلع استشهد أغلق فتح منح حصل تمكن نجح فشل استعاد سيطر هاجم قصف استهدف أقال عين كلف انتخب صوت أقر صادق صدر كتب اتهم برأ حكم قضت حسم دخل خرج "
    "انتهى استمر تواصل اجتمع وجه أمر طلب أمهل هدد تعهد وعد أكمل أنهى أشاد صرح بين جدد اقترح أثار وضع جاء ظهر أظهر ورد تضمن تناول ضم شمل تزامن تم كان "
    "ودع ودشن أسهم ساهم استضاف احتضن احتفل يحتفل انتقل أوقف نفذ أنشأ أسس قاد لعب تصدر تأهل تعاقد جمع أحيا حل اعتمد بات أصبح ظل صار لعل ربما مازال "
    "تمنى تطلع أمل سأل شكر حضر رافق حفظ بارك أوفد نوه جاء سلط استعرض تضم ألقى أحال "
    "واصل ضرب أوصى خطب نعى استنكر استهل شن أسفر تسبب تصدى نال أحرز تغلب عثر نما أودى"
)
_PRESENT = (
    "يقول يعتزم ينظم يقام ينطلق يبدأ يستقبل يعقد يواصل يشهد يسعى يشارك يحتفل يفتتح يدشن يرعى يلتقي يواجه يستضيف يخوض يترقب يستعد يتجه يبحث "
    "يعد يرى يؤكد يتوقع يعتقد يمكن يجب يبدو يعود يأتي يستمر يقف يعيش يدخل يضم يمثل يشكل يعمل يقدم ينتظر يصل يغادر يجتمع يتطلع يستهدف"
)
_PARTICLES = (
    "إن لكن لقد قد هل ماذا لماذا كيف متى أين من في على إلى عن منذ بعد قبل خلال عند عندما حين حينما بينما حيث مع لو لولا إذا لما كما هذا هذه ذلك تلك "
    "هؤلاء هو هي هم نحن أنا أنت ليس ليست لا لم لن ما ثم أما إنه إنها أنه أنها لأن كل بعض غير بحسب حسب وفق وفقا رغم برغم تحت فوق أمام ضمن حول بين "
    "بسم الحمد أيها يا هناك هنا كذلك أيضا إلا سوى حتى كي لكي ليت"
)
_JOINED = ("و", "ف")


def _forms() -> frozenset[str]:
    past = {normal(word) for word in _PAST.split()}
    feminine = {f"{word[:-1]}ت" if word.endswith("ي") else f"{word}ت" for word in past}
    present = {normal(word) for word in _PRESENT.split()}
    she = {f"ت{word[1:]}" for word in present}
    return frozenset(past | feminine | present | she)


VERBS = _forms()
#: Verbs that only open leads: even inside a recurring piece, the article begins at one.
LEADS = frozenset(
    form
    for word in [
        "قال",
        "أعلن",
        "أكد",
        "كشف",
        "ذكر",
        "أوضح",
        "أفاد",
        "بعث",
        "تلقى",
        "استقبل",
        "التقى",
        "عقد",
        "شدد",
        "افتتح",
        "اختتم",
        "نفى",
        "حذر",
        "توقع",
        "أصدر",
        "قرر",
        "ناقش",
        "دشن",
        "أدان",
        "هنأ",
        "عزى",
        "رحب",
        "أعرب",
        "ترأس",
        "تفقد",
        "اطلع",
        "رفع",
        "توفي",
        "قتل",
        "أصيب",
        "اعتقل",
        "ضبط",
        "أحبط",
        "أطلق",
        "ارتفع",
        "انخفض",
        "تراجع",
        "وصل",
        "غادر",
    ]
    for form in (normal(word), f"{normal(word)}ت")
)
PARTICLES = frozenset(normal(word) for word in _PARTICLES.split())


def opens_sentence(word: str) -> bool:
    """Whether a normalised word is a verb or particle that opens news sentences; a prefixed "و" is ignored.

    >>> opens_sentence("واضاف"), opens_sentence("قال"), opens_sentence("شارك"), opens_sentence("صحيفه")
    (True, True, True, False)
    """
    return word in PARTICLES or opens_paragraph(word)


def opens_paragraph(word: str) -> bool:
    """Whether a normalised word is a news verb, with or without a prefixed "و"."""
    return word in VERBS or (len(word) > 3 and word[0] in _JOINED and word[1:] in VERBS)
