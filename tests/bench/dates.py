"""Date strings parsed by Warraq, dateparser and htmldate, as ratios measured in one run.

usage: python -m tests.bench.dates [TABLE.tsv ...]

A table holds text, expected isoformat() (empty: nothing) and category, separated by tabs; "#" begins a comment. Without
one the tables under tests/data are read, and facts/dates.tsv where the shared folder is there. Prints, for each table
and reader, the share read as stated, how many were wrong (worse than nothing) and the time a string relative to ours.
"""

import sys
import time
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pipelines.dates.parse import parse_date

ROOT = Path(__file__).parents[2]
TABLES = [
    ROOT / "tests" / "data" / "dates_written.tsv",
    ROOT / "tests" / "data" / "dates_generated.tsv",
    ROOT / ".." / "shared" / "facts" / "dates.tsv",
]
NOW = datetime(2024, 3, 15, 12)
#: The slow readers see every so many rows.
SAMPLE = 5

Reader = Callable[[str], str]


def rows(path: Path) -> list[tuple[str, str]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    split = [line.split("\t") for line in lines if line and not line.startswith(("#", "string\t"))]
    return [(cells[0], cells[1]) for cells in split]


def ours(text: str) -> str:
    found = parse_date(text, now=NOW)
    return found.isoformat() if found else ""


def by_dateparser(text: str) -> str:
    import dateparser

    found = dateparser.parse(text, languages=["ar"], settings={"RELATIVE_BASE": NOW, "DATE_ORDER": "DMY"})
    return found.isoformat() if found else ""


def by_htmldate(text: str) -> str:
    from htmldate import find_date

    page = f"<html><body><h1>عنوان</h1><time>{text}</time><p>نص</p></body></html>"
    return find_date(page, original_date=True) or ""


def is_same(found: str, expected: str) -> bool:
    """Compare at the precision that the table states; midnight of a reader that knows no days counts as the day."""
    if not expected or not found:
        return found == expected
    read = datetime.fromisoformat(found)
    if len(expected) == 10:
        return read.date().isoformat() == expected and (len(found) == 10 or read.time() == datetime.min.time())
    meant = datetime.fromisoformat(expected)
    return len(found) > 10 and read.replace(microsecond=0) == meant and read.utcoffset() == meant.utcoffset()


def measure(read: Reader, table: list[tuple[str, str]]) -> tuple[float, int, float]:
    """Return the share read as stated, the number of wrong answers, and milliseconds a string."""
    read(table[0][0])
    started = time.process_time()
    found = [read(text) for text, _ in table]
    each_ms = (time.process_time() - started) / len(table) * 1000
    pairs = [(one, expected) for one, (_, expected) in zip(found, table, strict=True)]
    right = sum(is_same(one, expected) for one, expected in pairs)
    wrong = sum(bool(one) and not is_same(one, expected) for one, expected in pairs)
    return right / len(table), wrong, each_ms


def main(paths: list[str]) -> int:
    warnings.simplefilter("ignore")
    tables = [Path(path) for path in paths] or [path for path in TABLES if path.exists()]
    print(f"{'table':<22}{'reader':<14}{'rows':>6}{'right':>9}{'wrong':>7}{'ms':>9}{'times ours':>12}")
    failed = False
    for path in tables:
        table = rows(path)
        share, wrong, each_ms = measure(ours, table)
        failed |= wrong > 0 or share < 0.99
        print(f"{path.name:<22}{'ours':<14}{len(table):>6}{share:>9.1%}{wrong:>7}{each_ms:>9.3f}{1:>12}")
        sample = table[::SAMPLE]
        for name, read in (("dateparser", by_dateparser), ("htmldate", by_htmldate)):
            other, mistaken, slow_ms = measure(read, sample)
            print(
                f"{'':<22}{name:<14}{len(sample):>6}{other:>9.1%}{mistaken:>7}{slow_ms:>9.3f}{slow_ms / each_ms:>12.0f}"
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
