"""Runs of furniture in a line: phrases of the table one after another, with the button words, figures and bullets between."""

from dataclasses import dataclass
from functools import cache, lru_cache

from pipelines.texts.openers import opens_paragraph
from pipelines.texts.worded_line import Word, WordedLine
from pipelines.words.phrases import Phrase, stem, table, vocabulary

#: WordedLine of the longest phrase that is looked for.
_LONGEST = 9
#: Button words that follow a phrase and belong to it ("تابعونا على | صفحتنا في فيسبوك").
_FOLLOWING = 8
#: After one of these a phrase goes on as a sentence: "شارك المقال في إثارة جدل".
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
#: A longer phrase is no part of a sentence.
_PART_WORDS = 2
_QUOTES = ("“", "«", '"', "”")
#: Small words between the button words of one phrase.
_BETWEEN = _GOES_ON | frozenset(["كل", "ليصلك", "اول", "هو", "هي", "تم", "اولا", "ما"])
#: Kinds whose label is followed by the headline of another article.
LABELS = frozenset(["related", "next_prev"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Furniture from one word up to another."""

    start: int
    end: int
    phrases: tuple[Phrase, ...]

    @property
    def longest(self) -> int:
        """WordedLine of its longest phrase that is also known to begin lines; 0 if none is."""
        return max((len(phrase.text.split()) for phrase in self.phrases if phrase.opens), default=0)

    @property
    def is_label(self) -> bool:
        """Whether its last phrase announces other articles."""
        return is_label(self.phrases[-1])


def is_label(phrase: Phrase) -> bool:
    """Whether a phrase announces other articles."""
    return phrase.kind in LABELS and phrase.text not in _TO_TURN


#: Buttons of the kind next_prev that announce nothing.
_TO_TURN = frozenset(["المقال التالي", "المقال السابق", "التالي", "السابق", "الخبر التالي", "الخبر السابق"])


@cache
def _first_words() -> frozenset[str]:
    return frozenset(text.split()[0] for text in table() if text)


def phrase_at(words: WordedLine, start: int) -> tuple[Phrase, int] | None:
    """The longest phrase that begins with a word, and the place after it."""
    if not words[start].folded or words[start].folded[0] not in _first_words():
        return None
    folded: list[str] = []
    found: tuple[Phrase, int] | None = None
    for position in range(start, len(words)):
        folded += words[position].folded
        if len(folded) > _LONGEST:
            break
        phrase = table().get(" ".join(folded))
        if phrase is not None and words[position].folded:
            found = phrase, position + 1
    return found


def run_at(words: WordedLine, start: int) -> Run | None:
    """The run of furniture that begins with a word; None if no phrase does."""
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
        follows = found[0].opens and not is_label(found[0])  # after a label comes a headline, whatever its words
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
    """The place after the button words that follow a phrase; small words count only between two of them."""
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
    """Whether a word is one of buttons and no verb of news."""
    return bool(word.folded) and all(_is_button(part) for part in word.folded)


@lru_cache(maxsize=8192)
def _is_button(folded: str) -> bool:
    return stem(folded) in vocabulary() and not opens_paragraph(folded)


def _is_small(word: Word) -> bool:
    return bool(word.folded) and all(len(part) <= 2 or part in _BETWEEN for part in word.folded)


def goes_on(words: WordedLine, run: Run) -> bool:
    """Whether the sentence goes on after a run, so that the run is a part of it."""
    if run.longest > _PART_WORDS or run.end >= len(words):
        return False
    if words[run.end - 1].ends_sentence or words[run.end - 1].is_sign or words[run.end].text.startswith(_QUOTES):
        return False
    if words[run.end - 1].text.endswith((":", "|", "»", "›")):
        return False
    following = words[run.end].folded
    return bool(following) and following[0] in _GOES_ON
