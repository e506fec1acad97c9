"""Widgets inside the article, told by their shape: short lines among long ones, links without prose, a label over links.

Works on the article's flow only, after `prune.py`. No list of phrases is needed for any of these rules; the vocabulary of
widgets only settles the doubtful cases.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.body.edges import is_lead
from pipelines.body.flow import HEADINGS, Block
from pipelines.html.dom import Element, text_of
from pipelines.words.phrases import familiar, is_interface, opening, opens_widget, whole

ITEMS = frozenset(["li", "td", "th", "dd", "dt"])
#: A list of more items than this is no row of buttons.
MOST_BUTTONS = 12
BUTTON_WORDS = 4
#: A box of its own with no more words than this is none of the article's.
APART_WORDS = 8
#: Share of the prose that stands directly in one element where the article has one home.
HOME_SHARE = 0.9
#: Labels are at most this long ("مواضيع قد تهمك أيضا").
LABEL_WORDS = 8
#: A lone line without a full stop among prose is a widget up to this length.
SHORT_WORDS = 12
#: And up to this where part of it is a link.
LINKED_WORDS = 18
#: The article's own lines end as sentences at least this often where a missing full stop may count against a line.
PUNCTUATED = 0.75

BAR_WORDS = 20
#: A box holds at most so many words in all, this share of the flow, and no line as long as a paragraph.
BOX_WORDS = 60
BOX_SHARE = 0.25
BOX_PROSE_WORDS = 30
#: So many elements of one kind around paragraphs wrap each paragraph of the article.
WRAPPERS = 3
#: What gives a box away.
BOXED = frozenset(["link-line", "label-link", "phrase", "vocabulary"])
_BAR = re.compile(r"\s[|•·¦]\s")
_BRACKETS = re.compile(r"^(?:[\(\[{].*[\)\]}]\.?|[-–—*/_=•]{2,}.*[-–—*/_=•]{2,}|[-–—*/] .* [-–—*/])$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The blocks of the article's flow and what is usual among them."""

    blocks: Sequence[Block]
    #: Share of long paragraphs that end as sentences.
    punctuated: float
    #: (tag, class) of the most paragraphs, by words.
    usual: tuple[str, str]
    #: Share of the prose words that stand in usual paragraphs.
    usual_share: float
    #: (tag, class) of every block of prose.
    looks: frozenset[tuple[str, str]]
    #: Whether short lines without a full stop are this article's manner (verse, lists of results, a programme).
    is_terse: bool
    #: Whether the article is made of lists of links.
    is_directory: bool
    #: The blocks of each list, by the element that holds them.
    lists: Mapping[Element, Sequence[int]]
    #: The element that nearly all prose stands in directly; None where it stands in several.
    home: Element


def measure(blocks: Sequence[Block]) -> Flow:
    """Measure what is usual in a flow."""
    long = [block for block in blocks if block.words >= 15]
    kinds: dict[tuple[str, str], int] = {}
    for block in blocks:
        if block.is_prose:
            kinds[_kind(block)] = kinds.get(_kind(block), 0) + block.words
    usual = max(kinds, key=lambda kind: kinds[kind]) if kinds else ("", "")
    return Flow(
        blocks=blocks,
        punctuated=sum(block.ends for block in long) / len(long) if long else 0.0,
        usual=usual,
        usual_share=kinds.get(usual, 0) / sum(kinds.values()) if kinds else 0.0,
        looks=frozenset(kinds),
        is_terse=_is_terse(blocks),
        is_directory=_is_directory(blocks),
        lists=_lists(blocks),
        home=_home(blocks),
    )


def _kind(block: Block) -> tuple[str, str]:
    return block.element.tag, block.element.get("class") or ""


def find(flow: Flow) -> Iterator[tuple[str, Block]]:
    """Yield (rule, block) for every block that is a widget's, in page order."""
    verdicts: list[str | None] = [None] * len(flow.blocks)
    for position, block in enumerate(flow.blocks):
        if is_lead(block):
            continue
        for rule, test in TESTS.items():
            if test(flow, position, block):
                verdicts[position] = rule
                break
    _listed(flow, verdicts)
    _boxed_lists(flow, verdicts)
    _labels(flow, verdicts)
    _boxes(flow, verdicts)
    for verdict, block in zip(verdicts, flow.blocks, strict=True):
        if verdict:
            yield verdict, block


