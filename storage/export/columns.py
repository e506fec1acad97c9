"""The columns of an exported article: name, location of the value, meaning. Every format with columns shows these."""

import json
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING

from storage.export.options import Options

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle
    from storage.model.article import Article

#: Type of a column, in JSON terms: str, int, bool, None, a list of str, a list of flat objects.
Record = dict[str, object]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export."""

    name: str
    #: Attribute path from the stored article to the value; None anywhere on the path yields None.
    path: str
    meaning: str


#: In export order.
COLUMNS = (
    Column("id", "id", "number of the article in this archive"),
    Column("url", "article.url", "address to cite"),
    Column("source", "article.source", "key of the newspaper; null for a capture from elsewhere"),
    Column("title", "article.title", "headline, one line"),
    Column("text", "article.text", "the whole text, one paragraph per line; never cut, never reshaped"),
    Column("authors", "article.authors", "list: people or desks, in the page's order"),
    Column(
        "published",
        "article.published.iso",
        "publication date as stated: ISO 8601 at the stated precision, in its own zone; null if unknown",
    ),
    Column("published_at", "article.published.at", "the same instant in UTC; null if only a day is known"),
    Column("published_offset", "article.published.offset_minutes", "minutes east of UTC; null if unknown"),
    Column("published_precision", "article.published.precision", "`minute` or `day`"),
    Column("published_text", "article.published.text", "the words the date was read from"),
    Column(
        "published_from",
        "article.published.origin",
        "where they were found: `json-ld`, `meta`, `time`, `visible`, `url`, `feed`, `sitemap`, `http`; "
        "`import` for a row of imported data, `dateline` for the dateline of an imported text",
    ),
    Column("published_disagreed", "article.published.disagreed", "true if other evidence disagrees"),
    Column("dates", "article.dates", "list of all date evidence: objects of `origin`, `text`, `iso`"),
    Column("modified", "article.modified", "last modification that the page states, UTC"),
    Column("section", "article.section", "section as the page names it"),
    Column("tags", "article.tags", "list: tags as the page names them"),
    Column("image", "article.image", "URL of the lead image"),
    Column("language", "article.language", "ISO 639 code detected from the text itself"),
    Column("kind", "article.kind", "`news`, `opinion`, `live`, `gallery`, `video`, `interview`"),
    Column("removed", "article.removed", "list of what cleaning removed: objects of `rule`, `text`, `after_line`"),
    Column("fetched_at", "article.fetched_at", "when the page was fetched, UTC"),
    Column("extractor_version", "article.extractor_version", "version of the extractor that produced the text"),
    Column("rules_version", "article.rules_version", "version of the cleaning rules that produced the text"),
    Column("key", "key", "canonical URL: one article, one key"),
    Column("first_seen_at", "first_seen_at", "when this archive first stored it, UTC"),
    Column("changed_at", "changed_at", "when its title or text last changed after that, UTC; null if never"),
    Column("withdrawn_at", "withdrawn_at", "when its withdrawal was observed, UTC; null while it is online"),
    Column(
        "withdrawn_how",
        "withdrawn_how",
        "evidence of the withdrawal (`http 404`, `http 410` ...); null while it is online",
    ),
    Column("version", "version", "number of the version shown here"),
    Column("versions", "versions", "how many versions the archive holds"),
    Column(
        "story",
        "story",
        "number of its story: near-duplicates share it, an article without any has its own `id`; "
        "null if near-duplicates were not searched",
    ),
    Column("text_hash", "text_hash", "SHA-256 of title, line feed, text"),
    Column("status", "snapshot.status", "HTTP status of the fetch the text was extracted from"),
    Column("payload_sha256", "snapshot.payload_sha256", "SHA-256 of the page as fetched"),
    Column("encoding", "snapshot.encoding", "charset of the page, and the evidence for it"),
    Column("server_ip", "snapshot.server_ip", "IP address of the server; null if not known"),
    Column("tls_subject", "snapshot.tls_subject", "subject of its TLS certificate; null without TLS"),
    Column(
        "robots",
        "robots",
        "list: robots directives from headers, page and robots.txt at the fetch, as `noarchive`, `tdm-reservation:1`",
    ),
    Column("warc_file", "snapshot.record.file", "WARC file that contains the page; null for a saved page"),
    Column("warc_offset", "snapshot.record.offset", "byte offset of its record"),
    Column("warc_length", "snapshot.record.length", "length of its record in bytes"),
)

NAMES = tuple(column.name for column in COLUMNS)

#: Columns that contain the article itself; without them a row states only what was published, where and when.
SENTENCES = frozenset({"text", "removed"})

_OF_ARTICLE = "article."


def columns(options: Options) -> tuple[Column, ...]:
    """Return the selected columns."""
    return tuple(column for column in COLUMNS if not (options.no_text and column.name in SENTENCES))


def stored_record(stored: "StoredArticle", wanted: tuple[Column, ...] = COLUMNS) -> Record:
    """Return a stored article by column name, in the order of COLUMNS."""
    return {column.name: _value(stored, column.path) for column in wanted}


def article_record(article: "Article") -> Record:
    """Return an article outside any archive as a record: those columns it has by itself."""
    return {
        column.name: _value(article, column.path.removeprefix(_OF_ARTICLE))
        for column in COLUMNS
        if column.path.startswith(_OF_ARTICLE)
    }


def instant(moment: datetime) -> str:
    """Format an instant as ISO 8601 in UTC with a "Z"; fractions of a second only if there are any.

    >>> instant(datetime(2024, 1, 5, 9, 7, tzinfo=UTC))
    '2024-01-05T09:07:00Z'
    """
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def to_json(value: object) -> str:
    """Return one line of JSON, Arabic as letters; characters that some readers take for a line end are escaped."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


def _value(whole: object, path: str) -> object:
    value = reduce(lambda part, name: None if part is None else getattr(part, name), path.split("."), whole)
    match value:
        case datetime():
            return instant(value)
        case tuple():
            return [asdict(item) if is_dataclass(item) and not isinstance(item, type) else item for item in value]
        case _:
            return value
