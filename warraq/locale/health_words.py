"""Texts of a diagnosis, in English and Arabic: one table, one row per kind.

A sentence is made of pieces; a piece with an unknown figure is left out. Counted nouns are in the nominative, so that
one form per number fits everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from crawler.health import Finding
    from crawler.health.findings import Kind


Language = Literal["en", "ar"]


@dataclass(frozen=True, slots=True)
class Noun:
    """A counted noun: English singular and plural; Arabic for 1, 2, 3 to 10, 11 to 99, and hundreds (which start again
    at 3)."""

    en: tuple[str, str]
    ar: tuple[str, str, str, str, str]


NOUNS: dict[str, Noun] = {
    "article": Noun(("article", "articles"), ("مقال واحد", "مقالان", "مقالات", "مقالًا", "مقال")),
    "fetch": Noun(("fetch", "fetches"), ("طلب واحد", "طلبان", "طلبات", "طلبًا", "طلب")),
    "address": Noun(("address", "addresses"), ("رابط واحد", "رابطان", "روابط", "رابطًا", "رابط")),
    "failure": Noun(("failure", "failures"), ("إخفاق واحد", "إخفاقان", "إخفاقات", "إخفاقًا", "إخفاق")),
    "day": Noun(("day", "days"), ("يوم واحد", "يومان", "أيام", "يومًا", "يوم")),
    "hour": Noun(("hour", "hours"), ("ساعة واحدة", "ساعتان", "ساعات", "ساعة", "ساعة")),
    "minute": Noun(("minute", "minutes"), ("دقيقة واحدة", "دقيقتان", "دقائق", "دقيقة", "دقيقة")),
    "letter": Noun(("letter", "letters"), ("حرف واحد", "حرفان", "أحرف", "حرفًا", "حرف")),
    "second": Noun(("second", "seconds"), ("ثانية واحدة", "ثانيتان", "ثوان", "ثانية", "ثانية")),
    "problem": Noun(("problem", "problems"), ("مشكلة واحدة", "مشكلتان", "مشكلات", "مشكلة", "مشكلة")),
    "source": Noun(("newspaper", "newspapers"), ("صحيفة واحدة", "صحيفتان", "صحف", "صحيفة", "صحيفة")),
}


def counted(number: int, noun: str, language: Language) -> str:
    """A number with its noun.

    >>> counted(2, "article", "ar"), counted(103, "article", "ar"), counted(11, "day", "ar")
    ('مقالان', '103 مقالات', '11 يومًا')
    >>> counted(0, "article", "en"), counted(1, "article", "en")
    ('no articles', '1 article')
    """
    forms = NOUNS[noun]
    if language == "en":
        return f"no {forms.en[1]}" if number == 0 else f"{number} {forms.en[number != 1]}"
    one, two, few, many, hundred = forms.ar
    rest = number % 100
    if number == 0:
        return f"لا {few}"
    if number <= 2:
        return (one, two)[number - 1]
    return f"{number} {few if 3 <= rest <= 10 else many if rest >= 11 else hundred}"


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of finding: its name in a table, and its sentence in pieces."""

    name_en: str
    name_ar: str
    en: tuple[str, ...]
    ar: tuple[str, ...]


