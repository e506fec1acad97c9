"""Re-extraction: pages per second from WARC records, with one worker and all cores, compared with trafilatura.

usage: python -m tests.bench.reextract [DATA_DIR] [--pages N] [--workers N]

DATA_DIR holds gold.json (name -> {"url", ...}) and NAME.html.gz; the pages are kept in a new archive first, their
articles without their last line, so that every one is updated. Plain trafilatura reads the same bodies in this one
process, nothing read from WARC and nothing stored. Times are by the clock on the wall: on a machine that does other
work, say so.
"""

import argparse
import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines.extraction.judge import judge
from pipelines.extraction.pool import Pool
from pipelines.page import Page
from pipelines.reextraction.reextract import reextract
from pipelines.urls.canonical import canonical_key
from storage.archive import Archive
from storage.model.article import Article
from storage.model.visit import Snapshot, Visit
from storage.operations.reextraction import Reextraction, Wanted

ROOT = Path(__file__).parents[2]
DATA = ROOT / ".." / "shared" / "corpus"
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def keep(archive: Archive, url: str, body: bytes, pool: Pool) -> bool:
    """Store a page, and its article as worse rules would read it; whether it is one."""
    page = Page(url=url, body=body, fetched_at=WHEN)
    found = pool.submit(judge, page, url=url).result().outcome
    if not isinstance(found, Article):
        return False
    record = archive.warc.write_response(url=url, status=200, reason="OK", headers=(), body=body, fetched_at=WHEN)
    snapshot = Snapshot(
        url=url, fetched_at=WHEN, status=200, payload_sha256=record.payload_sha256, record=record.location
    )
    worse = replace(found, text="\n".join(found.text.split("\n")[:-1]) or "س", rules_version="0")
    archive.store(Visit(url=url, key=canonical_key(url), snapshot=snapshot, outcome=worse))
    return True


def measure(archive: Archive, *, workers: int, dry: bool) -> tuple[float, float]:
    """Articles a second of a whole pass, and the processor's milliseconds that each costs outside of the workers."""
    work = Reextraction.begin(archive, Wanted(extractor="1", rules="1"), keep=not dry, restart=True)
    with Pool(workers) as pool:
        for future in [pool.submit(os.getpid) for _ in range(workers)]:
            future.result()  # the workers have made their imports
        began, used = time.perf_counter(), time.process_time()
        number = sum(1 for _ in reextract(archive, pool, work, sources={}))
        return number / (time.perf_counter() - began), 1000 * (time.process_time() - used) / number


def plain(bodies: Sequence[bytes]) -> float:
    """Pages a second of trafilatura as it comes, with what it knows of metadata."""
    from trafilatura import bare_extraction

    began = time.perf_counter()
    for body in bodies:
        bare_extraction(body, with_metadata=True)
    return len(bodies) / (time.perf_counter() - began)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args(arguments)
    gold = json.loads((given.data / "gold.json").read_text("utf-8"))
    bodies: list[bytes] = []
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder) / "archive") as archive:
        with Pool(given.workers) as pool:
            for name, about in list(gold.items())[: given.pages]:
                body = gzip.decompress((given.data / f"{name}.html.gz").read_bytes())
                if keep(archive, about["url"], body, pool):
                    bodies.append(body)
        print(f"{len(bodies)} articles, {sum(map(len, bodies)) / len(bodies) / 1000:.0f} kB of HTML each")
        one, _ = measure(archive, workers=1, dry=True)
        many, reading = measure(archive, workers=given.workers, dry=True)
        written, writing = measure(archive, workers=given.workers, dry=False)
    alternative = plain(bodies)
    print(f"{'1 worker, dry run':40} {one:8.1f} pages/s")
    print(f"{f'{given.workers} workers, dry run':40} {many:8.1f} pages/s (x {many / one:.2f})")
    print(f"{f'{given.workers} workers, every article rewritten':40} {written:8.1f} pages/s")
    print(f"{'outside of the workers, reading':40} {reading:8.1f} ms a page; what bounds the number of cores")
    print(f"{'outside of the workers, rewriting':40} {writing:8.1f} ms a page")
    print(f"{'trafilatura alone, 1 process':40} {alternative:8.1f} pages/s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
