"""Full-text search of the archive, the same on SQLite and PostgreSQL. Entry point: `engines.search_engine`."""

from typing import TYPE_CHECKING

from storage.on_demand import on_demand

if TYPE_CHECKING:
    from storage.search import cards, explain, facet_counts, marking_words

__all__ = ["cards", "explain", "facet_counts", "marking_words"]

__getattr__ = on_demand(__name__, {name: name for name in __all__})
