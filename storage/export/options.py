"""What a format can be asked for beyond the articles themselves."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Wishes of the person who exports; a format names those that it understands."""

    #: For spreadsheets: byte-order mark, formulas defused.
    excel: bool = False
