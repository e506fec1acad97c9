"""How newspapers write dates: one function per tradition. Weekdays and months as printed, independent of the locale."""

from datetime import datetime

WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
GULF = ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"]
MAGHREB = ["يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"]
LEVANT = (
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
)
INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def maghreb(at: datetime) -> str:
    """Like "الأربعاء 17 غشت 2022 - 21:05"."""
    return f"{WEEKDAYS[at.weekday()]} {at.day} {MAGHREB[at.month - 1]} {at.year} - {at:%H:%M}"


def levant(at: datetime) -> str:
    """Like "الأربعاء 17 آب 2022 الساعة 21:05"."""
    return f"{WEEKDAYS[at.weekday()]} {at.day} {LEVANT[at.month - 1]} {at.year} الساعة {at:%H:%M}"


def gulf_12h(at: datetime) -> str:
    """Like "١٧ أغسطس ٢٠٢٢ - ٩:٠٥ م", in Arabic-Indic digits."""
    half = "ص" if at.hour < 12 else "م"
    return f"{at.day} {GULF[at.month - 1]} {at.year} - {at.hour % 12 or 12}:{at:%M} {half}".translate(INDIC)


def both_calendars(at: datetime, hijri: str) -> str:
    """Like "الأربعاء 19 محرم 1444 هـ - 17 أغسطس 2022 م - 21:05"."""
    return f"{WEEKDAYS[at.weekday()]} {hijri} هـ - {at.day} {GULF[at.month - 1]} {at.year} م - {at:%H:%M}"


def both_months(at: datetime) -> str:
    """Like "17 آب/أغسطس 2022": the day only, as wire agencies write it."""
    return f"{at.day} {LEVANT[at.month - 1]}/{GULF[at.month - 1]} {at.year}"


def with_zone(at: datetime) -> str:
    """Like "17 أغسطس 2022 21:05 (GMT+3)"."""
    return f"{at.day} {GULF[at.month - 1]} {at.year} {at:%H:%M} (GMT+3)"