WORDS: "dict[Kind, Words]" = {
    "nothing_crawled": Words(
        "nothing crawled", "لم يُجمع شيء",
        ("No newspaper has been polled", " (the last crawl began {last_run})", ": start the crawler again."),
        ("لم نطّلع على أي صحيفة", " (بدأ آخر جمع في {last_run})", "، فأعد تشغيل الجامع."),
    ),
    "everything_fell": Words(
        "everything fell", "انخفاض عام",
        ("All newspapers publish less: {share} of the usual number.", " A holiday, or our own network."),
        ("الصحافة كلها تنشر أقل من المعتاد: {share} منه.", " قد تكون عطلة، أو خللًا في شبكتنا نحن."),
    ),
    "never_crawled": Words(
        "never crawled", "لم تُجمع قط", ("It was never crawled.",), ("لم تُجمع هذه الصحيفة قط.",),
    ),
    "not_looked": Words(
        "not looked at", "لم نطّلع عليها",
        ("It has not been polled, though others were: its state is unknown.",),
        ("لم نطّلع عليها مع أن غيرها جُمع، فلا يمكن الحكم عليها.",),
    ),
    "robots_unreachable": Words(
        "robots.txt unreachable", "تعذّر robots.txt",
        ("Its robots.txt is not available", " (HTTP {status})", ", so nothing may be fetched."),
        ("تعذّر الوصول إلى ملف robots.txt", " (الرد {status})", "، فلا يجوز جلب شيء."),
    ),
    "robots_forbids": Words(
        "forbidden by robots.txt", "يمنعها robots.txt",
        ("robots.txt disallows its articles", ": {forbidden} of {tried} URLs", ": {addresses}", "."),
        ("ملف robots.txt يمنع جلب مقالاتها", ": {forbidden} من أصل {tried}", ": {addresses}", "."),
    ),
    "robots_changed": Words(
        "robots.txt changed", "تغيّر robots.txt",
        (
            "robots.txt changed", ", and now disallows what it allowed: {forbidden} of {tried} URLs",
            ", and asks for {delay} between two requests", " (before: {delay_before})", ".",
        ),
        (
            "تغيّر ملف robots.txt", "، وصار يمنع ما كان يسمح به: {forbidden} من أصل {tried}",
            "، وصار يطلب فاصلًا بين الطلبات: {delay}", " (من قبل: {delay_before})", ".",
        ),
    ),
    "challenged": Words(
        "challenged", "جدار ضد الروبوتات",
        ("A robot challenge blocks its pages: {share} of {fetches}", " (before: {share_before})", "."),
        ("جدار ضد الروبوتات أمام صفحاتها: {share} من الطلبات", " (من قبل: {share_before})", "، وعددها: {fetches}."),
    ),
    "login_wall": Words(
        "asks for a login", "تطلب تسجيل الدخول",
        ("Its pages require a login: {share} of {fetches}", " (before: {share_before})", "."),
        ("صفحاتها تطلب تسجيل الدخول: {share} من الطلبات", " (من قبل: {share_before})", "، وعددها: {fetches}."),
    ),
    "blocked": Words(
        "blocked", "محجوبة",
        ("It refuses our requests: {share} of {fetches}", " (before: {share_before})", "."),
        ("خادمها يردّنا: {share} من الطلبات", " (من قبل: {share_before})", "، وعددها: {fetches}."),
    ),
    "failing": Words(
        "failing", "لا ترد",
        ("Its pages cannot be fetched", ": {reason}", ": {share} of {fetches} fail", " (before: {share_before})", ", {addresses}",
         ", {failures} in a row", "."),
        ("تعذّر جلب صفحاتها", ": {reason}", ": تخفق {share} من الطلبات", " (من قبل: {share_before})", "، {addresses}",
         "، على التوالي: {failures}", "."),
    ),
    "feed_died": Words(
        "feed died", "رافد معطّل",
        ("A {endpoint} died", ": {reason}", ", {failures} in a row", "; its last new item was on {last_new}", "."),
        ("تعطّل أحد روافدها ({endpoint})", ": {reason}", "، على التوالي: {failures}", "؛ آخر جديد منه في {last_new}", "."),
    ),
    "feed_lies": Words(
        "feed lies", "رافد لا يصدق",
        ("A {endpoint} returns 200", ", but the body is not one: {reason}", ", {failures} in a row",
         ", but lists nothing new while others do; {missed} expected", "."),
        ("أحد روافدها ({endpoint}) يردّ بنجاح", " وليس في الرد رافد: {reason}", "، على التوالي: {failures}",
         "، ولا جديد فيه وغيره يأتي بالجديد، والمنتظر منه: {missed}", "."),
    ),
    "silent": Words(
        "silent", "صامتة",
        ("No new articles; {usual} would be usual in that time", "."),
        ("لم يصل منها شيء، والمعتاد في هذه المدة: {usual}", "."),
    ),
    "fewer": Words(
        "fewer", "أقل من المعتاد",
        ("Fewer articles than usual: {found} where {usual_number} would be usual", "."),
        ("مقالاتها أقل من المعتاد: {found}، والمعتاد: {usual}", "."),
    ),
    "stale": Words(
        "stale", "متوقفة",
        ("Its newest article is {days} old.",),
        ("مضى على أحدث مقال فيها: {days}.",),
    ),
    "no_text": Words(
        "no text", "صفحات بلا نص",
        ("Pages that should be articles have no text: {share} of {fetches}", " (before: {share_before})", "."),
        ("صفحات يفترض أنها مقالات لا نص فيها: {share} من الطلبات", " (من قبل: {share_before})", "، وعددها: {fetches}."),
    ),
    "short_texts": Words(
        "short texts", "نصوص أقصر",
        ("Texts are suddenly shorter: {length} on average (before: {length_before}), over {articles}.",),
        ("صارت النصوص أقصر فجأة: في المتوسط {length} (من قبل: {length_before})، وعدد المقالات: {articles}.",),
    ),
    "no_titles": Words(
        "no titles", "بلا عناوين",
        ("{share} of its latest {articles} have no title", " (before: {share_before})", "."),
        ("{share} من مقالاتها بلا عنوان", " (من قبل: {share_before})", "، وعددها: {articles}."),
    ),
    "no_dates": Words(
        "no dates", "بلا تواريخ",
        ("{share} of its latest {articles} have no date", " (before: {share_before})", "."),
        ("{share} من مقالاتها بلا تاريخ", " (من قبل: {share_before})", "، وعددها: {articles}."),
    ),
    "dates_ahead": Words(
        "dated ahead", "تواريخ في المستقبل",
        ("{share} of its latest {articles} are dated after their fetch", " (before: {share_before})", "."),
        ("{share} من مقالاتها مؤرخة بعد وقت رؤيتنا لها", " (من قبل: {share_before})", "، وعددها: {articles}."),
    ),
}  # fmt: skip

