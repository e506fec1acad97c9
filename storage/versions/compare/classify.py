"""Classify the changes between two versions of an article."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal, get_args

from storage.text.folding import fold
from storage.versions.compare.align import Hunk, hunks
from storage.versions.compare.comparable import content_lines, same_text, same_title
from storage.versions.compare.names import Name, names
from storage.versions.compare.numbers import Number, numbers
from storage.versions.compare.typos import is_typo
from storage.versions.compare.words import folded, joined, plain, units

#: State of the page: online; 404 or 410; redirected to the home page; online without its article.
Status = Literal["live", "gone", "redirected_home", "emptied"]

#: Kinds of change, most severe first.
Kind = Literal[
    "withdrawn",
    "restored",
    "headline",
    "date",
    "number",
    "name_removed",
    "name_added",
    "paragraph_removed",
    "paragraph_added",
    "paragraph_moved",
    "wording",
    "typo",
    "cosmetic",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

#: Location of a change.
Place = Literal["page", "title", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an article, as far as classification needs it."""

    title: str
    #: Lines joined by "\n"; the last seen text if the page is gone.
    text: str
    #: ISO 8601 at the precision known ("2024-01-05", "2024-01-05T09:07+03:00"); None if unknown.
    published: str | None = None
    status: Status = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. `old` and `new` are words as written, never folded; None if there is no such side."""

    kind: Kind
    place: Place
    old: str | None = None
    new: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return it as a plain object."""
        return asdict(self)


def classify(old: Version, new: Version) -> tuple[Change, ...]:
    """Return every change between two versions, most severe kind first, in page order within a kind.

    Empty if they are equal; one "cosmetic" if they differ in nothing that makes a version (`same_text`, `same_title`).
    """
    if new.status != "live" or old.status != "live":
        return _status_change(old, new)
    found = [*_title_changes(old.title, new.title), *_date_change(old.published, new.published)]
    if not same_text(old.text, new.text):
        if is_emptied(old.text, new.text):
            return (Change(kind="withdrawn", place="page", old="live", new="emptied"),)
        found += _text_changes(old.text, new.text)
    if not found and old != new:
        return (Change(kind="cosmetic", place="text" if old.text != new.text else "title"),)
    return tuple(sorted(dict.fromkeys(found), key=lambda change: KINDS.index(change.kind)))


def _status_change(old: Version, new: Version) -> tuple[Change, ...]:
    if old.status == new.status:
        return ()
    kind: Kind = "restored" if new.status == "live" else "withdrawn"
    return (Change(kind=kind, place="page", old=old.status, new=new.status),)


#: Notices that newspapers put in place of a removed article.
_NOTICES = tuple(
    fold(notice)
    for notice in (
        "تم حذف", "جرى حذف", "حذف هذا", "الخبر محذوف", "المقال محذوف", "تم سحب", "سحب هذا", "هذا المحتوى غير متوفر", "المحتوى غير متاح",  # noqa: E501  a table row
        "هذا المقال غير متوفر", "هذا الخبر غير متوفر", "لم يعد متاحا", "لم يعد متوفرا", "لم تعد متاحة", "الصفحة غير موجودة", "الصفحة المطلوبة",  # noqa: E501  a table row
        "عذرا هذه الصفحة", "حدث خطأ", "page not found", "has been removed", "no longer available",
    )
)  # fmt: skip
_NOTICE_WORDS = 40


def is_emptied(old: str, new: str) -> bool:
    """Whether an article was emptied, or replaced by a notice."""
    before, after = fold(old).split(), fold(new).split()
    if not after or not before:
        return bool(before)
    short = len(after) <= _NOTICE_WORDS and 3 * len(after) < len(before)
    text = " ".join(after)
    return short and any(notice in text for notice in _NOTICES) and not any(n in " ".join(before) for n in _NOTICES)


def _date_change(old: str | None, new: str | None) -> Iterator[Change]:
    """Return a change of day or instant. A date that only became more precise, or was found for the first time, is not
    one."""
    if old is None or new is None or same_moment(old, new):
        return
    yield Change(kind="date", place="page", old=old, new=new)


def same_moment(old: str, new: str) -> bool:
    if len(old) == 10 or len(new) == 10:
        return old[:10] == new[:10] or date.fromisoformat(old[:10]) == date.fromisoformat(new[:10])
    before, after = datetime.fromisoformat(old), datetime.fromisoformat(new)
    if (before.tzinfo is None) != (after.tzinfo is None):
        before, after = before.replace(tzinfo=None), after.replace(tzinfo=None)
    if len(old) == 16 or len(new) == 16 or old[16] != ":" or new[16] != ":":
        before, after = before.replace(second=0, microsecond=0), after.replace(second=0, microsecond=0)
    return before == after


