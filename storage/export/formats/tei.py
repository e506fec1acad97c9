"""TEI P5: a corpus of one TEI document per article. For digital editions, corpus tools, libraries.

What TEI has elements for is encoded there (title, authors, date, publisher, URL, keywords, language); the whole record
is also in `xenoData` as JSON, so that nothing is lost on the way back.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from storage.export.columns import columns, stored_record, to_json
from storage.export.options import Options
from storage.export.sources import KnownSource, known_sources
from storage.export.xml import Xml, escaped, language_of

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle
    from storage.model.article import Article

NAMESPACE = "http://www.tei-c.org/ns/1.0"

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<teiCorpus xmlns="{NAMESPACE}">
<teiHeader>
<fileDesc>
<titleStmt><title xml:lang="ar">مقالات من أرشيف ورّاق</title><title xml:lang="en">Articles from a Warraq archive</title></titleStmt>
<publicationStmt><p>Exported by Warraq on <date when="{{day}}">{{day}}</date>. Each article stays under the rights of its newspaper.</p></publicationStmt>
<sourceDesc><p>News pages as they were fetched; each text names its own.</p></sourceDesc>
</fileDesc>
<encodingDesc>
<editorialDecl><p>Text is in logical order and Unicode normalisation form C. Every line of an article is one paragraph; nothing is shortened.</p></editorialDecl>
<appInfo><application ident="warraq" version="1"><label>Warraq</label></application></appInfo>
</encodingDesc>
</teiHeader>
"""


def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options) -> None:
    """Write a teiCorpus, one article after the other. An empty corpus contains one empty text: TEI requires one."""
    xml = Xml()
    sources = known_sources(options.archive)
    out.write(_HEAD.format(day=datetime.now(UTC).date()).encode())
    empty = True
    for stored in articles:
        empty = False
        out.write("\n".join(_document(xml, stored, sources, options)).encode())
    if empty:
        out.write(_NOTHING.encode())
    out.write(b"</teiCorpus>\n")
    xml.tell(options)


_NOTHING = """<TEI><teiHeader><fileDesc><titleStmt><title/></titleStmt><publicationStmt><p>No article was asked for.</p></publicationStmt>
<sourceDesc><p>None.</p></sourceDesc></fileDesc></teiHeader><text><body><p/></body></text></TEI>
"""


def _document(xml: Xml, stored: "StoredArticle", sources: Mapping[str, KnownSource], options: Options) -> Iterator[str]:
    article = stored.article
    yield f'<TEI xml:id="a{stored.id}">'
    yield "<teiHeader>"
    yield from _file_description(xml, stored, sources)
    yield from _profile(xml, article)
    record = stored_record(stored, columns(options))
    lines = (article.text if record.pop("text", None) else "").split("\n")
    yield f'<xenoData type="json">{xml.text(escaped(to_json(record)))}</xenoData>'
    yield "</teiHeader>"
    yield f"<text{xml.attributes({'xml:lang': language_of(article.language)})}><body>"
    yield from (f"<p>{xml.text(line)}</p>" for line in lines)
    yield "</body></text>"
    yield "</TEI>\n"


def _file_description(xml: Xml, stored: "StoredArticle", sources: Mapping[str, KnownSource]) -> Iterator[str]:
    article, known = stored.article, sources.get(stored.article.source or "")
    title = f"<title>{xml.text(article.title)}</title>"
    authors = "".join(xml.element("author", name) for name in article.authors)
    yield f"<fileDesc><titleStmt>{title}{authors}</titleStmt>"
    yield (
        f"<publicationStmt><publisher>{xml.text(known.name_ar if known else article.source or 'unknown')}</publisher>"
        f"{_date(xml, article)}</publicationStmt>"
    )
    numbers = {"url": article.url, "key": stored.key, "source": article.source, "sha256": stored.text_hash}
    idnos = "".join(xml.element("idno", value, type=name) for name, value in numbers.items())
    yield f"<sourceDesc><bibl>{title}{authors}{_date(xml, article)}{idnos}</bibl></sourceDesc></fileDesc>"


def _date(xml: Xml, article: "Article") -> str:
    """Render the date as the page words it, with TEI's `when`, which accepts our ISO forms: a day, or a time with or
    without zone."""
    published = article.published
    if published is None:
        return "<date/>"
    return f"<date{xml.attributes({'when': _schema_time(published.iso)})}>{xml.text(published.text or published.iso)}</date>"


def _schema_time(iso: str) -> str:
    """Return ISO 8601 as W3C's schema types require it: a time needs seconds.

    >>> _schema_time("2024-01-05T09:07+03:00"), _schema_time("2024-01-05")
    ('2024-01-05T09:07:00+03:00', '2024-01-05')
    """
    day, mark, time = iso.partition("T")
    if not mark:
        return day
    return f"{day}T{time[:5]}:00{time[5:]}" if time[5:6] != ":" else iso


def _profile(xml: Xml, article: "Article") -> Iterator[str]:
    language = language_of(article.language)
    yield f"<profileDesc><langUsage><language{xml.attributes({'ident': language})}>{xml.text(language)}</language></langUsage>"
    words = [("section", article.section), ("kind", article.kind), *(("tag", tag) for tag in article.tags)]
    terms = "".join(xml.element("term", word, type=name) for name, word in words if word)
    yield f"<textClass><keywords>{terms}</keywords></textClass></profileDesc>"
