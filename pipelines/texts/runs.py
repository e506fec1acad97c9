"""Runs of furniture in a line: consecutive known phrases, with the button words, digits and bullets between them."""

from dataclasses import dataclass
from functools import cache, lru_cache

from pipelines.texts.openers import opens_paragraph
from pipelines.texts.worded_line import Word, WordedLine
from pipelines.words.phrases import Phrase, stem, table, vocabulary

#: Maximum number of words of a phrase that is searched for.
_LONGEST = 9
#: Maximum number of button words after a phrase that belong to it ("تابعونا على | صفحتنا في فيسبوك").
_FOLLOWING = 8
#: A phrase followed by one of these is part of a sentence: "شارك المقال في إثارة جدل".
_GOES_ON = frozenset(
    [
        "في",
        "علي",
        "من",
        "الي",
        "عن",
        "مع",
        "الذي",
        "التي",
        "الذين",
        "ان",
        "بان",
        "لان",
        "بعد",
        "قبل",
        "بين",
        "عبر",
        "ضد",
        "حول",
        "لدي",
        "او",
        "ثم",
        "ب",
        "ل",
        "كما",
        "حيث",
        "منذ",
        "حتي",
        "بين",
        "هذا",
        "هذه",
    ]
)
#: Longer phrases are never part of a sentence.
_PART_WORDS = 2
_QUOTES = ("“", "«", '"', "”")
#: Maximum number of function words between the button words of a phrase.
_BETWEEN = _GOES_ON | frozenset(["كل", "ليصلك", "اول", "هو", "هي", "تم", "اولا", "ما"])
#: Kinds of phrase that are followed by the headline of another article.
LABELS = frozenset(["related", "next_prev"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A range of words that is furniture."""

    start: int
    end: int
    phrases: tuple[Phrase, ...]

    @property
    def longest(self) -> int:
        """Number of words of its longest phrase that may begin a line; 0 if there is none."""
        return max((len(phrase.text.split()) for phrase in self.phrases if phrase.opens), default=0)

    @property
    def is_label(self) -> bool:
        """Whether its last phrase introduces other articles."""
        return is_label(self.phrases[-1])


def is_label(phrase: Phrase) -> bool:
    """Whether a phrase introduces other articles."""
    return phrase.kind in LABELS and phrase.text not in _TO_TURN


#: Buttons of the kind next_prev that introduce nothing.
_TO_TURN = frozenset(["المقال التالي", "المقال السابق", "التالي", "السابق", "الخبر التالي", "الخبر السابق"])


@cache
def _first_words() -> frozenset[str]:
    return frozenset(text.split()[0] for text in table() if text)


@cache
def _beginnings() -> frozenset[str]:
    """The first words of each phrase, and all of them, up to the longest phrase that is searched for."""
    phrases = [text.split() for text in table()]
    return frozenset(" ".join(words[:count]) for words in phrases for count in range(1, min(len(words), _LONGEST) + 1))


def phrase_at(words: WordedLine, start: int) -> tuple[Phrase, int] | None:
    """Return the longest phrase that begins at a word, and the position after it."""
    first = words.folded[start]
    if not first or first[0] not in _first_words():
        return None
    text = ""
    found: tuple[Phrase, int] | None = None
    for position in range(start, len(words)):
        if not words.folded[position]:
            continue
        text = " ".join([text, *words.folded[position]]) if text else " ".join(words.folded[position])
        if text not in _beginnings():
            break
        phrase = table().get(text)
        if phrase is not None:
            found = phrase, position + 1
    return found


def possible_starts(words: WordedLine) -> list[int]:
    """The words that a run may begin with, in order: first words of phrases, the signs and digits before them."""
    starts: list[int] = []
    first_words = _first_words()
    for at in [at for at, parts in enumerate(words.folded) if parts and parts[0] in first_words]:
        first = at
        while first > 0 and (words[first - 1].is_sign or words.texts[first - 1].isdigit()):
            first -= 1
        starts += range(max(first, starts[-1] + 1 if starts else 0), at + 1)
    return starts


def run_at(words: WordedLine, start: int) -> Run | None:
    """Return the run of furniture that begins at a word; None if no phrase begins there."""
    position, phrases = start, []
    while position < len(words):
        found = phrase_at(words, position)
        if found is None:
            skipped = _skip(words, position)
            if skipped == position or skipped >= len(words) or phrase_at(words, skipped) is None:
                break
            position = skipped
            continue
        phrases.append(found[0])
        follows = found[0].opens and not is_label(found[0])  # any words after a label are a headline
        position = _with_following(words, found[1]) if follows else found[1]
    if not phrases:
        return None
    while position < len(words) and (words[position].is_sign or words[position].text.isdigit()):
        position += 1
    return Run(start=start, end=position, phrases=tuple(phrases))


def _skip(words: WordedLine, position: int) -> int:
    while position < len(words) and (words[position].is_sign or words[position].text.isdigit()):
        position += 1
    return position


def _with_following(words: WordedLine, position: int) -> int:
    """Return the position after the button words that follow a phrase, with function words between them."""
    end = position
    if position and words[position - 1].text.endswith((":", ".", "：")):
        return end
    for at in range(position, min(position + _FOLLOWING, len(words))):
        word = words[at]
        if phrase_at(words, at) is not None and end == at:
            break
        if is_button(word):
            end = at + 1
        elif not _is_small(word):
            break
        if word.ends_sentence:
            break
    return end


def is_button(word: Word) -> bool:
    """Whether a word is button vocabulary and not a news verb."""
    return bool(word.folded) and all(_is_button(part) for part in word.folded)


@lru_cache(maxsize=8192)
def _is_button(folded: str) -> bool:
    return stem(folded) in vocabulary() and not opens_paragraph(folded)


def _is_small(word: Word) -> bool:
    return bool(word.folded) and all(len(part) <= 2 or part in _BETWEEN for part in word.folded)


def goes_on(words: WordedLine, run: Run) -> bool:
    """Whether a sentence continues after a run, so that the run is part of the sentence."""
    if run.longest > _PART_WORDS or run.end >= len(words):
        return False
    if words[run.end - 1].ends_sentence or words[run.end - 1].is_sign or words[run.end].text.startswith(_QUOTES):
        return False
    if words[run.end - 1].text.endswith((":", "|", "»", "›")):
        return False
    following = words[run.end].folded
    return bool(following) and following[0] in _GOES_ON
