"""Prometheus metrics of a watch. The only module that imports prometheus_client.

Events are counted as they happen (`on_event`, `on_answer`, `on_turn`); the state is read from the archive on request,
at most every `FRESH_S` seconds. Labels are source keys and fixed words, so their number is bounded, whichever words a
page contains. docs/cli.md lists names and meanings.
"""

import time
from collections import Counter as Counts
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric

import warraq
from crawler.health import Finding, diagnose
from storage.errors import ConfigError, StorageError
from storage.model.visit import Result
from storage.operations.due_work import Due, due
from storage.statistics.gauges import Gauges, gauges
from storage.statistics.health import figures

if TYPE_CHECKING:
    from crawler.context import CrawlContext
    from crawler.counts import Event
    from crawler.engine.watch import WatchTurn
    from crawler.politeness.request_log import LoggedResponse

#: The state is read again after this many seconds.
FRESH_S = 15.0
#: The diagnosis reads weeks of the archive: it is repeated after this many seconds.
DIAGNOSED_S = 600.0
#: Label for "no source": captures.
CAPTURES = "captures"
#: Buckets in seconds, up to the time-out of a fetch.
_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0)
_OUTCOMES = frozenset(get_args(Result)) | {"refused"}
_CHANGES = ("new", "changed", "withdrawn", "restored")

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for every first, that no rule or board of ours asks for


class Metrics:
    """Counts of one process, and its archive."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        by_source, outcome = ["source"], ["source", "outcome"]
        self._fetches = Counter("warraq_fetches", "URLs settled, by result.", outcome, registry=registry)
        self._articles = Counter(
            "warraq_articles", "Articles new, changed, withdrawn or restored.", ["source", "change"],
            registry=registry,
        )  # fmt: skip
        self._polls = Counter("warraq_polls", "Feeds, sitemaps and sections polled.", outcome, registry=registry)
        self._findings_gauge = Counter("warraq_discovered_urls", "New URLs found.", by_source, registry=registry)
        self._turns = Counter("warraq_turns", "Turns of a source, by how they ended.", outcome, registry=registry)
        self._last_turn = Gauge(
            "warraq_last_turn_timestamp_seconds", "End of the source's last turn.", by_source, registry=registry
        )
        self._running = Gauge("warraq_turns_running", "Turns that go on.", registry=registry)
        self._requests = Counter("warraq_requests", "Requests sent, by status class.", ["status"], registry=registry)
        self._bytes = Counter("warraq_received_bytes", "Bytes of bodies, as transferred.", by_source, registry=registry)
        self._seconds = Histogram(
            "warraq_request_duration_seconds", "Time from a request to the response headers.", buckets=_BUCKETS,
            registry=registry,
        )  # fmt: skip
        self._timeouts = Counter(
            "warraq_extraction_timeouts", "Pages that exceeded a worker's time limit.", registry=registry
        )
        build = Gauge("warraq_build_info", "Version of the running program; always 1.", ["version"], registry=registry)
        build.labels(warraq.__version__).set(1)

    def attach(self, context: "CrawlContext") -> None:
        """Receive every response, and read the state from this context's archive."""
        context.request_log.watchers.append(self.on_answer)
        self.registry.register(_Standing(context))

    def on_event(self, event: "Event") -> None:
        """Count a settled URL, or a polled endpoint."""
        source = event.source or CAPTURES
        if event.new_urls:
            self._findings_gauge.labels(source).inc(event.new_urls)
        if event.result in ("poll", "error"):
            self._polls.labels(source, "ok" if event.result == "poll" else "error").inc()
            return
        self._fetches.labels(source, event.result if event.result in _OUTCOMES else "other").inc()
        if event.result in _CHANGES:
            self._articles.labels(source, event.result).inc()
        if event.reason == "extract: timeout":
            self._timeouts.inc()

    def on_answer(self, answer: "LoggedResponse") -> None:
        """Count a finished request."""
        self._requests.labels(_status(answer.status)).inc()
        self._bytes.labels(answer.source or CAPTURES).inc(answer.bytes)
        if answer.seconds is not None:
            self._seconds.observe(answer.seconds)

    def on_turn(self, turn: "WatchTurn") -> None:
        """Count a turn of a source."""
        outcome = turn.result.outcome if turn.result is not None else "crashed"
        self._turns.labels(turn.source, outcome).inc()
        self._last_turn.labels(turn.source).set_to_current_time()
        self._running.set(turn.running)


