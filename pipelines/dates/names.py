"""Tables of names, all as `letters.plain` writes them: no hamza seats, ه for ة, ي for ى."""

from typing import TypeVar

#: Gregorian months: Egypt and the Gulf, Levant and Iraq, Morocco, Algeria and Tunisia, Libya 1986-2011,
#: the abbreviations of date-fns, English, French, then German, Spanish, Italian, Portuguese, Dutch and Turkish.
MONTHS: dict[int, str] = {
    1: "يناير|ينير|كانون الثاني|كانون ثاني|كانون الثان|كانون 2|ك2|جانفي|جانفيه|اي النار|ينا|جان|january|jan|janvier|janv|januar|janner|enero|ene|gennaio|janeiro|januari|ocak",
    2: "فبراير|فبرير|فيبراير|شباط|فيفري|فيفريه|النوار|فبر|فيف|february|feb|fevrier|fevr|fev|februar|febrero|febbraio|fevereiro|februari|subat",
    3: "مارس|اذار|مارت|الربيع|march|mar|mars|marz|maerz|mrz|marzo|marco|maart|mrt|mart",
    4: "ابريل|نيسان|افريل|الطير|ابر|افر|april|apr|avril|avr|abril|abr|aprile|nisan",
    5: "مايو|ايار|ماي|مايس|الماء|may|mai|mayo|maggio|maio|mei|mayis",
    6: "يونيو|يونيه|حزيران|جوان|الصيف|يون|june|jun|juin|juni|junio|giugno|giu|junho|haziran",
    7: "يوليو|يوليه|تموز|جويليه|جويلي|يوليوز|ناصر|يول|جوي|july|jul|juillet|juil|juli|julio|luglio|lug|julho|temmuz",
    8: "اغسطس|اوغسطس|اب|اوت|غشت|اغشت|هانيبال|اغس|غش|august|aug|aout|agosto|augustus|agustos",
    9: "سبتمبر|ايلول|شتنبر|شتمبر|الفاتح|سبت|شتن|september|sept|sep|septembre|septiembre|setiembre|settembre|setembro|eylul",
    10: "اكتوبر|اوكتوبر|تشرين الاول|تشرين اول|تشري الاول|تشرين 1|ت1|التمور|اكت|october|oct|octobre|oktober|okt|octubre|ottobre|ott|outubro|ekim",
    11: "نوفمبر|تشرين الثاني|تشرين ثاني|تشرين 2|ت2|نونبر|نوفنبر|الحرث|نوف|نون|november|nov|novembre|noviembre|novembro|kasim",
    12: "ديسمبر|كانون الاول|كانون اول|كانون 1|ك1|دجنبر|دجمبر|الكانون|ديس|دجن|december|dec|decembre|dezember|dez|diciembre|dic|dicembre|dezembro|aralik",
}

#: The Libyan names that are also everyday words: months only with a year of that calendar.
LIBYAN = frozenset(
    {
        "ايالنار",
        "النوار",
        "الربيع",
        "الطير",
        "الماء",
        "الصيف",
        "ناصر",
        "هانيبال",
        "الفاتح",
        "التمور",
        "الحرث",
        "الكانون",
    }
)
LIBYAN_YEARS = range(1986, 2012)

HIJRI_MONTHS: dict[int, str] = {
    1: "محرم|المحرم|محرم الحرام",
    2: "صفر|صفر الخير",
    3: "ربيع الاول|ربيع اول|ربيع 1|ربيع الانور",
    4: "ربيع الاخر|ربيع الثاني|ربيع اخر|ربيع ثاني|ربيع 2",
    5: "جمادي الاولي|جمادي الاول|جماد الاول|جماد الاولي|جمادي اولي|جمادي 1",
    6: "جمادي الاخره|جمادي الثانيه|جماد الاخر|جماد الثاني|جمادي الثاني|جمادي الاخر|جمادي اخره|جماد الاخره|جماد الثانيه|جمادي 2",
    7: "رجب|رجب الفرد|رجب المرجب",
    8: "شعبان|شعبان المعظم",
    9: "رمضان|رمضان المبارك",
    10: "شوال",
    11: "ذو القعده|ذي القعده|ذا القعده|ذوالقعده|ذيالقعده|القعده",
    12: "ذو الحجه|ذي الحجه|ذا الحجه|ذوالحجه|ذيالحجه|الحجه",
}

