"""Furniture in a line that holds several: a text that lost its line breaks, or a share line glued to the lead.

Nothing but the words tells where a button ends and the article begins, so each place asks for its own evidence:

    head    a phrase of the table that no sentence goes on from
    tail    phrases up to the end, after a sentence; a label of related articles with the headlines after it
    inside  after a sentence as at the head; else only a phrase of four words
"""

from dataclasses import dataclass

from pipelines.texts.openers import opens_paragraph
from pipelines.texts.runs import Run, goes_on, run_at
from pipelines.texts.worded_line import WordedLine

#: A line is searched inside for furniture from so many words on.
FLAT_WORDS = 40
#: WordedLine from the end in which the furniture at the foot of a line begins.
_TAIL_WORDS = 60
#: WordedLine of a phrase that is furniture wherever it stands.
_SURE_WORDS = 4
#: WordedLine of a related headline: at least, and at most; up to so many headlines may end a text.
_HEADLINE_WORDS = (3, 18)
_HEADLINES_WORDS = 60
#: Where nothing shows the end of a headline inside a text, so many words go: half of the headlines of 11 newspapers have 8 to
#: 11 words, and a piece too little is better than a piece of the article.
_USUAL_HEADLINE_WORDS = 8


@dataclass(frozen=True, slots=True)
class Stripped:
    """A line without its furniture, and the pieces taken, in order."""

    line: str
    #: Rule and words.
    removed: tuple[tuple[str, str], ...] = ()
    #: Whether the first piece was taken from the very start.
    at_head: bool = False


def strip_furniture(line: str, *, first: bool = True, last: bool = True, inside: bool = True) -> Stripped:
    """Take furniture out of a line.

    Args:
        first: it is the first line of a text; else only what follows a sentence is looked at.
        last: it is the last line.
        inside: it may hold furniture between its sentences: the text lost its line breaks.
    """
    words = WordedLine(line)
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
    while position < len(words):
        if not (at_head or inside):  # between the sentences of one line of many nothing is looked for
            position = max(position, len(words) - _TAIL_WORDS)
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
    """The place after the headlines that follow a label: at the end of the text, before a verb of news, or at a guess."""
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
