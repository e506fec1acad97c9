"""Captures requested in the browser: each runs `warraq capture` in its own process, because the server is read-only."""

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

#: Maximum number of running, waiting and remembered finished captures.
_AT_ONCE, _WAITING, _REMEMBERED = 2, 20, 200
#: Timeout of a capture in seconds: longer than a fetch with robots.txt, redirects and retries takes.
_DEADLINE_S = 180.0
#: Why a capture failed; here for the catalogue.
WORDS = {"late": "it took too long"}

Stage = Literal["waiting", "fetching", "done", "failed"]


class TooManyCapturesError(WarraqError):
    """The queue of captures is full."""


@dataclass(slots=True)
class Job:
    """State of one capture."""

    id: str
    url: str
    asked_at: datetime
    stage: Stage = "waiting"
    #: Output of `warraq capture --json`; None until the capture ends.
    article: int | None = None
    result: str | None = None
    reason: str | None = None
    title: str | None = None

    @property
    def is_finished(self) -> bool:
        """Whether the capture has ended."""
        return self.stage in ("done", "failed")


@dataclass
class CaptureJobs:
    """The captures of one server."""

    config: Config
    #: Command that runs warraq, before the arguments of `capture`.
    program: tuple[str, ...] = (sys.executable, "-m", "warraq")
    _jobs: OrderedDict[str, Job] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _running: int = 0

    def ask(self, url: str) -> Job:
        """Queue a capture; it starts when a slot is free. Raises TooManyCapturesError."""
        job = Job(id=secrets.token_urlsafe(9), url=url, asked_at=datetime.now(UTC))
        with self._lock:
            if sum(not one.is_finished for one in self._jobs.values()) >= _AT_ONCE + _WAITING:
                raise TooManyCapturesError("many captures are waiting; try again in a minute")
            self._jobs[job.id] = job
            self._forget()
        self._start_next()
        return job

    def get(self, job_id: str) -> Job | None:
        """Return a capture; None if it is unknown or was forgotten."""
        return self._jobs.get(job_id)

    def recent(self) -> list[Job]:
        """Return the latest captures, newest first."""
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
            _fill(job, self._capture_result(job.url))
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            job.reason = WORDS["late"] if isinstance(error, subprocess.TimeoutExpired) else str(error)
            job.stage = "failed"
        finally:
            with self._lock:
                self._running -= 1
            self._start_next()

    def _capture_result(self, url: str) -> Mapping[str, object]:
        """Run the command and return its JSON for the URL. Raises ValueError with its last error line if none."""
        command = [*self.program, "capture", "--json", *self._options(), "--", url]
        ended = subprocess.run(  # noqa: S603  no shell; the URL comes after "--"
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