#: Monday is 0, as in `date.weekday`.
WEEKDAYS: dict[int, str] = {
    0: "الاثنين|الاتنين|الاثنان|اثنين|اتنين|monday|mon|lundi",
    1: "الثلاثاء|الثلثاء|الثلاثا|ثلاثاء|tuesday|tue|mardi",
    2: "الاربعاء|الاربعا|اربعاء|wednesday|wed|mercredi",
    3: "الخميس|خميس|thursday|thu|jeudi",
    4: "الجمعه|جمعه|friday|fri|vendredi",
    5: "السبت|saturday|sat|samedi",
    6: "الاحد|احد|sunday|sun|dimanche",
}

#: Day of the month in words, masculine; both cases of the tens.
_UNITS = {
    1: "الاول|الحادي", 2: "الثاني", 3: "الثالث", 4: "الرابع", 5: "الخامس",
    6: "السادس", 7: "السابع", 8: "الثامن", 9: "التاسع",
}  # fmt: skip
ORDINALS: dict[int, str] = {
    **_UNITS,
    1: "الاول|فاتح|الفاتح|غره|اول",
    10: "العاشر",
    **{10 + n: "|".join(f"{name} عشر" for name in names.split("|")) for n, names in _UNITS.items()},
    20: "العشرون|العشرين",
    **{
        20 + n: "|".join(f"{name} {tens}" for name in names.split("|") for tens in ("والعشرون", "والعشرين"))
        for n, names in _UNITS.items()
    },
    30: "الثلاثون|الثلاثين",
    31: "الحادي والثلاثون|الحادي والثلاثين|الواحد والثلاثون|الواحد والثلاثين",
}

#: Cardinals before a counted noun, both genders.
CARDINALS: dict[int, str] = {
    1: "واحد|واحده|احدي|احد", 2: "اثنين|اثنان|اثنتين|اثنتان|اثنا|اثني", 3: "ثلاث|ثلاثه|تلات|تلت", 4: "اربع|اربعه",
    5: "خمس|خمسه", 6: "ست|سته", 7: "سبع|سبعه", 8: "ثمان|ثماني|ثمانيه|تمن|تمان", 9: "تسع|تسعه", 10: "عشر|عشره",
    11: "احد عشر|احدي عشره", 12: "اثني عشر|اثنا عشر|اثنتي عشره|اثنتا عشره",
    **{
        10 + n: f"{m} عشر|{f} عشره"
        for n, m, f in (
            (3, "ثلاثه", "ثلاث"), (4, "اربعه", "اربع"), (5, "خمسه", "خمس"), (6, "سته", "ست"),
            (7, "سبعه", "سبع"), (8, "ثمانيه", "ثماني"), (9, "تسعه", "تسع"),
        )
    },
    20: "عشرين|عشرون", 30: "ثلاثين|ثلاثون", 40: "اربعين|اربعون", 50: "خمسين|خمسون",
}  # fmt: skip

#: Hours in words: "الساعة العاشرة مساءً".
HOURS: dict[int, str] = {
    1: "الواحده", 2: "الثانيه", 3: "الثالثه", 4: "الرابعه", 5: "الخامسه", 6: "السادسه", 7: "السابعه", 8: "الثامنه",
    9: "التاسعه", 10: "العاشره", 11: "الحاديه عشره|الحاديه عشر", 12: "الثانيه عشره|الثانيه عشر",
}  # fmt: skip

