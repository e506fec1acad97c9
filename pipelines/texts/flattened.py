"""Page furniture inside a line: in a text without line breaks, or a share line joined to the lead.

Only the words show where a button ends and the article begins, so each position requires its own evidence:

    head    a known phrase that is not the start of a sentence
    tail    known phrases after the last sentence; a label of related articles with its headlines
    inside  after a sentence, as for the head; elsewhere only a phrase of four words
"""

from bisect import bisect_left
from dataclasses import dataclass

from pipelines.texts.openers import opens_paragraph
from pipelines.texts.runs import Run, goes_on, possible_starts, run_at
from pipelines.texts.worded_line import WordedLine, worded

#: Minimum number of words of a line whose inside is searched for furniture.
FLAT_WORDS = 40
#: Number of words at the end of a line in which trailing furniture may begin.
_TAIL_WORDS = 60
#: Minimum number of words of a phrase that is furniture at any position.
_SURE_WORDS = 4
#: Minimum and maximum number of words of a related headline, and maximum number of headlines at the end of a text.
_HEADLINE_WORDS = (3, 18)
_HEADLINES_WORDS = 60
#: Number of words removed if the end of a headline inside a text is not visible: half of the headlines of 11
#: newspapers have 8 to 11 words, and removing too little is better than removing article text.
_USUAL_HEADLINE_WORDS = 8


@dataclass(frozen=True, slots=True)
class Stripped:
    """A line without its furniture, and the removed pieces in order."""

    line: str
    #: (rule, removed words).
    removed: tuple[tuple[str, str], ...] = ()
    #: Whether the first piece was removed from the start of the line.
    at_head: bool = False


def strip_furniture(line: str, *, first: bool = True, last: bool = True, inside: bool = True) -> Stripped:
    """Remove furniture from a line.

    Args:
        first: whether it is the first line of a text; in other lines, only furniture after a sentence is removed.
        last: whether it is the last line.
        inside: whether to search between sentences, because the text has no line breaks.
    """
    words = worded(line)
    cuts = _cuts(words, first=first, last=last, inside=inside)
    if not cuts:
        return Stripped(line)
    kept, removed, position = [], [], 0
    for start, end, rule in cuts:
        kept.append(words.text(position, start))
        removed.append((rule, words.text(start, end)))
        position = end
    kept.append(words.text(position, len(words)))
    return Stripped(" ".join(part for part in kept if part), tuple(removed), at_head=cuts[0][0] == 0)


def _cuts(words: WordedLine, *, first: bool, last: bool, inside: bool) -> list[tuple[int, int, str]]:
    cuts: list[tuple[int, int, str]] = []
    position, at_head = 0, first
    starts = possible_starts(words)
    while position < len(words):
        if not (at_head or inside):  # between sentences, lines of a text with line breaks are not searched
            position = max(position, len(words) - _TAIL_WORDS)
        if not at_head:
            following = bisect_left(starts, position)
            if following == len(starts):
                break
            position = starts[following]
        run = run_at(words, _signs_after(words, position) if at_head else position)
        if run is None or not _is_furniture(words, run, at_head=at_head, last=last, inside=inside):
            position, at_head = position + 1, False
            continue
        start = position if at_head else _signs_before(words, run.start)
        end = _headline_end(words, run, last=last) if run.is_label else run.end
        rule = "phrase" if end == run.end else "related-headline"
        cuts.append((start, end, rule))
        position = end
    return cuts


def _signs_after(words: WordedLine, position: int) -> int:
    while position < len(words) - 1 and words[position].is_sign:
        position += 1
    return position


def _signs_before(words: WordedLine, position: int) -> int:
    while position > 0 and words[position - 1].is_sign:
        position -= 1
    return position


def _is_furniture(words: WordedLine, run: Run, *, at_head: bool, last: bool, inside: bool) -> bool:
    to_end = run.end >= len(words)
    begins = at_head or words.begins_piece(run.start)
    if to_end:
        return last and (begins or run.longest >= 2) and run.start > 0
    if goes_on(words, run):
        return False
    if not (at_head or inside):  # a label and headlines up to the end
        return begins and last and run.is_label and _headline_end(words, run, last=last) == len(words)
    if begins:
        return run.longest >= 2
    return run.longest >= _SURE_WORDS


def _headline_end(words: WordedLine, run: Run, *, last: bool) -> int:
    """Return the position after a label's headlines: the end of the text, before a news verb, or an estimate."""
    rest = range(run.end, len(words))
    sentence = next((at for at in rest if words[at].ends_sentence), None)
    if sentence is None or sentence == len(words) - 1:
        is_end = last and len(rest) <= _HEADLINES_WORDS and sentence is None
        if is_end:
            return len(words)
    least, most = _HEADLINE_WORDS
    for at in range(run.end + least, min(run.end + most + 1, len(words))):
        if words[at].folded and opens_paragraph(words[at].folded[0]):
            return at
        if words[at].ends_sentence:
            return at + 1 if words[at].text.endswith(("؟", "!")) else run.end
    return min(run.end + _USUAL_HEADLINE_WORDS, len(words))
