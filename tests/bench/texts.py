"""Texts as others scrape them: pages read by plain trafilatura, widgets and all, cleaned by `warraq clean`'s rules.

usage: python -m tests.bench.texts [FOLDER ...]

FOLDERs hold gold.json and pages as for `tests.bench.extract`; without any, ../shared/corpus and ../shared/sites. Each
set is read as lines and as one flattened line. Prints leaked widget strings of the plain texts and of ours, and the
share of the true words of the plain texts that ours keep. Folders of a few hosts with many pages each are learned from,
host by host.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.boilerplate.learn import Observation
from pipelines.texts.read import GivenText, read_text
from pipelines.texts.recurring import LEAST_TEXTS, NOTHING, Recurring, learn_texts
from tests.bench.extract import Given, read, trafilatura
from tests.bench.scoring import score

ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared"


def clean(pages: Sequence[Given], texts: Sequence[str]) -> list[str]:
    """Each text cleaned, with what recurs on its host."""
    hosts = [urlsplit(page.url).hostname or "" for page in pages]
    by_host: dict[str, list[str]] = defaultdict(list)
    for host, text in zip(hosts, texts, strict=True):
        by_host[host].append(text)
    learned = {host: _learn(mine) for host, mine in by_host.items() if len(mine) >= LEAST_TEXTS}
    found = [
        read_text(GivenText(text=text), learned.get(host, NOTHING)) for host, text in zip(hosts, texts, strict=True)
    ]
    return [f"{one.title}\n{one.text}" for one in found]


def _learn(texts: Sequence[str]) -> Recurring:
    read_once = (read_text(GivenText(text=text)) for text in texts)
    return learn_texts([Observation(page=str(number), lines=one.lines) for number, one in enumerate(read_once)])


def measure(name: str, pages: Sequence[Given], texts: Sequence[str]) -> Iterator[str]:
    """Lines of the table: the plain texts, and ours."""
    plain = score([(page.text, text, page.strings) for page, text in zip(pages, texts, strict=True)])
    ours = score([(page.text, text, page.strings) for page, text in zip(pages, clean(pages, texts), strict=True)])
    yield f"{name:18s} plain {plain}"
    yield f"{'':18s} ours  {ours}  true words kept {ours.recall / plain.recall:.4f}"


def main(arguments: Sequence[str]) -> int:
    folders = [Path(one) for one in arguments] or [SHARED / "corpus", SHARED / "sites"]
    for folder in (folder for folder in folders if (folder / "gold.json").exists()):
        pages = read(folder)
        texts = trafilatura(pages)
        for line in measure(f"{folder.name}, lines", pages, texts):
            print(line)
        for line in measure(f"{folder.name}, flattened", pages, [" ".join(text.split()) for text in texts]):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
