"""Tables to distinguish names of persons from places and sentences: first names, places, function words; folded."""

from pipelines.words.normal import normal

#: Places that occur with names in bylines: "محمد علي - القاهرة".
PLACES = frozenset(
    normal(name)
    for name in (
        "القاهرة", "الرباط", "الجزائر", "تونس", "طرابلس", "بنغازي", "نواكشوط", "الخرطوم", "بورتسودان", "مقديشو", "جيبوتي", "عمان", "عمّان",
        "بيروت", "دمشق", "حلب", "بغداد", "أربيل", "البصرة", "الموصل", "الرياض", "جدة", "مكة المكرمة", "المدينة المنورة", "الدمام", "الكويت",
        "المنامة", "الدوحة", "أبوظبي", "أبو ظبي", "دبي", "الشارقة", "مسقط", "صنعاء", "عدن", "تعز", "غزة", "القدس", "القدس المحتلة",
        "رام الله", "الضفة الغربية", "نابلس", "الخليل", "جنين", "حيفا", "الدار البيضاء", "طنجة", "مراكش", "فاس", "وجدة", "أكادير", "العيون",
        "وهران", "قسنطينة", "صفاقس", "سوسة", "الإسكندرية", "اسطنبول", "إسطنبول", "أنقرة", "طهران", "لندن", "باريس", "برلين", "موسكو",
        "واشنطن", "نيويورك", "جنيف", "بروكسل", "روما", "مدريد", "كييف", "بكين", "عواصم", "العواصم",
    )
)  # fmt: skip

#: First names common in Arab newsrooms. Those that are also everyday nouns or adjectives in headlines (عدل، أمل، نور)
#: are omitted.
_FIRST = (
    "محمد أحمد محمود علي حسن حسين عمر عثمان خالد وليد طارق سامي سمير كمال جمال عادل إبراهيم إسماعيل يوسف يونس داود سليمان موسى عيسى "
    "هاني هشام حسام عصام بسام وسام غسان عدنان مروان رضوان زياد عماد فؤاد مراد جواد إياد نزار بشار منذر ماهر ياسر ناصر باسم قاسم حاتم "
    "هيثم أكرم أشرف أيمن أنور أسامة حمزة طلال بلال جلال كريم سليم نديم وائل نبيل خليل جميل فيصل مصطفى مرتضى رضا يحيى زكريا إدريس "
    "المصطفى الحسن الحسين لحسن الطيب حمدي فوزي رمزي صبري بدر فهد سعود تركي بندر سلطان نايف مشعل عايض سلمان صالح فايز فارس لؤي قصي عدي "
    "أنس إلياس جورج ميشال بيار طوني أنطوان جوزيف شربل إيلي مارون نقولا بطرس بولس جرجس مينا منير أمين أيوب يعقوب إسحاق الياس "
    "فاطمة عائشة خديجة زينب مريم سارة منى هدى ندى ليلى سلمى سعاد نادية سامية سميرة كريمة أمينة لمياء رانيا داليا دينا نهى نهلة رشا هالة "
    "غادة هبة إيمان أسماء شيماء دعاء ولاء رولا ريم رنا لينا لبنى بشرى سناء حنان نوال نجلاء نجوى إلهام سهام ابتسام سوسن عبير سحر "
    "هيفاء ميساء رهام ريهام مروة ياسمين جمانة ديانا كارمن نسرين شيرين سيرين فدوى ثريا رقية آمنة صفاء وفاء آية آلاء إسراء مها مي "
    "رحاب عزيزة لطيفة فتيحة مليكة نعيمة رشيدة سعيدة مولاي سيدي المختار مختار سعيد رشيد سفيان أمير رائد عبده عوض حازم شادي رامي فادي"
)
FIRST_NAMES = frozenset(normal(name) for name in _FIRST.split())

