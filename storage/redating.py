"""Redating: a date that a newspaper changed under the same words, as the fetch that found it remembers it.

A version is a distinct text, so another date makes none (docs/decisions/0010): the row of the fetch says it instead.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Redating:
    """A change of date. Both in ISO 8601 at the precision known."""

    old: str
    new: str

    @property
    def reason(self) -> str:
        """As `snapshot.reason` says it."""
        return f"date {self.old} {self.new}"


def redating_of(reason: str | None) -> Redating | None:
    """What a fetch's reason says of a date; None: nothing."""
    parts = (reason or "").split(" ")
    return Redating(old=parts[1], new=parts[2]) if len(parts) == 3 and parts[0] == "date" else None
