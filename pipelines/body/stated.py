"""The text that a page states as data: `articleBody` of its JSON-LD, where the page itself shows less of it.

Pages that a script draws have no text at all, others show the first paragraphs until a button is clicked. The data is
part of what was fetched, and the newspaper's own word for its article.
"""

from collections.abc import Sequence
from dataclasses import replace

from pipelines.body.text import Body
from pipelines.boilerplate.recurring import shifted, strip_lines
from pipelines.cleaning.clean import clean
from pipelines.html import jsonld
from pipelines.html.dom import SENTENCE_END, squeeze
from pipelines.html.parsed_page import parse_page
from storage.model.article import Removed
from storage.model.signature import share_in

#: Words of a stated text at least, and lines of it that end a sentence: less is an excerpt, or no prose.
LEAST_WORDS, LEAST_SENTENCES = 60, 2
#: How many times as long as the shown text it is at least: otherwise the page's own lines and paragraphs are better.
LONGER = 1.5
#: Share of the shown text's runs of words that are in it: otherwise it is another text.
SHARED = 0.8
_RUN = 4


def with_stated_text(
    body: Body, objects: list[jsonld.Object], *, title: str, boilerplate: frozenset[str] = frozenset()
) -> Body:
    """Return the stated text, cleaned, where the shown one is a part of it, or empty; else `body`.

    What was shown and is not in it, and where the text is from, are in `removed` under the rule `stated`.
    """
    lines = _lines((jsonld.article(objects) or {}).get("articleBody"))
    if not lines:
        return body
    words = " ".join(lines).split()
    shown = body.text.split()
    if len(words) < max(LEAST_WORDS, LONGER * len(shown)) or _sentences(lines) < LEAST_SENTENCES:
        return body
    runs = _runs(words)
    if shown and share_in(_runs(shown), runs) < SHARED:
        return body
    cleaned = clean(lines, title=title)
    kept, learned = strip_lines(cleaned.lines, boilerplate)
    lost = [Removed(rule="stated", text=line) for line in body.lines if share_in(_runs(line.split()), runs) < 1]
    source = f"the text is articleBody of the page's JSON-LD; the page shows {len(shown)} of its {len(words)} words"
    taken = [replace(one, after_line=None) for one in body.removed]  # their places are in the shown text
    removed = [Removed(rule="stated", text=source), *lost, *taken, *cleaned.removed]
    return Body(lines=tuple(kept), removed=shifted(removed, learned))


def _lines(stated: object) -> list[str]:
    """The lines of a stated text, which may have tags."""
    if not isinstance(stated, str):
        return []
    if "</" in stated or "<br" in stated or "<p>" in stated:
        reading = parse_page(f"<html><body>{stated}</body></html>").reading
        return [line for block in reading.blocks for line in block.lines] if reading is not None else []
    return [line for part in stated.splitlines() if (line := squeeze(part))]


def _sentences(lines: Sequence[str]) -> int:
    """Lines that end a sentence; in a text without line breaks, words that do."""
    ends = lines if len(lines) > 1 else " ".join(lines).split()
    return sum(bool(SENTENCE_END.search(end)) for end in ends)


def _runs(words: Sequence[str]) -> frozenset[str]:
    """Every run of words; none of fewer words than a run."""
    return frozenset(" ".join(words[place : place + _RUN]) for place in range(len(words) - _RUN + 1))