#: Words that never occur in names; a line with one of them is a sentence or a label. "على" is missing: Egypt writes
#: "علي" so.
_NOT_NAMES = (
    "في من إلى عن أن إن لا لن لم ما هذا هذه ذلك التي الذي قد كان كانت قال قالت أكد أعلن بعد قبل منذ حول خلال بين مع ضد ثم هل "
    "حسابه حسابها صفحته صفحتها تغريدة منشور اليوم أمس غدا الرئيس رئيس وزير الوزير الحكومة نحن هو هي إنه إنها لكن حتى عبر "
    "إصدار إصدارات كتاب الكتاب رواية روايات جديد جديدة الأسبوع أسبوع قراءة عرض مراجعة"
)
NOT_NAMES = frozenset(normal(word) for word in _NOT_NAMES.split())

_TITLES_OF_PEOPLE = "د أ م الدكتور الدكتورة دكتور دكتورة الأستاذ الأستاذة الأب الشيخ"
_TITLES = frozenset(normal(word) for word in _TITLES_OF_PEOPLE.split())
#: Words that are half of a name.
_HALF = frozenset(["عبد", "ابو"])


#: First names and words that begin with و, so that "سارة وليد" is one person and "سارة ومنى علي" two.
_WAW_NAMES = (
    "وليد وائل وسام وسيم وفاء وداد ورد وردة وجدي وجدان وجيه وجيهة وحيد وحيدة وديع وديعة واصف واثق وضاح وضحى وعد ولاء وئام وهيب وهبة وهبي "
    "والي والد وكالة وكالات وحدة وزارة وصال وصفي وفيق وفائي ولد ولي واحة واصل واسيني ونوس ورشان ونيس وهاب ورقاء وقاص وزير وادي واعر وطفة وطن"
)
_NAMES_WITH_WAW = frozenset(normal(name) for name in _WAW_NAMES.split())


def could_be_name(text: str) -> bool:
    """Whether a line may contain names: two to ten words, none of them exclusive to sentences."""
    words = normal(text).split()
    return 1 <= len(words) <= 10 and not NOT_NAMES.intersection(words)


def is_person(text: str) -> bool:
    """Whether a text is clearly one person: two to five words, the first after titles a first name.

    >>> is_person("د. محمد علي"), is_person("أسعار النفط")
    (True, False)
    """
    words = [word for word in normal(text).split() if word not in _TITLES]
    if not 2 <= len(words) <= 5 or NOT_NAMES.intersection(words):
        return False
    return words[0] in FIRST_NAMES or words[0].startswith("عبدال") or (words[0] in _HALF and len(words) > 2)


def is_bare_name(text: str) -> bool:
    """Whether a text is only a person's name: two words (a compound counts as one), or only first names.

    >>> is_bare_name("محمد صلاح"), is_bare_name("محمد صلاح التاريخ")
    (True, False)
    """
    words = [word for word in normal(text).split() if word not in _TITLES and word not in _HALF]
    return len(words) == 2 or all(word in FIRST_NAMES for word in words)


def split_persons(text: str) -> list[str]:
    """Split a text that names persons at a و that joins two of them, each of two words or more.

    >>> split_persons("محمد علي وسارة حسن"), split_persons("علي محمد وهبي")
    (['محمد علي', 'سارة حسن'], ['علي محمد وهبي'])
    """
    words = text.split()
    for place in range(2, len(words)):
        word = words[place]
        rest = [word.removeprefix("و"), *words[place + 1 :]]
        if word.startswith("و") and len(word) > 3 and normal(word) not in _NAMES_WITH_WAW and len(rest) >= 2:
            return [" ".join(words[:place]), *split_persons(" ".join(rest))]
    return [text]


def split_clear_persons(text: str) -> list[str]:
    """As `split_persons`, but only where every part is clearly a person: "وحدة الأبحاث والتقارير" is one desk."""
    persons = split_persons(text)
    return persons if all(map(is_person, persons)) else [text]
