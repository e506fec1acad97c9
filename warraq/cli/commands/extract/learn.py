"""`warraq extract --learn`: remove what recurs on the pages of a host, in a second pass over the records."""

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from pipelines.boilerplate.learn import Observation, learn, shifted, strip_lines
from pipelines.urls.host import host
from storage.export.columns import Record, to_json
from storage.model.article import Removed


def without_boilerplate(records: Iterable[Record]) -> Iterator[Record]:
    """Return the records in order, without the blocks that recur on their host.

    Two passes: nothing is returned before all are read. They wait on disk; only their lines are in memory.
    """
    seen: dict[str, list[Observation]] = defaultdict(list)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass") as spool:
        for number, record in enumerate(records):
            spool.write(to_json(record) + "\n")
            if (host := _host(record)) and "error" not in record and "not_article" not in record:
                seen[host].append(_observation(record, page=str(number)))
        learned = {host: learn(observations).keys for host, observations in seen.items()}
        spool.seek(0)
        for line in spool:
            record = json.loads(line)
            yield _stripped(record, learned.get(_host(record), frozenset()))


def _host(record: Record) -> str:
    """The host to learn for; "" if no URL is known: then nothing is learned."""
    try:
        return host(str(record["url"] or ""))
    except ValueError:
        return ""


def _observation(record: Record, *, page: str) -> Observation:
    day = str(record["published"] or "")[:10] or None
    authors = [name for name in _list_field(record, "authors") if isinstance(name, str)]
    return Observation(page=page, day=day, lines=_lines(record), authors=authors)


def _stripped(record: Record, learned: frozenset[str]) -> Record:
    lines, removed = strip_lines(_lines(record), learned)
    if not removed:
        return record
    earlier = [Removed(**piece) for piece in _list_field(record, "removed") if isinstance(piece, dict)]
    return record | {"text": "\n".join(lines), "removed": [asdict(piece) for piece in shifted(earlier, removed)]}


def _lines(record: Record) -> list[str]:
    return str(record["text"]).split("\n") if record["text"] else []


def _list_field(record: Record, name: str) -> list[object]:
    value = record.get(name)
    return value if isinstance(value, list) else []
