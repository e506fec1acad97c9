"""One table of this program's main figures, each compared with a plain alternative in the same run.

usage: python -m tests.bench [--all]

Reads the tables and golden pages of this project, and the larger shared ones if they are next to the checkout.
`--all` goes on with the long benches: a watch's rhythm, search over 100,000 articles, copies, a crawl of the shared
pages, re-extraction, the memory of exports, workers on one PostgreSQL, a million articles. Each also runs by itself:
python -m tests.bench.search.
"""

import csv
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from scrapy.http import HtmlResponse  # noqa: E402
from test_pipelines_decode import CASES  # noqa: E402

from pipelines.html.decode import decode  # noqa: E402
from tests.bench import dates, extract, search  # noqa: E402
from tests.bench.scoring import Score, score  # noqa: E402

SHARED = ROOT / ".." / "shared"
PAIRS = (ROOT / "tests/data/search_pairs.tsv", SHARED / "facts/search_pairs.tsv")
LONG = (
    *("startup", "rhythm", "health", "search", "copies", "real_pages", "reextract", "relearn", "export", "workers"),
    *("throughput", "import_rate", "texts", "reading_room", "million"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: ours, and the alternative's by its name."""

    measure: str
    ours: str
    other: str
    name: str


def extraction() -> Iterator[Line]:
    corpus = SHARED / "corpus"
    shared = (corpus / "gold.json").exists()
    pages = extract.read(corpus) if shared else extract.golden()
    where = f"{len(pages)} {'shared' if shared else 'golden'} pages"
    mine, my_ms = _scored(extract.ours, pages)
    plain, plain_ms = _scored(extract.trafilatura, pages)
    for title, name in (("F1", "f1"), ("P", "precision"), ("R", "recall")):
        yield Line(f"{title}, {where}", f"{getattr(mine, name):.4f}", f"{getattr(plain, name):.4f}", "trafilatura")
    if mine.strings:
        yield Line(f"leaks of {mine.strings}", str(mine.leaks), str(plain.leaks), "trafilatura")
    yield Line("ms a page (processor)", f"{my_ms:.1f}", f"{plain_ms:.1f} (x {plain_ms / my_ms:.2f})", "trafilatura")
    if (SHARED / "sites" / "gold.json").exists():
        pages = extract.read(SHARED / "sites")
        mine, plain = _scored(extract.learning, pages)[0], _scored(extract.trafilatura, pages)[0]
        yield Line(f"learned: F1, {len(pages)} pages", f"{mine.f1:.4f}", f"{plain.f1:.4f}", "trafilatura")
        yield Line(f"learned: leaks of {mine.strings}", str(mine.leaks), str(plain.leaks), "trafilatura")


def _scored(extractor: extract.Extractor, pages: list[extract.Given]) -> tuple[Score, float]:
    began = time.process_time()
    found = extractor(pages)
    each_ms = 1000 * (time.process_time() - began) / len(pages)
    return score([(page.text, text, page.strings) for page, text in zip(pages, found, strict=True)]), each_ms


def date_strings() -> Iterator[Line]:
    for path in (path for path in dates.TABLES if path.exists()):
        table = dates.rows(path)
        share, wrong, each_ms = dates.measure(dates.ours, table)
        sample = table[:: dates.SAMPLE]
        other, mistaken, slow_ms = dates.measure(dates.by_dateparser, sample)
        name = f"dateparser ({len(sample)} of them)"
        yield Line(f"dates read, {path.stem} ({len(table)})", f"{share:.1%}", f"{other:.1%}", name)
        yield Line("  wrong dates", str(wrong), str(mistaken), name)
        yield Line("  ms a string", f"{each_ms:.3f}", f"{slow_ms:.3f} (x {slow_ms / each_ms:.0f})", name)


def search_pairs() -> Iterator[Line]:
    for path in (path for path in PAIRS if path.exists()):
        with path.open(encoding="utf-8") as file:
            pairs = list(csv.DictReader(file, delimiter="\t"))
        for title, wanted in (("pairs found", "1"), ("pairs falsely found", "0")):
            rows = [(pair["query"], pair["doc_form"]) for pair in pairs if pair["should_match"] == wanted]
            ours, raw = (sum(matches(*row) for row in rows) for matches in (search._ours, search._raw))
            share = [f"{number}/{len(rows)} ({number / len(rows):.1%})" for number in (ours, raw)]
            yield Line(f"{title}, {path.parent.name}", *share, "raw FTS5")


def encodings() -> Iterator[Line]:
    kinds = list(CASES.values())[:34]
    ours = sum(words in decode(body, headers).text for body, headers, words, _ in kinds)
    plain = sum(words in _scrapy_text(body, headers) for body, headers, words, _ in kinds)
    yield Line("encodings right", f"{ours}/{len(kinds)}", f"{plain}/{len(kinds)}", "Scrapy's response.text")


def _scrapy_text(body: bytes, headers: dict[str, str]) -> str:
    try:
        return HtmlResponse("https://rassad.example/", headers=headers, body=body).text
    except (LookupError, ValueError):
        return ""


def main(arguments: list[str]) -> int:
    warnings.simplefilter("ignore")
    print(f"{'measure':44} {'ours':>18} {'alternative':>24}  by")
    for section in (extraction, date_strings, search_pairs, encodings):
        for line in section():
            print(f"{line.measure:44} {line.ours:>18} {line.other:>24}  {line.name}", flush=True)
    codes = [
        subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False).returncode
        for name in LONG
        if "--all" in arguments
    ]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
