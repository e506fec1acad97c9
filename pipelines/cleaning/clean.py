"""Clean the lines of an article: apply `RULES` until none finds anything, and keep what they took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.cleaning.rules import RULES, Passage, Rule
from pipelines.html.dom import squeeze
from storage.model.article import Removed

#: Version of the rules, written into every article and version row; raise it when a rule changes what it removes.
RULES_VERSION = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Lines that stay, and what was removed from among them."""

    lines: tuple[str, ...]
    #: Which of the lines given stayed, by position.
    kept: tuple[int, ...] = ()
    removed: tuple[Removed, ...] = ()


def clean(lines: Sequence[str], *, title: str = "", rules: Mapping[str, Rule] = RULES) -> Cleaned:
    """Remove what is not the article's; cleaning what was cleaned changes nothing."""
    #: Every line with the rule that took it, in page order, so that the places can be told at the end.
    marks: list[tuple[str, str | None]] = [(squeeze(line), None) for line in lines]
    changed = True
    while changed:
        changed = False
        kept, passage = _left(marks, title)
        for name, rule in rules.items():
            found = set(rule(passage))
            for position in found:
                marks[kept[position]] = (marks[kept[position]][0], name)
            if found:
                changed = True
                kept, passage = _left(marks, title)
    stayed = tuple(position for position, (line, taken) in enumerate(marks) if taken is None and line)
    return Cleaned(lines=tuple(marks[position][0] for position in stayed), kept=stayed, removed=_places(marks))


def _left(marks: Sequence[tuple[str, str | None]], title: str) -> tuple[list[int], Passage]:
    """The lines that no rule took yet: their positions, and the passage that they make."""
    kept = [position for position, (line, taken) in enumerate(marks) if taken is None and line]
    return kept, Passage([marks[position][0] for position in kept], title)


def _places(marks: Sequence[tuple[str, str | None]]) -> tuple[Removed, ...]:
    removed, before = [], 0
    for line, taken in marks:
        if taken is None:
            before += bool(line)
        else:
            removed.append(Removed(rule=taken, text=line, after_line=before))
    return tuple(removed)
