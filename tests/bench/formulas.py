"""Whether formulas of the trade make stories of different events, and whether true copies of them are still found.

usage: python -m tests.bench.formulas [--days 30] [--others 3000] [--address sqlite:///...]

Every day, several newspapers print cables, weather, market closes, prayer times and obituaries (`formulaic_prose`)
among other news; most events are printed by two to four of them, with small edits. Prints for each kind how many
articles are in the story of another event, and how many copies are in the story of their event's first article; beside
it two plain ways, which put an article into the first story whose first article is like it: Jaccard similarity
of two-word shingles from .25 on, and 64-bit SimHash up to 8 bits apart. Exit code 1 if a bar is missed.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from pipelines.extraction.fingerprint import signature
from storage.database.engine import for_writing, open_engine
from storage.database.tables.core import ArticleRow, SourceRow
from storage.database.tables.every import Base
from storage.model.signature import jaccard, shingles
from storage.saving.near_duplicates import LIKENESS, StoryClusters
from tests.bench.arabic_prose import Press
from tests.bench.copies import percentile, report, row, simhash
from tests.bench.formulaic_prose import Event, Formulas

T = TypeVar("T")

FIRST_DAY = datetime(2026, 1, 1, 6, tzinfo=UTC)
PAPERS = 8
#: Events of a kind on a day: up to so many; and newspapers that print one.
EVENTS, COPIES = 3, (1, 2, 2, 3, 4)
#: From this day on, formulas are known from other days; then so many wrong joins are allowed, and copies found.
LEARNED = 7
WRONG, FOUND = 0.05, 0.85
OTHER = "other news"


@dataclass(frozen=True, slots=True)
class Printed:
    """An article of the bench, with the number of its event."""

    event: int
    day: int
    source: str
    told: Event


def printed(press: Press, days: int, others: int) -> list[Printed]:
    """What the newspapers print, day by day."""
    formulas, rng, made, event = Formulas(press), press.rng, list[Printed](), 0
    for day in range(days):
        today = []
        for write in formulas.kinds.values():
            for _ in range(rng.randint(1, EVENTS)):
                event, first = event + 1, write()
                papers = rng.sample(range(PAPERS), rng.choice(COPIES))
                today += [
                    Printed(event, day, f"paper{paper}", formulas.copy(first) if number else first)
                    for number, paper in enumerate(papers)
                ]
        for _ in range(others // days):
            event, text = event + 1, press.article(rng.randint(100, 450))
            told = Event(OTHER, " ".join(text.split()[:8]), text)
            today.append(Printed(event, day, f"paper{rng.randrange(PAPERS)}", told))
        made += rng.sample(today, len(today))
    return made


def ours(articles: list[Printed], address: str) -> tuple[list[int], list[float]]:
    """The place of the first article of each article's story, and the processor seconds that each took."""
    engine = for_writing(open_engine(address))
    Base.metadata.create_all(engine)
    seconds = []
    with Session(engine) as session, session.begin():
        for paper in range(PAPERS):
            key = f"paper{paper}"
            session.add(SourceRow(key=key, name_ar=key, name_en=key, country="SA", timezone="UTC", home="https://x"))
    with Session(engine) as session, session.begin():
        stories = StoryClusters(session, now=FIRST_DAY)
        for number, one in enumerate(articles, 1):
            at = FIRST_DAY + timedelta(days=one.day)
            told = {"title": one.told.title, "source_key": one.source, "published_day": at.date().isoformat()}
            session.execute(insert(ArticleRow), [row(number, one.told.text) | told | {"first_seen_at": at}])
            start = time.process_time()
            stories.add(number, signature(one.told.text))
            seconds.append(time.process_time() - start)
        firsts = [stories.of(number) - 1 for number in range(1, len(articles) + 1)]
    engine.dispose()
    return firsts, seconds


def by_first(texts: list[T], alike: Callable[[T, T], bool]) -> list[int]:
    """The plain way: the first story whose first article is like it."""
    firsts: list[int] = []
    heads: list[int] = []
    for number, text in enumerate(texts):
        head = next((head for head in heads if alike(texts[head], text)), number)
        if head == number:
            heads.append(number)
        firsts.append(head)
    return firsts


def wrong_and_found(articles: list[Printed], firsts: list[int], chosen: Sequence[int]) -> tuple[float, float]:
    """Shares of some articles in the story of another event, and of the copies with their event's first article."""
    first_of: dict[int, int] = {}
    for number, one in enumerate(articles):
        first_of.setdefault(one.event, number)
    wrong = [articles[firsts[number]].event != articles[number].event for number in chosen]
    copies = [(number, first) for number in chosen if (first := first_of[articles[number].event]) != number]
    return statistics.fmean(wrong), statistics.fmean(firsts[number] == firsts[first] for number, first in copies)


def measure(articles: list[Printed], address: str) -> bool:
    mine, seconds = ours(articles, address)
    sets = [frozenset(shingles(one.told.text)) for one in articles]
    hashes = [simhash(one.told.text) for one in articles]
    ways = {
        "ours": mine,
        "jaccard": by_first(sets, lambda a, b: jaccard(a, b) >= LIKENESS),
        "simhash": by_first(hashes, lambda a, b: (a ^ b).bit_count() <= 8),
    }
    formulaic = [number for number, one in enumerate(articles) if one.told.kind != OTHER]
    groups = {"first week, all kinds": [number for number in formulaic if articles[number].day < LEARNED]}
    later = [number for number in formulaic if articles[number].day >= LEARNED]
    for kind in sorted({articles[number].told.kind for number in later}):
        groups[f"later, {kind}"] = [number for number in later if articles[number].told.kind == kind]
    groups["later, all kinds"] = later
    print(f"{'in the story of another event / copies found':<46}" + "".join(f"{way:>18}" for way in ways))
    for name, chosen in groups.items():
        cells = {way: wrong_and_found(articles, firsts, chosen) for way, firsts in ways.items()}
        shown = "".join(f"{wrong:>10.1%}{found:>8.1%}" for wrong, found in cells.values())
        print(f"{f'{name} ({len(chosen)} articles)':<46}{shown}")
    wrong, found = wrong_and_found(articles, mine, later)
    lost = sum(firsts != number for number, firsts in enumerate(mine) if articles[number].told.kind == OTHER)
    largest = {way: Counter(firsts).most_common(1)[0][1] for way, firsts in ways.items()}
    print(f"{'largest story, articles':<46}" + "".join(f"{count:>18}" for count in largest.values()))
    report("processor of an article, ms, mean / p99",
           f"{1000 * statistics.fmean(seconds):.2f} / {1000 * percentile(seconds, 0.99):.2f}", "", True)  # fmt: skip
    met = report("later, in the story of another event", f"{wrong:.1%}", f"<= {WRONG:.0%}", wrong <= WRONG)
    met &= report("later, copies found", f"{found:.1%}", f">= {FOUND:.0%}", found >= FOUND)
    return met & report("other news in any story", str(lost), "0", lost == 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--others", type=int, default=3_000, help="other news, over all days")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--address", help="an empty database; default: a temporary SQLite file")
    options = parser.parse_args()
    articles = printed(Press(options.seed), options.days, options.others)
    with tempfile.TemporaryDirectory() as folder:
        met = measure(articles, options.address or f"sqlite:///{Path(folder) / 'bench.db'}")
    print("every bar met" if met else "a bar was missed")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