def _label_link(flow: Flow, position: int, block: Block) -> bool:
    """`اقرأ أيضا: <link>`: a short label and then nothing but link."""
    rest = block.words - block.link_words
    if not block.link_words or rest > LABEL_WORDS or block.link_words < 3:
        return False
    before = text_of_label(block.element)
    return (
        bool(before)
        and len(before.split()) == rest
        and (before.rstrip(" »«-|").endswith((":", "：")) or bool(opening(before, risky=True)))
    )


def text_of_label(element: Element) -> str:
    """The text of a block before its first link."""
    first = next(element.iter("a"), None)
    if first is None:
        return ""
    link = text_of(first)
    text = text_of(element)
    return text[: text.find(link)].strip() if link and link in text else ""


def _link_line(flow: Flow, position: int, block: Block) -> bool:
    """A paragraph or item that is all link."""
    if block.element.tag in HEADINGS:
        return block.linked >= 0.9 and _neighbour_is_link(flow, position)
    if block.element.tag in ITEMS:
        return block.linked >= 0.8 and not _introduced(flow, position)
    return block.linked >= 0.8 or (block.linked >= 0.5 and not block.ends and block.words <= 20)


def _bracketed(flow: Flow, position: int, block: Block) -> bool:
    """A whole line in brackets or between dashes: a credit, a pointer, a station call."""
    return block.words <= 20 and bool(_BRACKETS.match(block.text)) and not _is_quote(block)


def _bar(flow: Flow, position: int, block: Block) -> bool:
    """Short words set apart by bars or dots: a row of buttons that lost its shape, a line of facts."""
    return block.words <= BAR_WORDS and block.element.tag not in ITEMS and bool(_BAR.search(block.text))


def _is_quote(block: Block) -> bool:
    quotes = ("blockquote", "q", "pre")
    return block.element.tag in quotes or any(outer.tag in quotes for outer in block.element.iterancestors())


def _stranger(flow: Flow, position: int, block: Block) -> bool:
    """A short line in an element of another kind than any paragraph of this article, where all paragraphs are of one named kind."""
    if block.element.tag in HEADINGS or block.element.tag in {*ITEMS, "blockquote"} or block.is_strong:
        return False
    return (
        block.words <= SHORT_WORDS
        and position > 0
        and bool(flow.usual[1])
        and flow.usual_share > 0.8
        and _kind(block) not in flow.looks
        and not _is_quote(block)
    )


def _neighbour_is_link(flow: Flow, position: int) -> bool:
    following = flow.blocks[position + 1] if position + 1 < len(flow.blocks) else None
    return following is None or following.linked >= 0.8


def _introduced(flow: Flow, position: int) -> bool:
    """Whether a list of links belongs to the text: a paragraph that ends in a colon leads to it, or the article is made of such lists."""
    holder = flow.blocks[position].element.getparent()
    start = flow.lists.get(holder, [position])[0]
    before = flow.blocks[start - 1] if start else None
    leads = before is not None and before.words > LABEL_WORDS and before.text.rstrip().endswith(":")
    return leads or flow.is_directory


def _home(blocks: Sequence[Block]) -> Element:
    weight: dict[Element, int] = {}
    for block in blocks:
        if block.is_prose:
            weight[block.element.getparent()] = weight.get(block.element.getparent(), 0) + block.words
    best = max(weight, key=lambda holder: weight[holder], default=None)
    return best if best is not None and weight[best] > HOME_SHARE * sum(weight.values()) else None


def _lists(blocks: Sequence[Block]) -> dict[Element, list[int]]:
    lists: dict[Element, list[int]] = {}
    for position, block in enumerate(blocks):
        item = _item(block)
        if item is not None:
            lists.setdefault(item.getparent(), []).append(position)
    return lists


def _item(block: Block) -> Element:
    """The list item or cell that the block is, or is alone in; None if it is in none."""
    if block.element.tag in ITEMS:
        return block.element
    holder = block.element.getparent()
    return holder if holder is not None and holder.tag in ITEMS else None


def _is_directory(blocks: Sequence[Block]) -> bool:
    listed = sum(block.words for block in blocks if block.element.tag == "li" and block.linked >= 0.8)
    return listed > 0.3 * sum(block.words for block in blocks)


