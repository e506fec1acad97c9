"""The fields of an article by the names that others give them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from storage.errors import WarraqError

#: Field of ours -> names that others give it, in the order in which they are believed. Compared without case, "_" and
#: "-".
NAMES: dict[str, tuple[str, ...]] = {
    "url": ("url", "link", "source_url", "canonical_url", "href"),
    "title": ("title", "headline", "head_line", "heading", "article_title"),
    "text": (
        "text", "maintext", "main_text", "body", "article_body", "articleBody", "content", "article", "article_text",
        "full_text", "story",
    ),
    "authors": ("authors", "author", "byline", "writer"),
    "published": (
        "published", "date_publish", "date_published", "publish_date", "published_at", "datePublished", "pub_date",
        "pubDate", "publication_date", "published_date", "date",
    ),
    "modified": ("modified", "date_modify", "date_modified", "dateModified", "updated"),
    "section": ("section", "category", "articleSection"),
    "tags": ("tags", "keywords"),
    "image": ("image", "image_url", "top_image"),
    "language": ("language", "lang"),
    "fetched_at": (
        "fetched_at", "date_download", "download_date", "crawled_at", "retrieved_at", "date_extracted", "extracted_at",
        "scraped_at", "date_scraped", "crawl_date",
    ),
    "source": ("source", "newspaper", "publisher", "source_name", "outlet", "site", "domain"),
}  # fmt: skip
#: Fields that `--map` can name.
MAPPED = ("text", "title", "url", "authors", "published", "source")


class BadMapError(WarraqError):
    """The words of `--map` cannot be understood."""

    exit_code = 2


def _folded_name(name: str) -> str:
    return name.strip().strip("\ufeff").lower().replace("_", "").replace("-", "").replace(" ", "")


_KNOWN = {_folded_name(other) for names in NAMES.values() for other in names}


def is_known(name: str) -> bool:
    """Whether a column's name is one of those that articles have."""
    return _folded_name(name) in _KNOWN


def parse_map(words: Sequence[str]) -> dict[str, str]:
    """Our field -> the file's, from "text=content,title=head". Raises BadMapError."""
    found: dict[str, str] = {}
    for pair in (pair for one in words for pair in one.split(",") if pair.strip()):
        ours, sign, theirs = (part.strip() for part in pair.partition("="))
        if not sign or not theirs or ours not in MAPPED:
            raise BadMapError(f"--map {pair.strip()}: write FIELD=NAME; FIELD is one of {', '.join(MAPPED)}")
        found[ours] = theirs
    return found


def find_fields(names: Sequence[str], mapped: Mapping[str, str]) -> dict[str, str]:
    """Our field -> the name under which a record has it."""
    return _known_fields(tuple(names)) | {ours: theirs for ours, theirs in mapped.items() if theirs in names}


@lru_cache(maxsize=256)  # the records of a file have the same names
def _known_fields(names: tuple[str, ...]) -> dict[str, str]:
    plain = {_folded_name(name): name for name in reversed(names)}
    return {
        field: next(plain[_folded_name(other)] for other in others if _folded_name(other) in plain)
        for field, others in NAMES.items()
        if any(_folded_name(other) in plain for other in others)
    }


def field_value(values: Mapping[str, object], fields: Mapping[str, str], field: str) -> object:
    """Return the value of one of our fields; None if the record has none."""
    return values.get(fields[field]) if field in fields else None