def _status(status: int | None) -> str:
    """Return the class of a status; two statuses have a class of their own."""
    if status is None:
        return "none"
    return str(status) if status in (304, 429) else f"{status // 100}xx"


class _Standing:
    """The state, read on request: a collector of prometheus_client."""

    def __init__(self, context: "CrawlContext") -> None:
        self._context = context
        self._read_at: float | None = None
        self._last: Gauges | None = None
        self._due: dict[str, Due] = {}
        self._warc_bytes = 0
        self._diagnosed_at: float | None = None
        self._findings: list[Finding] = []

    def collect(self) -> Iterator[Metric]:
        self._refresh()
        now = datetime.now(UTC)
        yield _gauge("warraq_archive_readable", "Whether the archive is readable.", self._last is not None)
        yield _gauge("warraq_hosts_resting", "Hosts that are resting.", len(self._context.host_queue.resting()))
        if self._last is None:
            return
        yield _gauge("warraq_warc_bytes", "Bytes of all WARC files.", self._warc_bytes)
        urls = GaugeMetricFamily("warraq_frontier_urls", "Addresses by state.", labels=["source", "state"])
        for (source, state), number in self._last.urls.items():
            urls.add_metric([source or CAPTURES, state], number)
        yield urls
        newest = {source: moment.timestamp() for source, moment in self._last.newest.items()}
        yield _by_source("warraq_newest_article_timestamp_seconds", "Time of the newest article.", newest)
        yield _by_source("warraq_endpoints_failing", "Endpoints whose last poll failed.", self._last.failing)
        lags = {source: _lag(falls, now) for source, falls in self._due.items()}
        yield _by_source("warraq_oldest_due_lag_seconds", "Time since the oldest due poll or announced URL.", lags)
        yield _findings_gauge(self._findings)

    def _refresh(self) -> None:
        if self._read_at is not None and time.monotonic() - self._read_at < FRESH_S:
            return
        self._read_at = time.monotonic()
        try:
            with self._context.archive.reading() as connection:
                self._last = gauges(connection)
            self._due = due(self._context.archive)
            self._warc_bytes = sum(path.stat().st_size for path in self._context.archive.warc.files())
            self._diagnose()
        except (StorageError, OSError):
            self._last = None

    def _diagnose(self) -> None:
        if self._diagnosed_at is not None and time.monotonic() - self._diagnosed_at < DIAGNOSED_S:
            return
        self._diagnosed_at = time.monotonic()
        with self._context.archive.reading() as connection:
            diagnosis = diagnose(figures(connection, now=datetime.now(UTC)))
        self._findings = [*diagnosis.findings, *(one for report in diagnosis.reports for one in report.findings)]


def _findings_gauge(findings: list[Finding]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "warraq_source_findings", "Findings of `warraq health`.", labels=["source", "kind", "severity"]
    )
    for (source, kind, severity), number in Counts(
        (one.source or "", one.kind, one.severity) for one in findings
    ).items():
        family.add_metric([source, kind, severity], number)
    return family


def _lag(falls: Due, now: datetime) -> float:
    """Return the seconds since the first endpoint or announced URL of a source fell due; 0: none is due."""
    times = [moment for moment in (falls.endpoint_at, falls.news_at) if moment is not None]
    return max(0.0, (now - min(times)).total_seconds()) if times else 0.0


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _by_source(name: str, meaning: str, values: dict[str, float] | dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=["source"])
    for source, value in sorted(values.items()):
        family.add_metric([source], value)
    return family


def address_of(text: str) -> tuple[str, int]:
    """Parse "[HOST:]PORT"; without a host only this machine is served.

    Raises:
        ValueError: it is invalid, with a message.
    """
    host, _, port = text.strip().rpartition(":")
    if not port.isascii() or not port.isdigit() or not 0 <= int(port) <= 65_535:
        raise ValueError("write a port, such as 9464, or an address and a port, such as 0.0.0.0:9464")
    return host.strip("[]") or "127.0.0.1", int(port)


@contextmanager
def served(metrics: Metrics, address: tuple[str, int]) -> Iterator[int]:
    """Serve Prometheus while inside; return the port (the requested one unless that was 0).

    Raises:
        ConfigError: the port cannot be used.
    """
    host, port = address
    try:
        server, thread = start_http_server(port, addr=host, registry=metrics.registry)
    except OSError as error:
        why = error.strerror or str(error)
        raise ConfigError(f"--metrics {host}:{port}: {why}; choose a free port") from error
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