def _phrase(flow: Flow, position: int, block: Block) -> bool:
    """A known phrase as the whole line, or one that opens a short line that is no sentence."""
    if whole(block.text) or opens_widget(block.text, is_sentence=block.ends):
        return True
    return opening(block.text) is not None and block.linked > 0.3


def _vocabulary(flow: Flow, position: int, block: Block) -> bool:
    """A short line made of the words of buttons and labels; a heading over prose has nothing else."""
    if block.element.tag in HEADINGS and _leads_to_prose(flow, position) and familiar(block.text) < 1:
        return False
    return is_interface(block.text, is_sentence=block.ends)


def _short_line(flow: Flow, position: int, block: Block) -> bool:
    """A short line that ends as no sentence where the article's lines do."""
    most = LINKED_WORDS if block.linked >= 0.2 else SHORT_WORDS
    if block.element.tag in HEADINGS or block.ends or block.words > most or flow.punctuated < PUNCTUATED:
        return False
    if _item(block) is not None:
        return False
    if block.is_strong:
        return block.element.tag not in ("p", "div") or not _leads_to_prose(flow, position)
    return not _quoted(block) and not flow.is_terse


def _is_terse(blocks: Sequence[Block]) -> bool:
    short = [
        block
        for block in blocks
        if not block.ends and block.words <= SHORT_WORDS and block.element.tag == "p" and not block.linked
    ]
    return len(short) > 8 and len(short) > 0.35 * len(blocks)


def _quoted(block: Block) -> bool:
    return _is_quote(block) or block.text[:1] in '"“«‘-–—•*'


def _leads_to_prose(flow: Flow, position: int) -> bool:
    following = flow.blocks[position + 1] if position + 1 < len(flow.blocks) else None
    return (
        following is not None
        and (following.is_prose or following.ends or following.element.tag == "li")
        and following.linked < 0.8
    )


def _buttons(flow: Flow, position: int, block: Block) -> bool:
    """Items of a few words each in a list that no sentence leads to."""
    item = _item(block)
    places = flow.lists[item.getparent()] if item is not None else []
    if not 0 < len(places) <= MOST_BUTTONS:
        return False
    if any(_is_told(flow.blocks[place]) for place in places) or (len(places) > 1 and item.getparent().tag == "ol"):
        return False
    before = flow.blocks[places[0] - 1] if places[0] else None
    if len(places) == 1 or before is None or before.words <= 3:
        return True
    return not (before.element.tag in HEADINGS or before.text.rstrip().endswith((":", "؟", "?")))


def _is_told(block: Block) -> bool:
    """Whether a list item tells something: a sentence, a figure, more than a few words."""
    return block.words > BUTTON_WORDS or block.ends or any(letter.isdigit() for letter in block.text)


def _apart(flow: Flow, position: int, block: Block) -> bool:
    """A few words in a box of their own, where all paragraphs stand in one place."""
    if flow.home is None or block.words > APART_WORDS or block.ends or block.is_strong or _is_quote(block):
        return False
    if block.element.tag in HEADINGS or _item(block) is not None:
        return False
    return block.element.getparent() is not flow.home and len(block.element.getparent()) == 1


def _listed(flow: Flow, verdicts: list[str | None]) -> None:
    """A list of headlines right under a label that words gave away goes with it, links or none; so does the rest of a list
    of which as much went."""
    for places in flow.lists.values():
        gone = sum(verdicts[place] is not None for place in places)
        if not (_is_labelled(flow, places[0], verdicts) or 2 * gone >= len(places) > gone > 0):
            continue
        left = [flow.blocks[place] for place in places if verdicts[place] is None]
        if not any(item.ends or item.words > LINKED_WORDS for item in left):
            for place in places:
                verdicts[place] = verdicts[place] or "listed"


def _is_labelled(flow: Flow, start: int, verdicts: Sequence[str | None]) -> bool:
    """Whether a short line that its words gave away stands right above."""
    return start > 0 and verdicts[start - 1] in TOLD and flow.blocks[start - 1].words <= LABEL_WORDS