@dataclass(frozen=True)
class _Words:
    """A text as its words: plain forms to compare, written forms to show, the line of each."""

    plain: list[str]
    written: list[str]
    line: list[int]
    #: Positions of words preceded by a sign or a line break: no name crosses one.
    breaks: set[int]

    @cached_property
    def folded(self) -> list[str]:
        """The plain words with their spelling folded."""
        return folded(self.plain)

    @cached_property
    def known(self) -> frozenset[str]:
        """Every plain word."""
        return frozenset(self.plain)

    def words_between(self, start: int, stop: int) -> str | None:
        """Return the words of a stretch as written, one space between them; None for an empty stretch."""
        return " ".join(self.written[start:stop]) or None


def _words(lines: Sequence[str]) -> _Words:
    found = _Words([], [], [], set())
    for number, line in enumerate(lines):
        found.breaks.add(len(found.plain))
        for unit in units(line)[0]:
            word = plain(unit.text)
            if word:
                found.plain.append(word)
                found.written.append(unit.text)
                found.line.append(number)
            else:
                found.breaks.add(len(found.plain))
    return found


def _title_changes(old: str, new: str) -> list[Change]:
    if same_title(old, new):
        return []
    before, after = _words([old]), _words([new])
    found = list(_word_changes(before, after, hunks(before.plain, after.plain), place="title"))
    if found and all(change.kind == "typo" for change in found):
        return found
    reported = [change for change in found if change.kind not in ("wording", "typo")]
    return [Change(kind="headline", place="title", old=old, new=new), *reported]


def _text_changes(old: str, new: str) -> list[Change]:
    lines, other_lines = content_lines(old), content_lines(new)
    before, after = _words(lines), _words(other_lines)
    changed = hunks(before.plain, after.plain)
    gone = _whole_lines(before, [(start, stop) for start, stop, _, _ in changed])
    came = _whole_lines(after, [(start, stop) for _, _, start, stop in changed])
    found = _paragraphs(lines, other_lines, gone, came)
    within = [hunk for hunk in (_outside(hunk, before, after, gone, came) for hunk in changed) if hunk]
    found += _word_changes(before, after, within, place="text", everywhere=bool(gone or came))
    return found or [Change(kind="wording", place="text")]


#: A line is removed, or new, if at least this share of its words is; shorter lines than this many words count as
#: wording.
_WHOLE_SHARE = 0.7
_WHOLE_WORDS = 4


def _whole_lines(words: _Words, stretches: Sequence[tuple[int, int]]) -> set[int]:
    """Lines (nearly) all of whose words lie in changed stretches."""
    changed = Counter(words.line[place] for start, stop in stretches for place in range(start, stop))
    sizes = Counter(words.line)
    return {n for n, count in changed.items() if sizes[n] >= _WHOLE_WORDS and count >= _WHOLE_SHARE * sizes[n]}


def _paragraphs(old: Sequence[str], new: Sequence[str], gone: set[int], came: set[int]) -> list[Change]:
    """Return removed, added or moved paragraphs. A paragraph rewritten in place is not one of them."""
    texts = {fold(new[number]): number for number in sorted(came)}
    moved = {number: texts[fold(old[number])] for number in sorted(gone) if fold(old[number]) in texts}
    found = [Change(kind="paragraph_moved", place="text", old=old[a], new=new[b]) for a, b in moved.items()]
    found += [Change(kind="paragraph_removed", place="text", old=old[n]) for n in sorted(gone - set(moved))]
    found += [Change(kind="paragraph_added", place="text", new=new[n]) for n in sorted(came - set(moved.values()))]
    return found


def _outside(hunk: Hunk, before: _Words, after: _Words, gone: set[int], came: set[int]) -> Hunk | None:
    """Return the part of a hunk that belongs to no whole paragraph; None if nothing remains."""
    start, stop = _trimmed(hunk[0], hunk[1], before, gone)
    other, other_stop = _trimmed(hunk[2], hunk[3], after, came)
    return (start, stop, other, other_stop) if start < stop or other < other_stop else None


def _trimmed(start: int, stop: int, words: _Words, whole: set[int]) -> tuple[int, int]:
    kept = [place for place in range(start, stop) if words.line[place] not in whole]
    return (kept[0], kept[-1] + 1) if kept else (start, start)


def _word_changes(
    before: _Words, after: _Words, changed: Sequence[Hunk], *, place: Place, everywhere: bool = False
) -> Iterator[Change]:
    """Classify changes inside lines that stayed. `everywhere`: whole paragraphs changed too, so compare all names."""
    reported: set[Hunk] = set()
    for change, hunk in _name_changes(before, after, changed, place=place, everywhere=everywhere):
        reported.update([hunk] if hunk else [])
        yield change
    here, there = numbers(before.folded), numbers(after.folded)
    for hunk in changed:
        yield from _hunk_changes(before, after, hunk, here, there, place=place, reported=hunk in reported)


