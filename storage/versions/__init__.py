"""Versions of an article: equality, changes and their classification. `compare/` is pure."""

from typing import TYPE_CHECKING

from storage.on_demand import on_demand

if TYPE_CHECKING:
    from storage.versions import changes, history
    from storage.versions.compare.classify import (
        KINDS,
        Change,
        Kind,
        Status,
        Version,
        classify,
        is_emptied,
        same_moment,
    )
    from storage.versions.compare.comparable import content_hash, same_text, same_title
    from storage.versions.compare.diff import Span, apply, as_json, word_diff, word_parts

__all__ = [
    "KINDS",
    "Change",
    "Kind",
    "Span",
    "Status",
    "Version",
    "apply",
    "as_json",
    "changes",
    "classify",
    "content_hash",
    "history",
    "is_emptied",
    "same_moment",
    "same_text",
    "same_title",
    "word_diff",
    "word_parts",
]

_PLACES = {
    "compare.classify": "KINDS Change Kind Status Version classify is_emptied same_moment",
    "compare.comparable": "content_hash same_text same_title",
    "compare.diff": "Span apply as_json word_diff word_parts",
}

__getattr__ = on_demand(
    __name__,
    {name: f"{module}:{name}" for module, names in _PLACES.items() for name in names.split()}
    | {"changes": "changes", "history": "history"},
)
