"""Boilerplate in the texts of one source: learn and remove pieces that recur beyond chance and are not news formulas.

Lines and parts of short lines are learned as for pages (`pipelines.boilerplate`). In a text without line breaks, the
words that recur at its head, at its tail or between two sentences are learned.

News formulas recur too ("بعث خادم الحرمين الشريفين", "المزيد من التقدم والازدهار") but are article text. They are
recognised because they begin with a verb or particle, like a sentence, or in the middle of a sentence.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.boilerplate.learn import Observation, RecurringBlock, learn
from pipelines.boilerplate.recurring import strip_lines
from pipelines.html.dom import SENTENCE_END
from pipelines.texts.flattened import FLAT_WORDS, Stripped
from pipelines.texts.openers import LEADS, opens_sentence
from pipelines.texts.worded_line import WordedLine
from pipelines.words.normal import normal
from pipelines.words.phrases import familiar
from storage.model.article import Removed

#: Minimum number of texts for automatic learning, and for learning on request.
ENOUGH_TEXTS = 50
LEAST_TEXTS = 8
#: A sentence or long line is learned only if it occurs in this share of a source's texts.
_SENTENCE_SHARE = 0.6
_SENTENCE_WORDS = 6
_BUTTON_WORDS = 0.5
#: Minimum share of flattened texts in which words recur: between two sentences, and at the head or tail.
_INSIDE_SHARE = 0.5
_EDGE_SHARE = 1 / 3
#: Number of words of the shortest sequence and of the longest piece.
_SEQUENCE = 3
_PIECE_WORDS = 60
#: Minimum share of a piece's occurrences that are at the beginning or after a sentence.
_BEGINS = 0.8


@dataclass(frozen=True, slots=True)
class Recurring:
    """Boilerplate learned for one source."""

    #: Keys of recurring marks, see `pipelines.boilerplate.recurring`.
    lines: frozenset[str] = frozenset()
    #: Folded pieces of flattened texts.
    pieces: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.lines or self.pieces)


NOTHING = Recurring()


def learn_texts(texts: Sequence[Observation]) -> Recurring:
    """Learn from cleaned texts of one source. `Observation.lines` are the lines of one text."""
    lined = [one for one in texts if not is_flat(one.lines)]
    flat = [one.lines for one in texts if is_flat(one.lines)]
    lines: frozenset[str] = frozenset()
    if len(lined) >= LEAST_TEXTS:
        learned = learn(lined)
        lines = frozenset(block.key for block in learned.blocks if not _is_formula(block, learned.articles))
    pieces = frozenset(_pieces(flat)) if len(flat) >= LEAST_TEXTS else frozenset()
    return Recurring(lines=lines, pieces=pieces)


def is_flat(lines: Sequence[str]) -> bool:
    """Whether a text has no line breaks."""
    return len(lines) == 1 and len(lines[0].split()) >= FLAT_WORDS


def _is_formula(block: RecurringBlock, articles: int) -> bool:
    words = normal(block.example).split()
    if not words or familiar(block.example) >= _BUTTON_WORDS:
        return False
    if opens_sentence(words[0]):
        return True
    is_sentence = len(words) >= _SENTENCE_WORDS and bool(SENTENCE_END.search(block.example[-4:]))
    return is_sentence and block.articles / articles < _SENTENCE_SHARE


def _pieces(texts: Sequence[Sequence[str]]) -> Iterator[str]:
    """Return the pieces that recur in flattened texts."""
    lines = [WordedLine(text[0]) for text in texts]
    often: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        often.update(set(_sequences(_flat(line))))
    found: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    edges: Counter[str] = Counter()
    for line in lines:
        for start, end in _runs(line, often, least=_EDGE_SHARE * len(lines)):
            piece = " ".join(word for at in range(start, end) for word in line.folded[at])
            found[piece] += 1
            begins[piece] += line.begins_piece(start)
            edges[piece] += start == 0 or end == len(line)
    for piece, number in found.items():
        at_edge = edges[piece] >= _BEGINS * number
        share = _EDGE_SHARE if at_edge else _INSIDE_SHARE
        if number >= max(3, share * len(lines)) and begins[piece] >= _BEGINS * number and not _opens(piece):
            yield piece


def _opens(piece: str) -> bool:
    return opens_sentence(piece.split()[0]) and familiar(piece) < _BUTTON_WORDS


def _flat(line: WordedLine) -> list[str]:
    return [word for folded in line.folded for word in folded]


def _sequences(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield from (tuple(words[at : at + _SEQUENCE]) for at in range(len(words) - _SEQUENCE + 1))


def _runs(line: WordedLine, often: Counter[tuple[str, ...]], *, least: float) -> Iterator[tuple[int, int]]:
    """Return the (start, end) word ranges of a line that are made of recurring sequences."""
    places = [at for at, folded in enumerate(line.folded) for _ in folded]
    sequences = list(_sequences(_flat(line)))
    at = 0
    while at < len(sequences):
        if often[sequences[at]] < least:
            at += 1
            continue
        end = at
        while end + 1 < len(sequences) and often[sequences[end + 1]] >= least:
            end += 1
        first, last = places[at], places[end + _SEQUENCE - 1] + 1
        lead = next((place for place in range(first + 1, last) if LEADS.intersection(line[place].folded)), last)
        if lead - first <= _PIECE_WORDS:
            yield first, lead
        at = end + _SEQUENCE


def strip_recurring(lines: Sequence[str], learned: Recurring) -> tuple[list[str], list[Removed]]:
    """Remove learned boilerplate from lines; `after_line` counts the remaining lines."""
    if is_flat(lines) and learned.pieces:
        stripped = _strip_pieces(lines[0], learned.pieces)
        kept = [stripped.line] if stripped.line else []
        return kept, [Removed(rule=rule, text=text, after_line=len(kept)) for rule, text in stripped.removed]
    return strip_lines(lines, learned.lines)


def _strip_pieces(line: str, pieces: Iterable[str]) -> Stripped:
    words = WordedLine(line)
    first = {piece.split()[0] for piece in pieces}
    known = frozenset(pieces)
    cuts: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        end = _piece_end(words, at, known) if words[at].folded and words[at].folded[0] in first else None
        if end is not None:
            cuts.append((at, end))
        at = end or at + 1
    if not cuts:
        return Stripped(line)
    kept, position = [], 0
    for start, end in cuts:
        kept.append(words.text(position, start))
        position = end
    kept.append(words.text(position, len(words)))
    removed = tuple(("learned", words.text(start, end)) for start, end in cuts)
    return Stripped(" ".join(part for part in kept if part), removed, at_head=cuts[0][0] == 0)


def _piece_end(words: WordedLine, start: int, pieces: frozenset[str]) -> int | None:
    """Return the position after the longest piece that begins at a word."""
    folded: list[str] = []
    found = None
    for at in range(start, min(start + _PIECE_WORDS, len(words))):
        folded += words[at].folded
        if words[at].folded and " ".join(folded) in pieces:
            found = at + 1
    return found
