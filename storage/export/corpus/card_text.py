"""The data card of a corpus in English and Arabic: what it contains, how it was compiled, how it may be used."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from string import Template

from storage.export.columns import Column, to_json
from storage.export.corpus.card import DataCard
from storage.export.sources import KnownSource

#: Placeholder for an unknown figure, in both languages.
NOT_KNOWN = "?"
_TEMPLATES = files("storage.export.corpus").joinpath("templates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What a card describes."""

    card: DataCard
    sources: Mapping[str, KnownSource]
    #: Name of the format, and the data files below the corpus's folder.
    format: str
    files: Sequence[str]
    #: Columns of the rows; none if the format has no columns.
    columns: tuple[Column, ...]
    #: The query (`asked`); "" = everything.
    query: str
    #: Day of the export, YYYY-MM-DD.
    day: str
    no_text: bool
    #: Author of the corpus; None = not stated.
    by: str | None = None
    #: Formats that Hugging Face and other portals find through front matter.
    loadable: frozenset[str] = field(default=frozenset({"jsonl", "csv", "parquet"}))


def share(part: int, whole: int) -> str:
    """A share in percent with one decimal; a dash of nothing.

    >>> share(1, 8), share(0, 0)
    ('12.5 %', '-')
    """
    return f"{100 * part / whole:.1f} %" if whole else "-"


def cell(value: object) -> str:
    """Format a value as a cell of a Markdown table."""
    return str(value).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(cell, line)) + " |" for line in lines)


def _fill(name: str, values: Mapping[str, str]) -> str:
    return Template(_TEMPLATES.joinpath(name).read_text("utf-8")).substitute(values)


def english(corpus: Corpus) -> str:
    """README.md: front matter that data portals read, then the card."""
    card = corpus.card
    return _fill(
        "card.en.md",
        {
            "front_matter": _front_matter(corpus),
            "day": corpus.day,
            "by": f" by {corpus.by}" if corpus.by else "",
            "facts": table(["", ""], _facts(corpus)),
            "query": f"`{corpus.query}`" if corpus.query else "everything",
            "files": _file_list(corpus),
            "sources": table(
                ["source", "name", "country", "articles", "words", "first day", "last day", "no date"],
                _source_rows(corpus, arabic=False),
            ),
            "years": table(
                ["year", "articles", "share"],
                [(year or "no date", number, share(number, card.articles)) for year, number in card.by_year().items()],
            ),
            "makers": _makers(card),
            "removed": table(["source", "rule", "pieces", "words"], _removed_rows(card))
            if card.removed
            else "Nothing was taken out of the texts.",
            "reserved": _reserved(card),
            "text": _ENGLISH_NO_TEXT if corpus.no_text else _ENGLISH_WITH_TEXT,
            "columns": table(["column", "meaning"], [(f"`{column.name}`", column.meaning) for column in corpus.columns])
            if corpus.columns
            else "This format has none.",
        },
    )


def _reserved(card: DataCard) -> str:
    """Return a line about rights reservations; "" if there are none."""
    if not card.no_copies and not card.no_mining:
        return ""
    return (
        f"When they were fetched, {card.no_mining} of these articles came from pages or sites that decline machine"
        f" learning or text and data\nmining (TDM reservation, Content Signals, `noai`), and {card.no_copies} from"
        " pages that ask that no copy be kept (`noarchive`): the column `robots` tells which.\n"
    )


def _reserved_ar(card: DataCard) -> str:
    if not card.no_copies and not card.no_mining:
        return ""
    return (
        f"وعند جلبها كان عدد ما تحفّظ موقعه على تعلّم الآلة أو التنقيب في النصوص {card.no_mining}،"
        f" وعدد ما طلبت صفحته ألا تُحفظ منها نسخة {card.no_copies}؛ وفي العمود `robots` بيانها.\n"
    )


_ENGLISH_NO_TEXT = (
    "This is the variant without text: addresses, headlines, dates, hashes and other facts,"
    " without the articles themselves."
)
_ENGLISH_WITH_TEXT = "A variant without text, made with `--no-text`, holds addresses, dates, hashes and facts alone."


def arabic(corpus: Corpus) -> str:
    """README.ar.md: the same card in Arabic."""
    card = corpus.card
    return _fill(
        "card.ar.md",
        {
            "day": _apart(corpus.day),
            "by": f"، أعدّها {corpus.by}" if corpus.by else "",
            "facts": table(["", ""], _facts_ar(corpus)),
            "query": f"`{corpus.query}`" if corpus.query else "كل ما فيه",
            "files": _file_list(corpus),
            "sources": table(
                ["المصدر", "الاسم", "البلد", "المقالات", "الكلمات", "أول يوم", "آخر يوم", "بلا تاريخ"],
                _source_rows(corpus, arabic=True),
            ),
            "years": table(
                ["السنة", "المقالات", "النسبة"],
                [
                    (year or "بلا تاريخ", number, share(number, card.articles))
                    for year, number in card.by_year().items()
                ],
            ),
            "makers": _apart(_makers(card)),
            "removed": table(["المصدر", "القاعدة", "القطع", "الكلمات"], _removed_rows(card))
            if card.removed
            else "لم يُحذف من النصوص شيء.",
            "reserved": _reserved_ar(card),
            "text": _ARABIC_NO_TEXT if corpus.no_text else _ARABIC_WITH_TEXT,
            "columns": "معاني الأعمدة في [README.md](README.md#columns)."
            if corpus.columns
            else "لا أعمدة في هذه الصيغة.",
        },
    )


