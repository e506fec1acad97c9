"""How well copies are found, at what price, and how that compares with plain ways.

usage: python -m tests.bench.copies [--articles 100000] [--originals 1000] [--address sqlite:///...] [--cache-mb 64]

Fills a database with articles (`tests.bench.arabic_prose`), edits 1,000 of them in ten ways, makes 1,000 others that
share a quarter of their text with one, and asks the database for each. Prints the share found, compared with exact
hashes and 64-bit SimHash, then the times: of the processor, so that other programs on the machine do not count (on
SQLite that is the whole of it; with --address of a server its own time is missing). Exit code 1 if a bar of issue 4 is
missed.
"""

import argparse
import hashlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from pipelines.extraction.fingerprint import signature
from storage.database.engine import for_writing, open_engine
from storage.database.tables.core import ArticleRow
from storage.database.tables.every import Base
from storage.database.tables.stories import StoryRow
from storage.database.values import key_hash
from storage.model.signature import shingles
from storage.saving.near_duplicates import StoryClusters
from storage.text.folding import fold
from tests.bench.arabic_prose import BOILERPLATE, Press

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
_BATCH = 200


def words_changed(share: float) -> Callable[[str, Press], str]:
    def edit(text: str, press: Press) -> str:
        return "\n".join(
            " ".join(press.rare() if press.rng.random() < share else word for word in line.split(" "))
            for line in text.split("\n")
        )

    return edit


def framed(text: str, press: Press) -> str:
    """An opening and a close of 20 words each."""
    return "\n".join([" ".join(press.draw(20)) + ".", text, " ".join(press.draw(20)) + "."])


def cut(text: str, press: Press) -> str:
    """30 % of the paragraphs gone, anywhere."""
    lines = text.split("\n")
    gone = set(press.rng.sample(range(len(lines)), round(0.3 * len(lines))))
    return "\n".join(line for number, line in enumerate(lines) if number not in gone)


def reordered(text: str, press: Press) -> str:
    lines = text.split("\n")
    return "\n".join(press.rng.sample(lines, len(lines)))


def respelled(text: str, press: Press) -> str:
    """Hamza, ta marbuta and alef maksura as they fall, vowel signs, tatweel, other digits."""
    loose = {"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي", "ؤ": "ء", "ئ": "ء"}

    def letter(sign: str) -> str:
        chance = press.rng.random()
        sign = loose.get(sign, sign) if chance < 0.7 else sign
        if "ء" < sign <= "ي" and chance < 0.15:
            return sign + press.rng.choice("\u064e\u064f\u0650\u0652\u0640")
        return sign

    return "".join(map(letter, text))


def with_boilerplate(text: str, press: Press) -> str:
    return "\n".join([press.rng.choice(BOILERPLATE), text, *BOILERPLATE])


def mixed(text: str, press: Press) -> str:
    """A little of all: framed, 10 % of words, reordered, respelled."""
    for edit in (words_changed(0.1), reordered, respelled, framed):
        text = edit(text, press)
    return text


def lead_only(text: str, press: Press) -> str:
    """The first 40 % of the lines."""
    lines = text.split("\n")
    return "\n".join(lines[: max(1, round(0.4 * len(lines)))])


#: Name, edit, share that must be found; None where the issue sets no bar.
EDITS: list[tuple[str, Callable[[str, Press], str], float | None]] = [
    ("intro and outro added", framed, 0.95),
    ("10 % of words changed", words_changed(0.1), 0.95),
    ("20 % of words changed", words_changed(0.2), 0.95),
    ("30 % of words changed", words_changed(0.3), None),
    ("30 % of paragraphs cut", cut, 0.95),
    ("reordered", reordered, 0.95),
    ("respelled", respelled, 0.95),
    ("boilerplate added", with_boilerplate, 0.95),
    ("mixed", mixed, None),
    ("first 40 % only", lead_only, None),
]


