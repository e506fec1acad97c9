"""Relative times: "منذ 3 ساعات", "قبل يومين", "أمس الساعة 10:45 مساءً", in Arabic, its dialects, English and French."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from pipelines.dates.clock import Clock
from pipelines.dates.moment import Moment
from pipelines.dates.names import CARDINALS, WEEKDAYS, alternation, by_name

#: One, two and many of each unit; seconds, or months where the calendar decides.
_UNITS: dict[str, tuple[str, str, str]] = {
    "second": ("ثانيه|ث|seconds?|secs?|secondes?", "ثانيتين|ثانيتان|ثانيتين", "ثوان|ثواني"),
    "minute": ("دقيقه|د|minutes?|mins?", "دقيقتين|دقيقتان", "دقايق|دقيقات"),
    "hour": ("ساعه|س|hours?|hrs?|heures?", "ساعتين|ساعتان", "ساعات|سوايع|سويعات"),
    "day": ("يوم|يوما|نهار|days?|jours?", "يومين|يومان|نهارين", "ايام|ايامات|نهارات"),
    "week": ("اسبوع|اسبوعا|سيمانه|weeks?|semaines?", "اسبوعين|اسبوعان", "اسابيع"),
    "month": ("شهر|شهرا|months?|mois", "شهرين|شهران", "اشهر|شهور|اشهره"),
    "quarter": ("ربع سنه", "ربعي سنه", "ارباع سنه"),
    "year": ("سنه|عام|عاما|years?|ans?|annees?", "سنتين|سنتان|عامين|عامان", "سنوات|سنين|اعوام"),
}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
#: Larger counts are not the age of an article.
_MOST = 1000

_ONES = {
    name.replace(" ", ""): unit for unit, (one, _, _) in _UNITS.items() for name in one.replace("?", "").split("|")
}
_ONES |= {name.removesuffix("s"): unit for name, unit in _ONES.items()}
_TWOS = {name.replace(" ", ""): unit for unit, (_, two, _) in _UNITS.items() for name in two.split("|")}
_MANY = {name.replace(" ", ""): unit for unit, (_, _, many) in _UNITS.items() for name in many.split("|")}
_UNIT_NAMES = sorted("|".join("|".join(names) for names in _UNITS.values()).split("|"), key=len, reverse=True)
#: One letter is a unit only after a number: "3 س".
_UNIT = "|".join(
    rf"(?:(?<=\d)|(?<=\d )){name}(?![ء-ي])" if len(name) == 1 else name.replace(" ", " *") for name in _UNIT_NAMES
)
_CARDINALS = by_name(CARDINALS)
_CARDINAL = alternation(CARDINALS)
_TENS = "عشرين|عشرون|ثلاثين|ثلاثون|اربعين|اربعون|خمسين|خمسون"
_COUNT = rf"\d{{1,4}}|(?:(?:{_CARDINAL}) و ?(?:{_TENS}))|{_CARDINAL}|نصف|ربع|ثلث|an|a|une|un"
_PART = rf"(?:(?P<count>{_COUNT}) *)?(?P<unit>{_UNIT})(?: (?:واحده|واحد))?(?: ?و ?(?P<more>نصف|ربع|ثلث))?"
_PARTS = re.compile(_PART)
_SPAN = re.sub(r"\?P<\w+>", "?:", _PART)
_ABOUT = r"(?:حوالي|نحو|قرابه|زهاء|تقريبا|about) "
_AFTER_ABOUT = r"(?: (?:تقريبا|تقريب))?"
_AGO = re.compile(
    rf"(?:(?:منذ|قبل|من|عندو|عندها|هادي|هذي|il y a) (?:{_ABOUT})?(?P<span>{_SPAN}(?: ?و ?(?:{_SPAN}))*){_AFTER_ABOUT}(?: من الان)?"  # noqa: E501  a regular expression
    rf"|(?:{_ABOUT})?(?P<gone>{_SPAN}(?: ?و ?(?:{_SPAN}))*) (?:مضت|مضي|مضوا|خلت|ago))"
)
_NOW = re.compile(
    r"الان|الساعه الان|هذه اللحظه|هذه الدقيقه|للتو|حالا|دابا|توا|هلق|just now|now|a l'instant"
    r"|(?:منذ|قبل|من) (?:لحظات|لحظه|قليل|ثوان|ثواني|بضع ثوان|بضع ثواني|بضعه ثوان|ثوان معدوده|لحظات قليله"
    r"|(?:اقل من )دقيقه|وقت قصير)|عندو اقل من دقيقه"
)
_DAYS = {
    0: "اليوم|هذا اليوم|صباح اليوم|مساء اليوم|ظهر اليوم|فجر اليوم|النهارده|نهارده|اليومه|ليوم|today|aujourd'hui",
    1: "امس|الامس|يوم امس|البارحه|البارح|امبارح|مبارح|ليله امس|مساء امس|yesterday|hier",
    2: "اول امس|اول من امس|امس الاول|يوم امس الاول|اول البارحه|اول البارح|اول امبارح|قبل امس|اول مبارح",
}
_DAY_WORDS = by_name(_DAYS)
_LAST = re.compile(
    r"(?:في )?(?:ال)?(?P<unit>يوم|اسبوع|شهر|سنه|عام|ليله)(?: ال)?(?:ماضي|ماضيه|فايت|فايته|منصرم|منصرمه|فارط|فارطه)"
)
_LAST_WEEKDAY = re.compile(
    rf"(?:يوم )?(?P<day>{alternation(WEEKDAYS)}) (?:الماضي|الفايت|المنصرم|الفارط|(?:اللي|الي) فات|الاخير)|اخر (?P<last>{alternation(WEEKDAYS)})"  # noqa: E501  a regular expression
)
_WEEKDAYS = by_name(WEEKDAYS)

#: Words before a date without meaning for it.
_LABEL = re.compile(
    r"^(?:(?:تم )?(?:النشر|نشر|نشرت|تحديث|التحديث|حدث|حدثت|كتب|كتبت|اضيف|اضيفت|الاضافه|ادرج|اخر تحديث|اخر تعديل|تاريخ (?:النشر|الاضافه|التحديث|الخبر)"  # noqa: E501  a regular expression
    r"|بتاريخ|في|يوم|published|updated|posted|last updated|on|at|publie|mis a jour)(?: |:|$)[ :]*)+"
)
_TRAILING = re.compile(r"(?: (?:في|عند|علي|مع|الساعه|at|a|تمام|تمام الساعه|بتوقيت \w+|توقيت \w+))+$")
_SEPARATOR = re.compile(r"[|,()\[\]·\n]|\s-\s|^-|-$|/")


def find_relative(text: str, clock: Clock | None, *, now: datetime) -> date | None:
    """Parse a time relative to `now`; only if a whole segment of the text is nothing else.

    Minutes and hours give a `Moment` in the zone of `now`, days and longer a day. Prose and the future give None.
    """
    weekdays = re.compile(rf"(?:^| )(?:يوم )?(?:{alternation(WEEKDAYS)})$")
    for segment in _SEPARATOR.split(text):
        words = _TRAILING.sub("", _LABEL.sub("", " ".join(segment.split()))).strip(" .:-")
        if not words:
            continue
        found = _ago(words, now) or _named_day(words, now) or _named_day(weekdays.sub("", words), now)
        if found is None:
            continue
        if isinstance(found, datetime) or clock is None:
            return found
        return Moment.on(found, clock.hour, clock.minute, clock.second, clock.zone)
    return None


def _named_day(words: str, now: datetime) -> date | None:
    if words.replace(" ", "") in _DAY_WORDS:
        return now.date() - timedelta(days=_DAY_WORDS[words.replace(" ", "")])
    found = _LAST_WEEKDAY.fullmatch(words)
    if found:
        weekday = _WEEKDAYS[(found["day"] or found["last"]).replace(" ", "")]
        return now.date() - timedelta(days=(now.weekday() - weekday - 1) % 7 + 1)
    found = _LAST.fullmatch(words)
    if found:
        unit = _ONES.get(found["unit"])
        return _back(now, {unit: 1.0}) if unit else now.date() - timedelta(days=1)
    return None


def _ago(words: str, now: datetime) -> date | None:
    if _NOW.fullmatch(words):
        return Moment.of(now).replace(second=0)
    found = _AGO.fullmatch(words)
    if not found:
        return None
    amounts: dict[str, float] = {}
    for part in _PARTS.finditer(found["span"] or found["gone"]):
        unit, amount = _amount(part)
        if amount is None:
            return None
        amounts[unit] = amounts.get(unit, 0) + amount
    return _back(now, amounts)


def _amount(part: re.Match[str]) -> tuple[str, float | None]:
    name, count = part["unit"].replace(" ", ""), part["count"]
    more = {"نصف": 0.5, "ربع": 0.25, "ثلث": 1 / 3, None: 0.0}[part["more"]]
    if name in _TWOS:
        return _TWOS[name], 2 + more if count is None else None
    unit = _ONES.get(name) or _MANY[name]
    if count is None:
        return unit, 1 + more if name in _ONES else None  # "منذ ساعات" does not say how many
    number = _number(count)
    return unit, number + more if number <= _MOST else None


def _number(count: str) -> float:
    if count.isdigit():
        return int(count)
    fraction = {"نصف": 0.5, "ربع": 0.25, "ثلث": 1 / 3, "a": 1, "an": 1, "un": 1, "une": 1}.get(count)
    if fraction is not None:
        return fraction
    if count.replace(" ", "") in _CARDINALS:
        return _CARDINALS[count.replace(" ", "")]
    units, tens = re.split(r" ?و ?(?=ع|ث|ا|خ)", count, maxsplit=1)
    return _CARDINALS[units.replace(" ", "")] + _CARDINALS[tens.replace(" ", "")]


def _back(now: datetime, amounts: dict[str, float]) -> date | None:
    """Return `now` less the amounts: a day where all are whole days or longer, else a time to the minute or second."""
    months = sum(amount * _MONTHS.get(unit, 0) for unit, amount in amounts.items())
    seconds = round(sum(amount * _SECONDS.get(unit, 0) for unit, amount in amounts.items()))
    fine = any(unit in ("second", "minute", "hour") for unit in amounts)
    if months != int(months) or now.year * 12 + now.month - 1 - months < 12 * 1900:
        return None
    year, month = divmod(now.year * 12 + now.month - 1 - int(months), 12)
    start = now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))
    if not fine:
        return (start - timedelta(seconds=seconds)).date()
    then = start - timedelta(seconds=seconds)
    return Moment.of(then) if "second" in amounts else Moment.of(then).replace(second=0)
