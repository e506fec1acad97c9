"""Text of articles: Warraq compared with plain trafilatura, in the same run.

usage: python -m tests.bench.extract [CORPUS] [SITES]

CORPUS and SITES hold gold.json (name -> {"url", "articleBody", "must_not_leak"}) and NAME.html.gz; without them the
shared folder is read where it is there, else the golden pages of tests/golden. Prints, for each set of pages, F1, P and
R over four-word shingles, leaked widget strings, and the processor time a page as a multiple of trafilatura's.

    given       the pages as they are, with the widgets that they came with
    none        the same pages without any widget: what the widgets cost
    random      the same pages with thirty other kinds of widget, filled with random words: shape alone can find them
    unlisted    the same, filled with button phrases that are not in our table
    cost        processor time of the whole extraction (title, dates, links, class, text), of corpus2 next to CORPUS too
    learned     newspapers whose articles all carry three lines that no list can know
"""

import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.extraction.batch import texts
from pipelines.extraction.extract import extract
from pipelines.html.decode import decode
from pipelines.page import Page
from tests.bench.scoring import score
from tests.bench.widgets import plain, planted

ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: Pages before the clock starts: tables, models and patterns load on their first use.
WARM_UP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A page with what is true of it."""

    url: str
    html: str
    text: str
    strings: Sequence[str]


def read(folder: Path) -> list[Given]:
    """The pages of a folder with gold.json."""
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    return [
        Given(
            url=told["url"],
            html=gzip.decompress((folder / f"{name.removesuffix('.html')}.html.gz").read_bytes()).decode("utf-8"),
            text=told["articleBody"],
            strings=told.get("must_not_leak", []),
        )
        for name, told in gold.items()
    ]


def golden() -> list[Given]:
    """The golden pages of this project."""
    folder = ROOT / "tests" / "golden"
    found = []
    for path in sorted(folder.glob("*.html")):
        text = "\n".join(path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()[1:])
        html = decode(path.read_bytes(), {}).text
        found.append(Given(url="https://example.com/2024/a.html", html=html, text=text, strings=[]))
    return found


def without_widgets(pages: Sequence[Given]) -> Iterator[Given]:
    for page in pages:
        yield Given(url=page.url, html=plain(page.html, page.strings), text=page.text, strings=[])


def with_others(pages: Sequence[Given], *, unlisted: bool) -> Iterator[Given]:
    for page in without_widgets(pages):
        made = planted(page.html, page.text, name=page.url, unlisted=unlisted)
        if made:
            yield Given(url=page.url, html=made[0], text=page.text, strings=made[1])


Extractor = Callable[[Sequence[Given]], list[str]]


def ours(pages: Sequence[Given], *, learning: bool = False) -> list[str]:
    return [row["text"] for row in texts(({"html": page.html, "url": page.url} for page in pages), learning=learning)]


def learning(pages: Sequence[Given]) -> list[str]:
    return ours(pages, learning=True)


def trafilatura(pages: Sequence[Given]) -> list[str]:
    from trafilatura import extract

    return [extract(page.html, url=page.url, include_comments=False) or "" for page in pages]


def trafilatura_fast(pages: Sequence[Given]) -> list[str]:
    from trafilatura import extract

    return [extract(page.html, url=page.url, include_comments=False, fast=True) or "" for page in pages]


def measure(title: str, pages: Sequence[Given], extractors: Sequence[Extractor]) -> None:
    """Print a line for each extractor, the last one's time being the measure of the others'."""
    rows, spent = [], []
    for extractor in extractors:
        began = time.process_time()
        found = extractor(pages)
        spent.append(time.process_time() - began)
        rows.append(score([(page.text, text, page.strings) for page, text in zip(pages, found, strict=True)]))
    for extractor, row, seconds in zip(extractors, rows, spent, strict=True):
        cost = f"{1000 * seconds / len(pages):6.1f} ms/page  x {seconds / spent[-1]:.2f}"
        print(f"{title:9s} {extractor.__name__:17s} {len(pages):4d} pages  {row}  {cost}")


def cost(title: str, pages: Sequence[Given]) -> None:
    """Print the processor time of the whole extraction beside trafilatura with metadata, page by page in turn.

    Of each page the better of two runs counts on either side, so that what else the machine does weighs less.
    """
    from trafilatura import bare_extraction

    def whole(page: Given) -> None:
        extract(Page(url=page.url, body=page.html.encode(), fetched_at=NOW, headers={}))

    def plain_trafilatura(page: Given) -> None:
        bare_extraction(page.html, url=page.url, with_metadata=True)

    spent = {whole: 0.0, plain_trafilatura: 0.0}
    for page in pages[:WARM_UP]:
        whole(page)
        plain_trafilatura(page)
    for page in pages:
        for run in spent:
            spent[run] += min(_seconds(run, page) for _ in range(2))
    ours_ms, theirs_ms = (1000 * seconds / len(pages) for seconds in spent.values())
    print(
        f"{title:9s} whole extraction  {len(pages):4d} pages  {ours_ms:.1f} ms/page, trafilatura with metadata "
        f"{theirs_ms:.1f}: x {ours_ms / theirs_ms:.2f}"
    )


def _seconds(run: Callable[[Given], None], page: Given) -> float:
    began = time.process_time()
    run(page)
    return time.process_time() - began


def main(arguments: Sequence[str]) -> int:
    corpus = Path(arguments[0]) if arguments else SHARED / "corpus"
    sites = Path(arguments[1]) if len(arguments) > 1 else SHARED / "sites"
    if not (corpus / "gold.json").exists():
        measure("golden", golden(), [ours, trafilatura_fast, trafilatura])
        return 0
    for folder in (corpus, corpus.with_name("corpus2")):
        if (folder / "gold.json").exists():
            cost(folder.name, read(folder))
    pages = read(corpus)
    measure("given", pages, [ours, trafilatura_fast, trafilatura])
    measure("none", list(without_widgets(pages)), [ours, trafilatura_fast, trafilatura])
    for title, unlisted in (("random", False), ("unlisted", True)):
        measure(title, list(with_others(pages, unlisted=unlisted)), [ours, trafilatura])
    if (sites / "gold.json").exists():
        measure("learned", read(sites), [learning, trafilatura])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
