"""Clean the lines of an article: apply `RULES` until none matches, and collect what they remove."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.cleaning.rules import RULES, Passage, Rule
from pipelines.html.dom import squeeze
from storage.model.article import Removed

#: Version of the rules, written into every article and version row; raise it when a rule changes what it removes.
RULES_VERSION = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The remaining lines, and the removed ones."""

    lines: tuple[str, ...]
    #: Positions of the remaining lines among the given ones.
    kept: tuple[int, ...] = ()
    removed: tuple[Removed, ...] = ()


def clean(lines: Sequence[str], *, title: str = "", rules: Mapping[str, Rule] = RULES) -> Cleaned:
    """Remove lines that are not part of the article. Idempotent."""
    #: Each line with the rule that removed it, in page order; needed to compute `after_line` at the end.
    marks: list[tuple[str, str | None]] = [(squeeze(line), None) for line in lines]
    changed = True
    while changed:
        changed = False
        kept, passage = _remaining(marks, title)
        for name, rule in rules.items():
            found = set(rule(passage))
            for position in found:
                marks[kept[position]] = (marks[kept[position]][0], name)
            if found:
                changed = True
                kept, passage = _remaining(marks, title)
    stayed = tuple(position for position, (line, taken) in enumerate(marks) if taken is None and line)
    return Cleaned(lines=tuple(marks[position][0] for position in stayed), kept=stayed, removed=_places(marks))


def _remaining(marks: Sequence[tuple[str, str | None]], title: str) -> tuple[list[int], Passage]:
    """Return the positions of the remaining lines, and a passage of them."""
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
