"""Captures asked for in the browser: each runs `warraq capture` in a process of its own, which alone writes."""

import json
import secrets
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock, Thread
from typing import Literal

from crawler.config import Config
from storage.errors import WarraqError

#: Captures that run at once, those that may wait, and those remembered once they ended.
_AT_ONCE, _WAITING, _REMEMBERED = 2, 20, 200
#: Seconds after which a capture is ended: a fetch with its robots.txt, redirects and retries takes less.
_DEADLINE_S = 180.0

Stage = Literal["waiting", "fetching", "done", "failed"]


class TooManyCapturesError(WarraqError):
    """So many captures wait that no other is taken."""


@dataclass(slots=True)
class Job:
    """One capture, as far as it has come."""

    id: str
    url: str
    asked_at: datetime
    stage: Stage = "waiting"
    #: As `warraq capture --json` says it; None before it ended.
    article: int | None = None
    result: str | None = None
    reason: str | None = None
    title: str | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will come of it."""
        return self.stage in ("done", "failed")


@dataclass
class CaptureJobs:
    """The captures of one server."""

    config: Config
    #: Arguments of the command line before those of a capture.
    program: tuple[str, ...] = (sys.executable, "-m", "warraq")
    _jobs: OrderedDict[str, Job] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _running: int = 0

    def ask(self, url: str) -> Job:
        """Ask for a capture; it begins when those before it leave room. Raises TooManyCapturesError."""
        job = Job(id=secrets.token_urlsafe(9), url=url, asked_at=datetime.now(UTC))
        with self._lock:
            if sum(not one.is_finished for one in self._jobs.values()) >= _AT_ONCE + _WAITING:
                raise TooManyCapturesError("many captures are waiting; try again in a minute")
            self._jobs[job.id] = job
            self._forget()
        self._start_next()
        return job

    def get(self, job_id: str) -> Job | None:
        """A capture; None if it is not known any more."""
        return self._jobs.get(job_id)

    def recent(self) -> list[Job]:
        """The last captures, newest first."""
        return list(reversed(self._jobs.values()))[:20]

    def _forget(self) -> None:
        for job_id in [one.id for one in self._jobs.values() if one.is_finished][:-_REMEMBERED]:
            del self._jobs[job_id]

    def _start_next(self) -> None:
        with self._lock:
            waiting = next((job for job in self._jobs.values() if job.stage == "waiting"), None)
            if waiting is None or self._running >= _AT_ONCE:
                return
            waiting.stage = "fetching"
            self._running += 1
        Thread(target=self._run, args=(waiting,), daemon=True).start()

    def _run(self, job: Job) -> None:
        try:
            _fill(job, self._captured(job.url))
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            job.reason = "it took too long" if isinstance(error, subprocess.TimeoutExpired) else str(error)
            job.stage = "failed"
        finally:
            with self._lock:
                self._running -= 1
            self._start_next()

    def _captured(self, url: str) -> Mapping[str, object]:
        """Run the command; what it says of the one address. Raises ValueError with its last words where it says nothing."""
        command = [*self.program, "capture", "--json", *self._options(), "--", url]
        ended = subprocess.run(  # noqa: S603  no shell; the address comes after "--"
            command, capture_output=True, text=True, encoding="utf-8", timeout=_DEADLINE_S, check=False
        )
        for line in ended.stdout.splitlines():
            if line.startswith("{"):
                found: Mapping[str, object] = json.loads(line)
                return found
        lines = ended.stderr.strip().splitlines()
        raise ValueError(lines[-1].removeprefix("warraq: ") if lines else f"exit code {ended.returncode}")

    def _options(self) -> Iterator[str]:
        config = self.config
        yield from ("--archive", config.archive)
        if config.warc is not None:
            yield from ("--warc", str(config.warc))
        for folder in config.sources:
            yield from ("--sources", str(folder))
        if config.allow_private:
            yield "--allow-private"
        if config.contact:
            yield from ("--contact", config.contact)


def _fill(job: Job, record: Mapping[str, object]) -> None:
    number = record.get("id")
    job.article = number if isinstance(number, int) else None
    job.result = str(record.get("result") or "")
    job.reason = str(record["reason"]) if record.get("reason") else None
    job.title = str(record["title"]) if record.get("title") else None
    job.stage = "failed" if job.article is None and job.result in ("failed", "refused", "retry") else "done"
