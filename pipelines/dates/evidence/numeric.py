"""Which of 3/4/2024 is the month: Arabic and most other pages write the day first, American ones the month."""

import re
from typing import Literal

from lxml.html import HtmlElement

#: "unclear": English of no stated country, where either is common.
NumericOrder = Literal["day first", "month first", "unclear"]

_ARABIC = re.compile("[\u0620-\u064a]")
_SLASHED = re.compile(r"(?<![\d/])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4})(?![\d/])")


def numeric_order(tree: HtmlElement) -> NumericOrder:
    """Return the order of numbers on a page, by its language; an Arabic title outweighs a template's lang="en-US"."""
    title = next((element.text for element in tree.iter("title") if element.text), "")
    if _ARABIC.search(title):
        return "day first"
    language = (tree.get("lang") or "").lower().replace("_", "-")
    if language.startswith("en-us"):
        return "month first"
    return "unclear" if language == "en" else "day first"


def in_day_first_order(text: str, order: NumericOrder) -> str | None:
    """Return the text with its numeric day before the month; None where it cannot be told which is which.

    >>> in_day_first_order("03/01/2017", "month first"), in_day_first_order("03/01/2017", "unclear")
    ('01/03/2017', None)
    """
    found = _SLASHED.search(text)
    if found is None or order == "day first" or found["first"] == found["second"]:
        return text
    if int(found["first"]) > 12 or int(found["second"]) > 12:
        return text  # only one reading is a date
    if order == "unclear":
        return None
    swapped = f"{found['second']}/{found['first']}/{found['year']}"
    return text[: found.start()] + swapped + text[found.end() :]
