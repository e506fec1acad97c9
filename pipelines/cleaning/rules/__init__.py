"""Cleaning rules for lines of text. To add one: a function `Passage -> positions to remove`, and a line in `RULES`."""

from collections.abc import Callable, Iterable

from pipelines.cleaning.rules.ends import (
    author_lines,
    copyright_notes,
    dangling_labels,
    end_marks,
    ornaments,
    web_addresses,
)
from pipelines.cleaning.rules.heads import datelines, headline_repeats, signatures
from pipelines.cleaning.rules.passage import Passage
from pipelines.cleaning.rules.widgets import credits, interface, phrases, reading_time

Rule = Callable[[Passage], Iterable[int]]

#: Name -> rule, in the order they are applied.
RULES: dict[str, Rule] = {
    "headline": headline_repeats,
    "dateline": datelines,
    "signature": signatures,
    "reading-time": reading_time,
    "phrase": phrases,
    "interface": interface,
    "credit": credits,
    "author": author_lines,
    "copyright": copyright_notes,
    "dangling": dangling_labels,
    "end-mark": end_marks,
    "ornament": ornaments,
    "web-address": web_addresses,
}

__all__ = ["RULES", "Passage", "Rule"]
