"""Versions of an article: equality, changes and their classification. `compare/` is pure."""

from storage.versions.compare.classify import KINDS, Change, Kind, Status, Version, classify, is_emptied, same_moment
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
    "classify",
    "content_hash",
    "is_emptied",
    "same_moment",
    "same_text",
    "same_title",
    "word_diff",
    "word_parts",
]