def sharing_a_quarter(text: str, press: Press) -> str:
    """Another article of the same length, a quarter of whose words are a run of sentences of this one."""
    sentences = text.replace("\n", " ").split(". ")
    words = len(text.split())
    start = press.rng.randrange(len(sentences))
    taken: list[str] = []
    for sentence in (*sentences[start:], *sentences[:start]):
        room = words // 4 - len(" ".join(taken).split())
        taken.append(" ".join(sentence.split()[:room]))
        if room <= len(sentence.split()):
            break
    own = " ".join(press.article(words).split()[: words - words // 4])
    return "\n".join(press.rng.sample([". ".join(taken), own], 2))


def exact(text: str) -> str:
    return hashlib.sha256(fold(text).encode()).hexdigest()


_LANES = [sum(((byte >> bit) & 1) << (16 * bit) for bit in range(8)) for byte in range(256)]


def simhash(text: str) -> int:
    """64-bit SimHash of two-word shingles: bit by bit what most of their hashes have."""
    found = set(shingles(text))
    lanes = [0] * 8
    for shingle in found:
        for place, byte in enumerate(hashlib.blake2b(shingle.encode(), digest_size=8).digest()):
            lanes[place] += _LANES[byte]
    half = len(found) / 2
    return sum(
        1 << (8 * place + bit) for place in range(8) for bit in range(8) if (lanes[place] >> (16 * bit)) % 65536 > half
    )


def row(article_id: int, text: str) -> dict[str, object]:
    title = " ".join(text.split()[:8])
    return {
        "id": article_id,
        "key": str(article_id),
        "key_hash": key_hash(str(article_id)),
        "url": f"https://example.org/{article_id}",
        "title": title,
        "text": text,
        "authors": [],
        "published_precision": "none",
        "dates": [],
        "tags": [],
        "kind": "news",
        "text_hash": "",
        "first_seen_at": WHEN,
        "fetched_at": WHEN,
        "sort_at": WHEN,
    }


def batches(press: Press, count: int) -> Iterator[list[str]]:
    for start in range(0, count, _BATCH):
        yield [press.article(press.rng.randint(100, 450)) for _ in range(min(_BATCH, count - start))]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


class Bench:
    """A database that fills up, and what was measured on the way."""

    def __init__(self, address: str, *, cache_mb: int | None = None) -> None:
        self.engine = for_writing(open_engine(address))
        if cache_mb is not None:
            event.listen(self.engine, "connect", lambda made, _: made.execute(f"PRAGMA cache_size=-{1024 * cache_mb}"))
        Base.metadata.create_all(self.engine)
        self.sign_s = 0.0
        self.add_s = 0.0
        self.count = 0

    def fill(self, texts: list[str]) -> None:
        """Add articles as a crawl does, a batch a transaction."""
        first = self.count + 1
        with Session(self.engine) as session, session.begin():
            session.execute(insert(ArticleRow), [row(first + n, text) for n, text in enumerate(texts)])
            stories = StoryClusters(session, now=WHEN)
            for n, text in enumerate(texts):
                start = time.process_time()
                made = signature(text)
                signed = time.process_time()
                stories.add(first + n, made)
                self.sign_s += signed - start
                self.add_s += time.process_time() - signed
            start = time.process_time()
        self.add_s += time.process_time() - start
        self.count += len(texts)

    def ask(self, texts: list[str], *, start: int) -> tuple[list[set[int]], list[float]]:
        """What each text is found to be like, and the seconds that each look-up took. The texts do not stay."""
        found, seconds = [], []
        with Session(self.engine) as session:
            session.execute(insert(ArticleRow), [row(start + n, text) for n, text in enumerate(texts)])
            stories = StoryClusters(session, now=WHEN)
            for n, text in enumerate(texts):
                made = signature(text)
                before = time.process_time()
                pairs = stories.like(start + n, made)
                seconds.append(time.process_time() - before)
                found.append({pair.article_id for pair in pairs})
            session.rollback()
        return found, seconds

    def in_stories(self) -> int:
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(StoryRow)) or 0


def report(name: str, value: str, bar: str, met: bool) -> bool:
    print(f"{name:<58}{value:>16}   {bar:<12}{'' if met else 'MISSED'}")
    return met


def measure(bench: Bench, originals: list[str], press: Press) -> bool:
    hashes, simhashes = [exact(text) for text in originals], [simhash(text) for text in originals]
    start = bench.count + 1
    seconds: list[float] = []
    met = True
    print(f"\n{'share found of ' + str(len(originals)):<30}{'ours':>8}{'exact':>8}{'simhash<=8':>12}   bar")
    for name, edit, bar in EDITS:
        texts = [edit(text, press) for text in originals]
        found, took = bench.ask(texts, start=start)
        seconds += took
        ours = statistics.fmean(n + 1 in ids for n, ids in enumerate(found))
        same = statistics.fmean(exact(text) == hashes[n] for n, text in enumerate(texts))
        near = statistics.fmean((simhash(text) ^ simhashes[n]).bit_count() <= 8 for n, text in enumerate(texts))
        good = bar is None or ours >= bar
        met &= good
        wanted = f">= {bar:.0%}" if bar else "none"
        print(f"{name:<30}{ours:>8.1%}{same:>8.1%}{near:>12.1%}   {wanted}{'' if good else '  MISSED'}")
    negatives = [sharing_a_quarter(text, press) for text in originals]
    found, took = bench.ask(negatives, start=start)
    near = sum((simhash(text) ^ simhashes[n]).bit_count() <= 8 for n, text in enumerate(negatives))
    print(f"{'share a quarter of the text':<30}{sum(map(bool, found)):>8}{0:>8}{near:>12}   0")
    met &= not any(found)
    strangers = [text for batch in batches(press, len(originals)) for text in batch]
    found, strange = bench.ask(strangers, start=start)
    print(f"{'nothing in common':<30}{sum(map(bool, found)):>8}{'':>8}{'':>12}   0\n")
    met &= not any(found)
    met &= report("articles wrongly gathered while filling", str(bench.in_stories()), "0", bench.in_stories() == 0)
    per_article = 1000 * (bench.sign_s + bench.add_s) / bench.count
    report("signature, ms an article", f"{1000 * bench.sign_s / bench.count:.2f}", "", True)
    met &= report("signature, look-up and storing, ms an article", f"{per_article:.2f}", "<= 1", per_article <= 1)
    for what, times in (("of a new article", took + strange), ("of a copy, verified", seconds)):
        half, most = 1000 * percentile(times, 0.5), 1000 * percentile(times, 0.99)
        met &= report(f"look-up {what}, ms, median / p99", f"{half:.2f} / {most:.2f}", "p99 < 2", most < 2)
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--originals", type=int, default=1_000)
    parser.add_argument("--address", help="an empty database; default: a temporary SQLite file")
    parser.add_argument("--cache-mb", type=int, help="page cache of SQLite; default: as the archive opens it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.db"
        bench = Bench(options.address or f"sqlite:///{database}", cache_mb=options.cache_mb)
        press = Press()
        start = time.perf_counter()
        originals: list[str] = []
        for batch in batches(press, options.articles):
            bench.fill(batch)
            originals += batch[: options.originals - len(originals)]
        print(f"{bench.count} articles stored in {time.perf_counter() - start:.0f} s", end="")
        print(f", {database.stat().st_size / 2**20:.0f} MB" if database.exists() else "")
        met = measure(bench, originals, press)
        bench.engine.dispose()
    print("every bar met" if met else "a bar was missed")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
