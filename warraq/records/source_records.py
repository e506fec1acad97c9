"""Newspapers as plain values."""

from typing import TYPE_CHECKING

from storage.export.columns import instant

if TYPE_CHECKING:
    from storage.statistics.source_summaries import SourceSummary


def source_record(source: "SourceSummary") -> dict[str, object]:
    """Return the data of a newspaper, and its counts in the archive."""
    return {
        "key": source.key,
        "name_ar": source.name_ar,
        "name_en": source.name_en,
        "country": source.country,
        "timezone": source.timezone,
        "home": source.home,
        "articles": source.articles,
        "newest_at": instant(source.newest_at) if source.newest_at else None,
    }