def _hunk_changes(
    before: _Words,
    after: _Words,
    hunk: Hunk,
    here: Sequence[Number],
    there: Sequence[Number],
    *,
    place: Place,
    reported: bool,
) -> Iterator[Change]:
    start, stop, other, other_stop = hunk
    gone, came = before.plain[start:stop], after.plain[other:other_stop]
    if joined(gone) == joined(came):
        return
    old, new = before.words_between(start, stop), after.words_between(other, other_stop)
    pairs = _changed_numbers(_within(here, start, stop), _within(there, other, other_stop))
    for a, b in pairs:
        yield Change(
            kind="number",
            place=place,
            old=before.words_between(a.start, a.stop),
            new=after.words_between(b.start, b.stop),
        )
    if (
        is_typo(gone, came, known=after.known)
        or _is_stutter(before, hunk)
        or _is_stutter(after, (*hunk[2:], *hunk[:2]))
    ):
        if not reported:
            yield Change(kind="typo", place=place, old=old, new=new)
    elif not reported and not (pairs and _only_numbers(hunk, pairs)):
        yield Change(kind="wording", place=place, old=old, new=new)


def _is_stutter(words: _Words, hunk: Hunk) -> bool:
    """Whether the surplus of one side is a repeated word ("في في")."""
    start, stop, other, other_stop = hunk
    words_between, size = words.plain, stop - start
    return (
        other == other_stop
        and size > 0
        and words_between[start:stop] in (words_between[stop : stop + size], words_between[start - size : start])
    )


def _only_numbers(hunk: Hunk, pairs: Sequence[tuple[Number, Number]]) -> bool:
    """Whether a hunk contains nothing but numbers."""
    old = {place for number, _ in pairs for place in range(number.start, number.stop)}
    new = {place for _, number in pairs for place in range(number.start, number.stop)}
    return old >= set(range(*hunk[:2])) and new >= set(range(*hunk[2:]))


def _within(found: Sequence[Number], start: int, stop: int) -> list[Number]:
    return [number for number in found if number.start < stop and number.stop > start]


def _changed_numbers(old: Sequence[Number], new: Sequence[Number]) -> list[tuple[Number, Number]]:
    """Return numbers replaced by others, in order, without those present on both sides."""
    common = Counter(number.value for number in old) & Counter(number.value for number in new)
    gone, came = _without(old, common.copy()), _without(new, common.copy())
    return list(zip(gone, came, strict=False))


def _without(found: Sequence[Number], common: Counter[str]) -> list[Number]:
    kept = []
    for number in found:
        if common[number.value] > 0:
            common[number.value] -= 1
        else:
            kept.append(number)
    return kept


def _name_changes(
    before: _Words, after: _Words, changed: Sequence[Hunk], *, place: Place, everywhere: bool
) -> Iterator[tuple[Change, Hunk | None]]:
    """Return names that the other version lacks, each once, with their hunk."""
    here, there = names(before.folded, before.breaks), names(after.folded, after.breaks)
    mirrored = [(other, other_stop, start, stop) for start, stop, other, other_stop in changed]
    for name, hunk in _lost(here, there, _text(after), changed, everywhere=everywhere):
        yield Change(kind="name_removed", place=place, old=before.words_between(name.start, name.stop)), hunk
    for name, hunk in _lost(there, here, _text(before), mirrored, everywhere=everywhere):
        change = Change(kind="name_added", place=place, new=after.words_between(name.start, name.stop))
        yield change, (*hunk[2:], *hunk[:2]) if hunk else None


def _lost(
    side: Sequence[Name], others: Sequence[Name], text: str, changed: Sequence[Hunk], *, everywhere: bool
) -> Iterator[tuple[Name, Hunk | None]]:
    """Names of one side that the other lacks; hunks as that side sees them."""
    seen: set[tuple[str, ...]] = set()
    for name in side:
        hunk = next((hunk for hunk in changed if name.start < hunk[1] and name.stop > hunk[0]), None)
        rivals = [other for other in others if hunk and other.start < hunk[3] and other.stop > hunk[2]]
        if name.parts not in seen and (hunk or everywhere) and not _is_held(name, rivals, text):
            seen.add(name.parts)
            yield name, hunk


def _is_held(name: Name, rivals: Sequence[Name], text: str) -> bool:
    """Whether the other version names the same person: in full, by a longer or shorter name, by the surname alone."""
    if f" {' '.join(name.parts)} " in text:
        return True
    parts = set(name.parts)
    if rivals:
        return any(parts <= set(rival.parts) or parts >= set(rival.parts) for rival in rivals)
    first, last = name.parts[0], name.parts[-1]
    return f" {last} " in text and (last.startswith("ال") or f" {first} " in text)


def _text(words: _Words) -> str:
    return " " + " ".join(words.folded) + " "