#: Words around the findings.
LABELS: dict[str, tuple[str, str]] = {
    "since": ("since", "منذ"),
    "since_unknown": ("since when is not known", "لا يُعرف منذ متى"),
    "for_example": ("for example", "مثلًا"),
    "try": ("try", "جرّب"),
    "all_well": ("All is well", "كل شيء على ما يرام"),
    "whole": ("the whole archive", "الأرشيف كله"),
    "problem": ("problem", "مشكلة"),
    "notice": ("notice", "ملاحظة"),
    "new": ("new", "جديدة"),
    "well": ("well", "سليمة"),
}

#: Kinds of endpoints.
_ENDPOINTS = {
    "feed": ("feed", "تلقيمة"),
    "sitemap": ("sitemap", "خريطة موقع"),
    "news_sitemap": ("news sitemap", "خريطة أخبار"),
    "section": ("section page", "صفحة قسم"),
}
#: Fact -> the noun for its number.
_COUNTED = {
    "found": "article", "usual": "article", "articles": "article", "fetches": "fetch", "addresses": "address",
    "failures": "failure", "days": "day", "length": "letter", "length_before": "letter", "missed": "article",
}  # fmt: skip


def label(name: str, language: Language) -> str:
    """Return a word around the findings."""
    return LABELS[name][language == "ar"]


def name_of(kind: "Kind", language: Language) -> str:
    """Return the name of a kind of finding."""
    return WORDS[kind].name_ar if language == "ar" else WORDS[kind].name_en


def sentence(finding: "Finding", language: Language) -> str:
    """Return the finding as a sentence."""
    fields = _fields(finding.facts, language)
    words = WORDS[finding.kind]
    pieces = words.ar if language == "ar" else words.en
    return "".join(piece.format_map(fields) for piece in pieces if _is_known(piece, fields))


def since(finding: "Finding", language: Language) -> str:
    """Return the beginning in words. In Arabic with slashes: they keep the order of a date's parts."""
    if finding.since is None:
        return label("since_unknown", language)
    return f"{label('since', language)} {moment(finding.since, language, day=finding.since_day)}"


def moment(at: datetime, language: Language, *, day: bool = False) -> str:
    """Format an instant in UTC, to the minute or the day."""
    text = f"{at:%Y-%m-%d}" if day else f"{at:%Y-%m-%d %H:%M} UTC"
    return text.replace("-", "/") if language == "ar" else text


def _is_known(piece: str, fields: Mapping[str, str]) -> bool:
    from string import Formatter

    return all(name in fields for _, name, _, _ in Formatter().parse(piece) if name)


def _fields(facts: Mapping[str, float | int | str | None], language: Language) -> dict[str, str]:
    """Format the figures of a sentence; unknown ones are left out."""
    fields = {}
    for name, value in facts.items():
        if value is None:
            continue
        if name in _COUNTED and isinstance(value, (int, float)):
            fields[name] = counted(max(round(value), 0), _COUNTED[name], language)
            fields[f"{name}_number"] = str(max(round(value), 0))
        elif name.startswith("share"):
            fields[name] = f"{100 * float(value):.0f} %" if language == "en" else f"{100 * float(value):.0f}%"
        elif name in ("delay_s", "delay_before_s"):
            fields[name.removesuffix("_s")] = counted(round(float(value)), "second", language)
        elif name in ("last_run", "last_new"):
            fields[name] = moment(datetime.fromisoformat(str(value)), language)
        else:
            fields[name] = f"{value:.3g}" if isinstance(value, float) else str(value)
    kind = str(facts.get("kind") or "section")
    fields["endpoint"] = _ENDPOINTS.get(kind, (kind, kind))[language == "ar"]
    return fields
