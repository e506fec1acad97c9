"""Render an article for reading, in XHTML that is also HTML: shared by `html` and `epub`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from storage.export.columns import instant
from storage.export.sources import KnownSource
from storage.export.xml import Xml, direction_of, language_of, safe_link

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle
    from storage.model.article import Article

#: Kinds of article worth a label; plain news is not.
KINDS = {"opinion": "رأي", "live": "تغطية مباشرة", "gallery": "صور", "video": "فيديو", "interview": "حوار"}
NO_TITLE = "بلا عنوان"
NO_DATE = "بلا تاريخ"


class Reading:
    """Renders articles as XHTML, one after the other."""

    def __init__(self, xml: Xml, sources: Mapping[str, KnownSource]) -> None:
        self._xml, self._sources = xml, sources

    def article(self, stored: "StoredArticle", *, heading: str) -> Iterator[str]:
        """The article in pieces: headline as `heading` ("h1", "h2"), byline, paragraphs, provenance."""
        article = stored.article
        yield self._xml.element(heading, article.title or NO_TITLE)
        yield f'\n<p class="byline">{" · ".join(self._byline(article))}</p>\n'
        for line in article.text.split("\n"):
            yield f"<p>{self._xml.text(line)}</p>\n"
        yield '<dl class="provenance">\n'
        for name, value in self._provenance(stored):
            yield f"<dt>{name}</dt><dd>{value}</dd>\n"
        yield "</dl>\n"

    def attributes(self, stored: "StoredArticle") -> dict[str, object]:
        """Language and direction of the article's own text, and an anchor for links."""
        language = stored.article.language
        return {"id": f"a{stored.id}", "lang": language_of(language), "dir": direction_of(language)}

    def source_name(self, article: "Article") -> str:
        """The newspaper's name in Arabic, its key if no more is known, "" for a capture without a source."""
        known = self._sources.get(article.source or "")
        return known.name_ar if known else article.source or ""

    def day(self, article: "Article") -> str:
        """The day of publication, or a phrase saying that it is unknown."""
        return article.published.day.isoformat() if article.published else NO_DATE

    def _byline(self, article: "Article") -> Iterator[str]:
        if name := self.source_name(article):
            yield self._isolated(name)
        if article.kind in KINDS:
            yield KINDS[article.kind]
        yield from map(self._isolated, article.authors)
        published = article.published
        yield self._time(published.iso, published.iso.replace("T", " ")) if published else NO_DATE
        if article.section:
            yield self._isolated(article.section)
        yield from (self._isolated(f"#{tag}") for tag in article.tags)

    def _provenance(self, stored: "StoredArticle") -> Iterator[tuple[str, str]]:
        article, snapshot = stored.article, stored.snapshot
        yield "الرابط", self._link(article.url)
        yield "المصدر", self._isolated(article.source or "لا مصدر معروف")
        yield from self._instants(
            ("عُدّل", article.modified),
            ("جُلب", article.fetched_at),
            ("أول رصد", stored.first_seen_at),
            ("آخر تغيّر", stored.changed_at),
        )
        yield "النسخة", f"{stored.version} من {stored.versions}"
        if stored.story is not None:
            yield "القصة", str(stored.story)
        yield "المستخرج والقواعد", self._isolated(f"{article.extractor_version} / {article.rules_version}")
        yield "بصمة النص", self._code(stored.text_hash)
        if snapshot:
            yield "بصمة الصفحة", self._code(snapshot.payload_sha256)
        if snapshot and snapshot.record:
            record = snapshot.record
            yield "سجل WARC", self._code(f"{record.file} @{record.offset}+{record.length}")

    def _instants(self, *named: tuple[str, datetime | None]) -> Iterable[tuple[str, str]]:
        # HTML allows at most three digits of a second; the machine-readable form has none.
        return ((name, self._time(instant(at.replace(microsecond=0)), instant(at))) for name, at in named if at)

    def _time(self, machine: str, shown: str) -> str:
        # HTML's own `datetime` accepts these forms as they are.
        return f"<time{self._xml.attributes({'datetime': machine, 'dir': 'ltr'})}>{self._xml.text(shown)}</time>"

    def _link(self, address: str) -> str:
        shown = f'<bdi dir="ltr">{self._xml.text(address)}</bdi>'
        href = safe_link(address)
        return f"<a{self._xml.attributes({'href': href, 'rel': 'noreferrer'})}>{shown}</a>" if href else shown

    def _code(self, value: str) -> str:
        return f'<code dir="ltr">{self._xml.text(value)}</code>'

    def _isolated(self, value: str) -> str:
        return f"<bdi>{self._xml.text(value)}</bdi>"
