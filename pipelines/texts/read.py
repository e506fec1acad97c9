"""read_text: scraped text -> title, clean text, removed pieces, and the evidence found. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.cleaning.clean import clean
from pipelines.texts.dateline import Dateline, take_dateline
from pipelines.texts.entities import one_line, resolve
from pipelines.texts.flattened import FLAT_WORDS, Stripped, strip_furniture
from pipelines.texts.furniture import TEXT_RULES
from pipelines.texts.glued import add_missing_spaces
from pipelines.texts.headline import first_line_title, flattened_title, without_title
from pipelines.texts.recurring import NOTHING, Recurring, strip_recurring
from pipelines.texts.tails import strip_tail
from pipelines.words.persons import could_be_name, split_clear_persons
from storage.model.article import Credit, Removed

#: Version of these rules, written into the articles of an import; raise it when a rule changes what it removes.
TEXT_RULES_VERSION = "t2"
#: Minimum number of words of a line whose ends are searched for furniture.
_LONG_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenText:
    """A text and its headline, as given."""

    text: str
    title: str = ""
    #: Folded newspaper names that occur in the source's datelines.
    outlets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """A cleaned text: one paragraph per line."""

    title: str
    text: str
    removed: tuple[Removed, ...] = ()
    dateline: Dateline | None = None
    #: Authors named in the dateline or a byline.
    authors: tuple[str, ...] = ()
    agencies: tuple[Credit, ...] = ()

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n") if self.text else []


def read_text(given: GivenText, learned: Recurring = NOTHING) -> ReadText:
    """Clean a text. Idempotent."""
    read = _read_by_rules(given)
    return without_learned(read, learned) if learned else read


def _read_by_rules(given: GivenText) -> ReadText:
    lines = [line for line in add_missing_spaces(resolve(given.text)).split("\n") if line.strip()]
    work = _Work(title=one_line(given.title), lines=lines)
    work.strip_ends()
    work.apply_rules()
    cleaned = (work.title, *work.lines)
    work.find_title()
    work.strip_title()
    work.take_dateline(given.outlets)
    if (work.title, *work.lines) != cleaned:
        work.apply_rules()
    return work.result()


def without_learned(read: ReadText, learned: Recurring) -> ReadText:
    """Remove from a text that was read by rules alone what recurs in its source."""
    lines, removed = strip_recurring(read.lines, learned)
    if not removed:
        return read
    work = _Work(title=read.title, lines=lines)
    work.removed = [*read.removed, *removed]
    work.dateline, work.authors = read.dateline, list(read.authors)
    work.apply_rules()
    return work.result()


class _Work:
    """The remaining lines and the removed pieces, in the order of removal."""

    def __init__(self, *, title: str, lines: list[str]) -> None:
        self.title = title
        self.lines = lines
        self.removed: list[Removed] = []
        self.dateline: Dateline | None = None
        self.authors: list[str] = []
        #: Whether furniture was removed from the very beginning, so that a headline may follow.
        self.opened = False

    def strip_ends(self) -> None:
        """Remove furniture at the ends of the first and last line, and between the sentences of a flattened text."""
        for position in dict.fromkeys((0, len(self.lines) - 1)) if self.lines else ():
            line = self.lines[position]
            first, last = position == 0, position == len(self.lines) - 1
            flat = first and last and len(line.split()) >= FLAT_WORDS
            tail = strip_tail(line, whole=not first) if last else None
            rest = tail.line if tail else line
            is_long = len(rest.split()) >= _LONG_WORDS
            stripped = strip_furniture(rest, first=first, last=last, inside=flat) if is_long else Stripped(rest)
            again = strip_tail(stripped.line) if last and stripped.removed else None
            self.lines[position] = again.line if again else stripped.line
            self.opened = self.opened or (first and stripped.at_head)
            taken = (*stripped.removed, *(again.removed if again else ()), *(tail.removed if tail else ()))
            for number, (rule, text) in enumerate(taken):
                self._take(rule, text, position if number == 0 and stripped.at_head else position + 1)
        self.lines = [line for line in self.lines if line]

    def apply_rules(self) -> None:
        """Apply the line rules. Authors are read from signature lines before those are removed."""
        before = self.lines
        cleaned = clean(before, title=self.title, rules=TEXT_RULES)
        self.opened = self.opened or any(piece.after_line == 0 for piece in cleaned.removed)
        for piece in cleaned.removed:
            at_head = piece.rule in ("dateline", "signature", "author") and (piece.after_line or 0) <= 1
            if at_head or (piece.rule == "signature" and piece.after_line == len(cleaned.lines)):
                self._read_signature(piece.text)
            self.removed.append(piece)
        self.lines = list(cleaned.lines)

    def _read_signature(self, text: str) -> None:
        if _PHOTOGRAPHER.search(text):
            return
        found, _ = take_dateline(text, alone=True)
        if found is not None and self.dateline is None:
            self.dateline = found
        elif found is None:
            self.authors += byline_names(text)

    def find_title(self) -> None:
        """If no headline was given, use the first line if it reads like one."""
        if self.title or not self.lines:
            return
        found = first_line_title(self.lines)
        if found is not None:
            self.title, self.lines = found, self.lines[1:]
        elif self.opened and len(self.lines) == 1:
            self.title, self.lines[0] = flattened_title(self.lines[0])

    def strip_title(self) -> None:
        """Remove a repeated headline at the beginning of a flattened text."""
        if not self.title or not self.lines:
            return
        rest = without_title(self.lines[0], self.title)
        if rest is not None:
            self._take("headline", self.lines[0][: len(self.lines[0]) - len(rest)].strip(), 0)
            self.lines[0] = rest

    def take_dateline(self, outlets: frozenset[str]) -> None:
        if not self.lines or self.dateline is not None:
            return
        found, rest = take_dateline(self.lines[0], alone=len(self.lines) > 1, outlets=outlets)
        if found is not None:
            self.dateline = found
            self._take("dateline", found.text, 0)
            self.lines[:1] = [rest] if rest else []

    def _take(self, rule: str, text: str, after_line: int) -> None:
        if text:
            self.removed.append(Removed(rule=rule, text=text, after_line=after_line))

    def result(self) -> ReadText:
        authors = (*(self.dateline.authors if self.dateline else ()), *self.authors)
        return ReadText(
            title=self.title,
            text="\n".join(self.lines),
            removed=tuple(self.removed),
            dateline=self.dateline,
            authors=tuple(dict.fromkeys(authors)),
            agencies=self.dateline.agencies if self.dateline else (),
        )


_BYLINE = re.compile(
    r"^\W*(?:كتب(?:ت|ه|ها)?|بقلم|تحرير|إعداد|اعداد|الكاتب(?:ة)?|by|written by)\b[\s:：،,\-–—/|]*(.+)$", re.IGNORECASE
)
#: "(عدسة/ أحمد المغلوث)": who took the pictures did not write the text.
_PHOTOGRAPHER = re.compile(r"عدس[ةه]|تصوير|photo", re.IGNORECASE)
_NAMES = re.compile(r"\s*[،,/|&]\s*|\s+[-–—]\s+")


def byline_names(text: str) -> Sequence[str]:
    """Return the names in a byline ("بقلم: محمد علي"); none if it contains anything else."""
    found = _BYLINE.match(text.strip())
    if found is None:
        return ()
    parts = [name.strip(" .:") for name in _NAMES.split(found[1]) if name.strip(" .:")]
    names = [name for part in parts for name in split_clear_persons(part)]
    return names if all(could_be_name(name) and 2 <= len(name.split()) <= 5 for name in names) else ()
