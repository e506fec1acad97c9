"""The columns of an exported article: name, where the value stands, meaning. Every format that has columns shows these."""

import json
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

from storage.export.options import Options

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle
    from storage.model.article import Article

#: What a column may hold, as JSON has it: str, int, bool, None, a list of str, a list of flat objects.
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export."""

    name: str
    #: Attributes from the stored article to the value; None anywhere on the way is None.
    path: str
    meaning: str


#: In the order of the export.
COLUMNS = (
    Column("id", "id", "number of the article in this archive"),
    Column("url", "article.url", "address to cite"),
    Column("source", "article.source", "key of the newspaper; null for a capture from elsewhere"),
    Column("title", "article.title", "headline, one line"),
    Column("text", "article.text", "the whole text, one paragraph a line; never cut, never reshaped"),
    Column("authors", "article.authors", "list: people or desks, in the page's order"),
    Column(
        "published",
        "article.published.iso",
        "when it says that it was published: ISO 8601, as exactly as it says so, in its own zone; null if unknown",
    ),
    Column("published_at", "article.published.at", "the same instant in UTC; null where only a day is known"),
    Column("published_offset", "article.published.offset_minutes", "minutes east of UTC; null where unknown"),
    Column("published_precision", "article.published.precision", "`minute` or `day`"),
    Column("published_text", "article.published.text", "the words that the date was read from"),
    Column(
        "published_from",
        "article.published.origin",
        "where they stood: `json-ld`, `meta`, `time`, `visible`, `url`, `feed`, `sitemap`, `http`; `import` where a row of another's data said so",
    ),
    Column("published_disagreed", "article.published.disagreed", "true where other evidence names another time"),
    Column("dates", "article.dates", "list of all date evidence: objects of `origin`, `text`, `iso`"),
    Column("modified", "article.modified", "when the page says that it was last changed, UTC"),
    Column("section", "article.section", "section as the page names it"),
    Column("tags", "article.tags", "list: tags as the page names them"),
    Column("image", "article.image", "address of the lead image"),
    Column("language", "article.language", "ISO 639 code found in the text itself"),
    Column("kind", "article.kind", "`news`, `opinion`, `live`, `gallery`, `video`, `interview`"),
    Column("removed", "article.removed", "list of what cleaning took out: objects of `rule`, `text`, `after_line`"),
    Column("fetched_at", "article.fetched_at", "when the page was fetched, UTC"),
    Column("extractor_version", "article.extractor_version", "version of the extractor that made the text"),
    Column("rules_version", "article.rules_version", "version of the cleaning rules that made the text"),
    Column("key", "key", "canonical address: one article, one key"),
    Column("first_seen_at", "first_seen_at", "when this archive first held it, UTC"),
    Column("changed_at", "changed_at", "when its title or text last changed since, UTC; null if never"),
    Column("withdrawn_at", "withdrawn_at", "since when it is gone from where it stood, UTC; null while it stands"),
    Column("withdrawn_how", "withdrawn_how", "how that was seen (`http 404`, `http 410` ...); null while it stands"),
    Column("version", "version", "number of the version shown here"),
    Column("versions", "versions", "how many versions the archive holds"),
    Column(
        "story",
        "story",
        "number of its story: articles that tell one text share it, a text told once has its own `id`; null where copies were not looked for",
    ),
    Column("text_hash", "text_hash", "SHA-256 of title, line feed, text"),
    Column("status", "snapshot.status", "HTTP status of the fetch that the text was read from"),
    Column("payload_sha256", "snapshot.payload_sha256", "SHA-256 of the page as it was fetched"),
    Column("encoding", "snapshot.encoding", "charset of the page, and why it was believed"),
    Column("server_ip", "snapshot.server_ip", "address of the machine that answered; null where not known"),
    Column("tls_subject", "snapshot.tls_subject", "who its TLS certificate says it is; null without TLS"),
    Column(
        "robots",
        "robots",
        "list: what headers, page and robots.txt asked of robots when it was fetched, as `noarchive`, `tdm-reservation:1`",
    ),
    Column("warc_file", "snapshot.record.file", "WARC file that holds the page; null for a saved page"),
    Column("warc_offset", "snapshot.record.offset", "byte at which its record begins"),
    Column("warc_length", "snapshot.record.length", "length of its record in bytes"),
)

NAMES = tuple(column.name for column in COLUMNS)

#: Columns that hold the article itself; without them a row says what was published, where and when.
SENTENCES = frozenset({"text", "removed"})

_OF_ARTICLE = "article."


def columns(options: Options) -> tuple[Column, ...]:
    """The columns that are wanted."""
    return tuple(column for column in COLUMNS if not (options.no_text and column.name in SENTENCES))


def stored_record(stored: "StoredArticle", wanted: tuple[Column, ...] = COLUMNS) -> Record:
    """Return a stored article by column name, in the order of COLUMNS."""
    return {column.name: _value(stored, column.path) for column in wanted}


def article_record(article: "Article") -> Record:
    """Return an article that is in no archive: those columns that it has by itself."""
    return {
        column.name: _value(article, column.path.removeprefix(_OF_ARTICLE))
        for column in COLUMNS
        if column.path.startswith(_OF_ARTICLE)
    }


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC with a "Z"; fractions of a second only where there are any.

    >>> instant(datetime(2024, 1, 5, 9, 7, tzinfo=UTC))
    '2024-01-05T09:07:00Z'
    """
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def to_json(value: object) -> str:
    """Return one line of JSON, Arabic as letters; what some readers take for a line end is escaped."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


def _value(whole: object, path: str) -> Any:
    value = reduce(lambda part, name: None if part is None else getattr(part, name), path.split("."), whole)
    match value:
        case datetime():
            return instant(value)
        case tuple():
            return [asdict(item) if is_dataclass(item) and not isinstance(item, type) else item for item in value]
        case _:
            return value