def _boxed_lists(flow: Flow, verdicts: list[str | None]) -> None:
    """A box apart from the paragraphs with a label and a list of lines that end as no sentence: headlines, buttons, answers."""
    if flow.home is None or flow.punctuated < PUNCTUATED:
        return
    for holder, listed in flow.lists.items():
        box = holder.getparent()
        if box is None or box is flow.home or box in flow.home.iterancestors() or box.tag in ITEMS:
            continue
        places = [place for place, block in enumerate(flow.blocks) if box in block.element.iterancestors()]
        labels = [flow.blocks[place] for place in places if place not in listed]
        if not 1 <= len(labels) <= 2 or any(label.ends or label.words > LABEL_WORDS for label in labels):
            continue
        items = [flow.blocks[place] for place in listed]
        if len(items) <= MOST_BUTTONS and not any(item.ends or item.words > SHORT_WORDS for item in items):
            for place in places:
                verdicts[place] = verdicts[place] or "boxed-list"


def _labels(flow: Flow, verdicts: list[str | None]) -> None:
    """A short line right above something that went goes with it, unless prose stands under it too."""
    for position in range(len(verdicts) - 2, -1, -1):
        block = flow.blocks[position]
        if verdicts[position] or not verdicts[position + 1] or block.words > LABEL_WORDS:
            continue
        if _heads_beyond(flow, position, verdicts):
            continue
        asks = block.text.rstrip().endswith(("؟", "?", "!")) and not block.is_strong
        if verdicts[position + 1] in LABELLED and (asks or not block.text.rstrip().endswith((".", "؟", "?"))):
            verdicts[position] = "label"


def _heads_beyond(flow: Flow, position: int, verdicts: Sequence[str | None]) -> bool:
    """Whether a heading leads to the prose beyond a widget that has a label of its own, as others of its kind lead to prose."""
    block, below = flow.blocks[position], flow.blocks[position + 1]
    if block.element.tag not in HEADINGS or not 0 < below.link_words < below.words:
        return False
    beyond = flow.blocks[position + 2] if position + 2 < len(flow.blocks) else None
    return (
        beyond is not None
        and verdicts[position + 2] is None
        and beyond.is_prose
        and any(
            other is not block and _kind(other) == _kind(block) and _leads_to_prose(flow, place)
            for place, other in enumerate(flow.blocks)
        )
    )


def _boxes(flow: Flow, verdicts: list[str | None]) -> None:
    """A small box apart from the paragraphs of which a part went goes as a whole: a headline, a sentence and a button."""
    inside: dict[Element, list[int]] = {}
    homely = set()
    for position, block in enumerate(flow.blocks):
        for outer in block.element.iterancestors():
            inside.setdefault(outer, []).append(position)
            if block.is_prose:
                homely.add((outer.tag, outer.get("class") or ""))
    wrappers = _wrappers(flow)
    most = min(BOX_WORDS, BOX_SHARE * sum(block.words for block in flow.blocks))
    for box, places in inside.items():
        told = [flow.blocks[place].words for place in places]
        if box.tag in ("body", "html") or sum(told) > most or max(told) >= BOX_PROSE_WORDS:
            continue
        # Boxes of the kind that also holds the article's prose need more than a missing full stop: a short answer has none.
        is_strange = max(told) <= SHORT_WORDS and (box.tag, box.get("class") or "") not in homely
        if any(verdicts[place] in (TESTS if is_strange else BOXED) for place in places):
            is_wrapper = (box.tag, box.get("class") or "") in wrappers
            for place in places:
                if not (is_wrapper and flow.blocks[place].ends and _kind(flow.blocks[place]) in flow.looks):
                    verdicts[place] = verdicts[place] or "box"


def _wrappers(flow: Flow) -> frozenset[tuple[str, str]]:
    """(tag, class) of elements that each hold a paragraph of the article: sentences in them are its own, whoever moved in."""
    holders = {block.element.getparent() for block in flow.blocks if block.is_prose}
    counts = Counter((holder.tag, holder.get("class") or "") for holder in holders)
    return frozenset(kind for kind, count in counts.items() if count >= WRAPPERS)


Test = Callable[[Flow, int, Block], bool]

#: The rules in the order they are asked; the name is what the archive keeps beside the words.
TESTS: dict[str, Test] = {
    "label-link": _label_link,
    "link-line": _link_line,
    "phrase": _phrase,
    "vocabulary": _vocabulary,
    "bracketed": _bracketed,
    "bar": _bar,
    "buttons": _buttons,
    "apart": _apart,
    "short-line": _short_line,
    "stranger": _stranger,
}
#: What the words of a line alone tell.
TOLD = frozenset(["phrase", "vocabulary"])
#: What may stand under a label.
LABELLED = frozenset(["link-line", "label-link", "short-line", "phrase", "vocabulary", "buttons"])