_ARABIC_NO_TEXT = "هذه هي النسخة التي بلا نصوص: روابط وعناوين وتواريخ وبصمات وحقائق أخرى، من غير المقالات نفسها."
_ARABIC_WITH_TEXT = "ويمكن بالخيار `--no-text` صنع نسخة بلا نصوص، فيها الروابط والتواريخ والبصمات والحقائق وحدها."


def citation(corpus: Corpus) -> str:
    """CITATION.cff, format 1.2.0; strings are quoted as JSON, which is YAML."""
    author = to_json(corpus.by or "The keeper of this Warraq archive")
    return (
        "cff-version: 1.2.0\nmessage: Please cite this corpus, and the newspapers themselves.\ntype: dataset\n"
        f"title: Arabic news corpus of {corpus.day}\nauthors:\n  - name: {author}\n"
        f'date-released: "{corpus.day}"\nversion: "{corpus.day}"\n'
        f"abstract: {to_json(_abstract(corpus.card))}\nkeywords:\n  - Arabic\n  - news\n  - corpus\n"
    )


def counts(corpus: Corpus) -> str:
    """counts.csv: articles and words by source and year."""
    card = corpus.card
    places = sorted(card.years, key=lambda place: (place[0] or "", place[1] or "9999"))
    lines = [
        f"{source or ''},{year or ''},{card.years[source, year]},{card.year_words[source, year]}"
        for source, year in places
    ]
    return "\r\n".join(["source,year,articles,words", *lines, ""])


def _abstract(card: DataCard) -> str:
    days = _between(card.days.first, card.days.last)
    return f"{card.articles} articles, {card.words} words, {len(card.sources)} sources, {days}"


def _between(first: str | None, last: str | None) -> str:
    return f"{first} / {last}" if first else "-"


def _file_list(corpus: Corpus) -> str:
    return ", ".join(f"`{name}`" for name in corpus.files)


def _makers(card: DataCard) -> str:
    return ", ".join(f"{extractor} / {rules}" for extractor, rules in sorted(card.makers)) or "-"


def _languages(card: DataCard) -> str:
    return ", ".join(f"{code or '?'} {number}" for code, number in card.languages.most_common()) or "-"


def _apart(figures: str) -> str:
    """Isolate figures within Arabic words: otherwise a day would be displayed in reverse."""
    return f"\u2066{figures}\u2069"


def _values(card: DataCard) -> list[str]:
    """Return the figures of both cards, in one order."""
    return [
        str(card.articles),
        str(card.words),
        str(len(card.sources)),
        _between(card.days.first, card.days.last),
        f"{card.articles - card.undated} ({share(card.articles - card.undated, card.articles)})",
        _between(card.fetched.first, card.fetched.last),
        NOT_KNOWN if card.same_story is None else f"{card.same_story} ({share(card.same_story, card.articles)})",
        f"{card.same_text} ({share(card.same_text, card.articles)})",
        f"{card.changed} ({share(card.changed, card.articles)})",
        _languages(card),
        ", ".join(f"{kind} {number}" for kind, number in card.kinds.most_common()) or "-",
    ]


def _facts(corpus: Corpus) -> list[tuple[str, str]]:
    names = [
        "articles",
        "words",
        "sources",
        "published",
        "with a date",
        "fetched",
        "near-duplicates of another article here",
        "same title and text as another here",
        "seen in more than one version",
        "languages",
        "kinds",
    ]
    return list(zip(names, _values(corpus.card), strict=True))


def _facts_ar(corpus: Corpus) -> list[tuple[str, str]]:
    names = ["المقالات", "الكلمات", "المصادر", "النشر", "لها تاريخ", "الجلب", "تشبه مقالة أخرى هنا",
             "عنوانها ونصها كمقالة أخرى هنا", "رُصدت منها أكثر من نسخة", "اللغات", "الأنواع"]  # fmt: skip
    return list(zip(names, _values(corpus.card), strict=True))


def _source_rows(corpus: Corpus, *, arabic: bool) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    ordered = sorted(corpus.card.sources.items(), key=lambda item: (-item[1].articles, item[0] or ""))
    for key, count in ordered:
        known = corpus.sources.get(key or "")
        name = (known.name_ar if arabic else known.name_en) if known else "-"
        country = known.country.upper() if known else "-"
        days = (count.days.first or "-", count.days.last or "-")
        rows.append((key or "-", name, country, count.articles, count.words, *days, count.undated))
    return rows


def _removed_rows(card: DataCard) -> list[tuple[object, ...]]:
    """What cleaning took out, by source and rule, the rules of most words first."""
    ordered = sorted(card.removed, key=lambda place: (place[0] or "", -card.removed_words[place], place[1]))
    return [
        (source or "-", f"`{rule}`", card.removed[source, rule], card.removed_words[source, rule])
        for source, rule in ordered
    ]


def _front_matter(corpus: Corpus) -> str:
    known = [code for code, _ in corpus.card.languages.most_common() if code]
    files = "".join(f"      - {name}\n" for name in corpus.files)
    configs = (
        f"configs:\n  - config_name: default\n    data_files:\n{files}"
        if corpus.format in corpus.loadable and files
        else ""
    )
    return (
        f"---\npretty_name: Arabic news corpus of {corpus.day}\nlanguage:\n"
        + "".join(f'  - "{code}"\n' for code in known or ["ar"])
        + f"license: other\nlicense_name: rights-of-the-newspapers\ntags:\n  - news\n  - arabic\n{configs}---\n"
    )
