"""Memory of an export, measured: `python tests/bench/export.py [--few 12000] [--many 36000] [--formats jsonl warc]`.

One archive of synthetic articles, each with its page in a WARC file; `warraq export` writes few and then many of them
in every format, each in a process of its own. Told is the most memory that the process ever held (VmHWM), and how it
grew: 1.00 is what "a million articles in constant memory" comes to. The few are so many that SQLite's 64 MB of pages
and Parquet's row group are full: these are held whatever the number, and smaller archives need less.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import BinaryIO, cast

from sqlalchemy import Table, insert, update

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from storage.archive import Archive  # noqa: E402
from storage.database.tables.core import SnapshotRow, UrlRow, VersionRow  # noqa: E402
from storage.export.formats import FORMATS  # noqa: E402
from storage.warc import build  # noqa: E402
from storage.warc.exchange import Exchange  # noqa: E402
from tests.bench import search  # noqa: E402

#: Runs one command line and tells the most memory that its process held, in kB.
CHILD = """
import sys
from warraq.cli.main import run
code = run(sys.argv[1:])
lines = open("/proc/self/status").read().splitlines()
print(*[line.split()[1] for line in lines if line.startswith("VmHWM")])
sys.exit(code)
"""
_BATCH = 500


def fill(archive: Archive, articles: int) -> None:
    """Put articles into the tables, and a page of each, with its request, into one WARC file."""
    texts = search.Texts()
    with archive.writing() as connection:
        search.fill(connection, texts, articles)
    urls, snapshots, versions = (cast(Table, row.__table__) for row in (UrlRow, SnapshotRow, VersionRow))
    ids = list(range(1, articles + 1))
    archive.warc.folder.mkdir(parents=True, exist_ok=True)
    with (archive.warc.folder / "bench-0001.warc.gz").open("wb") as warc, archive.writing() as connection:
        for start in range(0, articles, _BATCH):
            batch = ids[start : start + _BATCH]
            rows = [_snapshot(number, texts, warc) for number in batch]
            connection.execute(insert(urls), [_url(number) for number in batch])
            connection.execute(insert(snapshots), rows)
        connection.execute(update(versions).values(snapshot_id=versions.c.article_id))
        archive.index(connection, ids)


def _address(number: int) -> str:
    return f"https://paper.example/2024/{number}"


def _url(number: int) -> dict[str, object]:
    address = _address(number)
    return {
        "id": number, "key": address, "key_hash": sha256(address.encode()).hexdigest(), "url": address, "how": "feed",
        "discovered_at": search.START, "state": "done", "next_attempt_at": search.START, "article_id": number,
    }  # fmt: skip


def _snapshot(number: int, texts: search.Texts, warc: BinaryIO) -> dict[str, object]:
    body = f"<html><body><h1>{number}</h1><p>{texts.words(search.WORDS)}</p></body></html>".encode()
    exchange = Exchange(
        url=_address(number), fetched_at=search.START + timedelta(seconds=number), status=200, reason="OK",
        headers=(("Content-Type", "text/html; charset=utf-8"),), body=body, request_headers=(("User-Agent", "x"),),
    )  # fmt: skip
    digest = sha256(body).hexdigest()
    answer, data = build.response(exchange, sha256=digest)
    offset = warc.tell()
    warc.write(data + build.request(exchange, answer=answer))
    return {
        "id": number, "url_id": number, "url": exchange.url, "fetched_at": exchange.fetched_at, "status": 200,
        "payload_sha256": digest, "warc_file": "bench-0001.warc.gz", "warc_offset": offset, "warc_length": len(data),
    }  # fmt: skip


def peak(archive: Path, name: str, number: int, out: Path) -> tuple[float, float]:
    """Most memory in MB, and seconds, of one export."""
    began = perf_counter()
    command = [sys.executable, "-c", CHILD, "--archive", str(archive), "export", "-f", name]
    ended = subprocess.run(
        [*command, "--limit", str(number), "-o", str(out)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert f"{number} articles in" in ended.stderr, ended.stderr
    return int(ended.stdout) / 1000, perf_counter() - began


def measure(formats: list[str], few: int, many: int) -> Iterator[tuple[str, float, float, float]]:
    """For each format: MB for few, MB for many, seconds for many."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with Archive.open(place / "archive") as archive:
            fill(archive, many)
        for name in formats:
            small, _ = peak(place / "archive", name, few, place / f"few-{name}{FORMATS[name].suffix}")
            large, seconds = peak(place / "archive", name, many, place / f"many-{name}{FORMATS[name].suffix}")
            yield name, small, large, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--few", type=int, default=12_000)
    parser.add_argument("--many", type=int, default=36_000)
    parser.add_argument("--formats", nargs="*", default=list(FORMATS))
    options = parser.parse_args()
    print(f"{'format':10} {options.few:>9,} {options.many:>9,} {'ratio':>6} {'s':>6}")
    for name, small, large, seconds in measure(options.formats, options.few, options.many):
        print(f"{name:10} {small:6.0f} MB {large:6.0f} MB {large / small:6.2f} {seconds:6.1f}", flush=True)


if __name__ == "__main__":
    main()