#: Zones as pages name them after "بتوقيت". "عمان" alone is ambiguous (Amman, Oman) and is omitted.
ZONES: dict[str, str] = {
    "UTC": "العالمي المنسق|العالمي|غرينتش|غرينيتش|غرينتش|جرينتش|جرينيتش|غرنتش|جرنتش|كرينتش",
    "Asia/Riyadh": "السعوديه|المملكه|مكه|مكه المكرمه|الرياض|العربي الرسمي|العربي|جده|المدينه المنوره",
    "Asia/Dubai": "الامارات|ابوظبي|ابو ظبي|دبي|الخليج|الخليج الرسمي|الشارقه",
    "Asia/Muscat": "سلطنه عمان|مسقط",
    "Asia/Qatar": "قطر|الدوحه",
    "Asia/Kuwait": "الكويت",
    "Asia/Bahrain": "البحرين|المنامه",
    "Asia/Aden": "اليمن|صنعاء|عدن",
    "Asia/Baghdad": "العراق|بغداد|اربيل|كردستان",
    "Asia/Damascus": "سوريا|سوريه|دمشق",
    "Asia/Beirut": "لبنان|بيروت",
    "Asia/Amman": "الاردن|الاردني",
    "Asia/Jerusalem": "القدس|القدس المحتله",
    "Asia/Gaza": "فلسطين|غزه|رام الله",
    "Africa/Cairo": "القاهره|مصر|القاهره المحلي",
    "Africa/Tripoli": "ليبيا|طرابلس|بنغازي",
    "Africa/Tunis": "تونس",
    "Africa/Algiers": "الجزائر|الجزاير",
    "Africa/Casablanca": "المغرب|الرباط|الدار البيضاء",
    "Africa/Nouakchott": "موريتانيا|نواكشوط",
    "Africa/Khartoum": "السودان|الخرطوم",
    "Africa/Mogadishu": "الصومال|مقديشو",
    "Africa/Djibouti": "جيبوتي",
    "Europe/Istanbul": "تركيا|اسطنبول|انقره",
    "Europe/Moscow": "موسكو",
    "Europe/London": "لندن|بريطانيا",
    "Europe/Paris": "باريس|فرنسا",
    "Europe/Berlin": "برلين|المانيا",
    "America/New_York": "واشنطن|نيويورك",
    "Asia/Tehran": "طهران|ايران",
}

#: Zone abbreviations with one meaning, in minutes; those with two (AST, BST, IST, CST) are left out.
ABBREVIATIONS: dict[str, int] = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "cet": 60, "cest": 120, "eet": 120, "eest": 180, "msk": 180,
    "trt": 180, "gst": 240, "est": -300, "edt": -240, "pst": -480, "pdt": -420, "ksa": 180, "ت.غ": 0, "ت غ": 0, "تغ": 0,
}  # fmt: skip

#: Zones that ICU names by meaning and not by place: minutes.
FIXED_ZONES: dict[str, int] = {
    "شرق اوروبا الرسمي": 120, "شرق اوروبا الصيفي": 180, "وسط اوروبا الرسمي": 60, "وسط اوروبا الصيفي": 120,
    "غرب اوروبا الرسمي": 0, "غرب اوروبا الصيفي": 60, "العربي الصيفي": 240, "غرب افريقيا": 60, "وسط افريقيا": 120,
    "شرق افريقيا": 180,
}  # fmt: skip

#: The same in English, as ICU and JavaScript's `Date` print them after the time.
ENGLISH_ZONES: dict[str, int] = {
    "eastern european standard time": 120, "eastern european summer time": 180, "central european standard time": 60,
    "central european summer time": 120, "western european standard time": 0, "western european summer time": 60,
    "arabian standard time": 180, "gulf standard time": 240, "greenwich mean time": 0, "coordinated universal time": 0,
    "makkah time": 180, "mecca time": 180, "saudi time": 180, "uae time": 240,
}  # fmt: skip


Key = TypeVar("Key", int, str)


def by_name(table: dict[Key, str]) -> dict[str, Key]:
    """Turn a table of names joined by "|" round; spaces are left out of the names, since pages leave them out too."""
    return {name.replace(" ", ""): key for key, names in table.items() for name in names.split("|")}


def alternation(*tables: dict[Key, str]) -> str:
    """Return a regular expression of the names, the longest first: "كانون الثاني" is not "كانون"."""
    names = [name for table in tables for names in table.values() for name in names.split("|")]
    return "|".join(name.replace(" ", " *") for name in sorted(names, key=len, reverse=True))
