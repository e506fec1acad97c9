"""Metrics: what Prometheus reads from a watch, over loopback, parsed by its own parser."""

import socket
import urllib.error
import urllib.request
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler.config import Config
from crawler.counts import CrawlCounts, Event
from crawler.engine.watch import watch
from crawler.health import Finding
from crawler.politeness.request_log import LoggedResponse
from storage.archive import Archive
from storage.errors import ConfigError
from storage.model.address import Discovered
from storage.statistics.gauges import gauges
from tests.support.health_history import ROBOTS, History
from tests.support.loopback import Reply, Site, article
from warraq.cli.main import run
from warraq.metrics import FRESH_S, Metrics, _findings_gauge, address_of, served


def scraped(port: int) -> dict[tuple[str, ...], float]:
    """(name, source if it has one, other labels) -> value."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels, key="source".__ne__))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_watch_tells_prometheus_what_it_does(tmp_path) -> None:
    with Site() as site:
        items = "".join(f"<item><title>t</title><link>{site.base}/news/{number}</link></item>" for number in (1, 2, 3))
        feed = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
        site.routes["/feed"] = Reply(feed, headers={"Content-Type": "text/xml"})
        site.routes["/news/1"], site.routes["/news/2"] = Reply(article("الأول")), Reply(article("الثاني"))
        sources = tmp_path / "sources"
        sources.mkdir()
        (sources / "jarida.toml").write_text(
            f'name_ar = "الجريدة"\nname_en = "J"\ncountry = "MA"\ntimezone = "Africa/Casablanca"\nhome = "{site.base}/"\n'  # noqa: E501  one value
            f'article_url = "/news/"\n[[endpoint]]\nurl = "{site.base}/feed"\nkind = "feed"\n',
            encoding="utf-8",
        )
        config = Config(
            archive=str(tmp_path / "archive"),
            sources=(sources,),
            allow_private=True,
            delay_s=0.0,
            workers=1,
            patience_s=0,
        )
        metrics, kits, seen = Metrics(), [], []

        def look(_turn: object) -> None:
            seen.append(scraped(port))
            if seen[-1].get(("warraq_fetches_total", "jarida", "gone")):
                kits[0].stop()

        with served(metrics, ("127.0.0.1", 0)) as port:
            watch(
                config,
                ["jarida"],
                for_s=30,
                on_event=[metrics.on_event],
                on_turn=[metrics.on_turn, look],
                on_open=[metrics.attach, kits.append],
            )
        told = seen[-1]
    assert told["warraq_fetches_total", "jarida", "new"] == 2
    assert told["warraq_fetches_total", "jarida", "gone"] == 1
    assert told["warraq_articles_total", "jarida", "new"] == 2
    assert told["warraq_polls_total", "jarida", "ok"] == 1
    assert told["warraq_discovered_urls_total", "jarida"] == 3
    assert told["warraq_requests_total", "2xx"] == 3
    assert told["warraq_requests_total", "4xx"] == 2, "robots.txt, and the page that is gone"
    assert told["warraq_received_bytes_total", "jarida"] > 2 * len(article())
    assert told["warraq_request_duration_seconds_count",] == 5
    assert told["warraq_turns_total", "jarida", "done"] == len(seen)
    assert told["warraq_frontier_urls", "jarida", "done"] == 2
    assert told["warraq_archive_readable",] == told["warraq_build_info", _version()] == 1
    assert told["warraq_hosts_resting",] == told["warraq_endpoints_failing", "jarida"] == 0
    assert told["warraq_warc_bytes",] > 0
    assert told["warraq_oldest_due_lag_seconds", "jarida"] == 0
    assert abs(told["warraq_newest_article_timestamp_seconds", "jarida"] - datetime.now(UTC).timestamp()) < 60
    assert abs(told["warraq_last_turn_timestamp_seconds", "jarida"] - datetime.now(UTC).timestamp()) < 60


def _version() -> str:
    import warraq

    return warraq.__version__


def event(result: str, *, source: str | None = "rassad", reason: str = "") -> Event:
    return Event(source=source, url="https://rassad.example/1", result=result, reason=reason, counts=CrawlCounts())


def test_labels_stay_bounded_whatever_happens() -> None:
    metrics = Metrics()
    for number in range(50):
        metrics.on_event(event(f"odd {number}", reason=f"http {number}"))
        metrics.on_answer(LoggedResponse(source=None, host=f"h{number}.example", status=200 + number))
    metrics.on_event(event("failed", source=None, reason="extract: timeout"))
    with served(metrics, ("127.0.0.1", 0)) as port:
        told = scraped(port)
    assert told["warraq_fetches_total", "rassad", "other"] == 50
    assert told["warraq_fetches_total", "captures", "failed"] == 1
    assert told["warraq_extraction_timeouts_total",] == 1
    assert told["warraq_requests_total", "2xx"] == 50
    assert len(told) < 40


def test_how_things_stand_is_read_seldom_and_a_broken_archive_is_told(archive: Archive, monkeypatch) -> None:
    archive.frontier.add([Discovered(url="https://rassad.example/1", key="k", source="rassad", how="feed")])
    with archive.reading() as connection:
        assert gauges(connection).urls == {("rassad", "pending"): 1}
    reads = []

    def reading():
        reads.append(1)
        return Archive.reading(archive)

    context = SimpleNamespace(
        archive=SimpleNamespace(reading=reading, warc=archive.warc),
        host_queue=SimpleNamespace(resting=lambda: ["a"]),
        request_log=SimpleNamespace(watchers=[]),
    )
    metrics = Metrics()
    metrics.attach(context)
    reads.clear()
    monkeypatch.setattr("warraq.metrics.FRESH_S", -1.0)
    with served(metrics, ("127.0.0.1", 0)) as port:
        first = scraped(port)
        monkeypatch.setattr("warraq.metrics.FRESH_S", FRESH_S)
        read = len(reads)
        assert read > 0
        assert scraped(port).keys() == first.keys()
        assert len(reads) == read
        assert (first["warraq_frontier_urls", "rassad", "pending"], first["warraq_hosts_resting",]) == (1, 1)
        archive._engine.dispose()
        monkeypatch.setattr("warraq.metrics.FRESH_S", -1.0)
        monkeypatch.setattr(context.archive, "reading", lambda: _broken())
        broken = scraped(port)
    assert broken["warraq_archive_readable",] == 0
    assert ("warraq_frontier_urls", "rassad", "pending") not in broken


def _broken():
    from storage.errors import StorageError

    raise StorageError("the database is gone")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("9464", ("127.0.0.1", 9464)),
        (":9464", ("127.0.0.1", 9464)),
        ("0.0.0.0:9464", ("0.0.0.0", 9464)),
        ("[::1]:80", ("::1", 80)),
    ],
)
def test_an_address_to_serve_at_is_read(text: str, address: tuple[str, int]) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize("text", ["", "x", "127.0.0.1", "1:2:x", "70000", "-1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write a port"):
        address_of(text)


def test_a_port_that_is_taken_is_one_line(tmp_path, capsys) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(ConfigError, match=f"--metrics 127.0.0.1:{port}: Address already in use"),
            served(Metrics(), ("127.0.0.1", port)),
        ):
            pass
        assert run(["watch", "--archive", str(tmp_path / "a"), "--metrics", str(port), "--for", "1s"]) == 4
    told = capsys.readouterr().err.splitlines()
    assert told == [f"warraq: --metrics 127.0.0.1:{port}: Address already in use; choose a free port"]
    assert run(["watch", "--metrics", "x"]) == 2


def test_nothing_listens_any_more_after_it_ended() -> None:
    with served(Metrics(), ("127.0.0.1", 0)) as port:
        scraped(port)
    with pytest.raises(urllib.error.URLError):
        scraped(port)


def test_findings_are_told_by_source_kind_and_severity() -> None:
    found = Finding(source="jarida", kind="silent", since=None, command="x")
    notice = Finding(source=None, kind="everything_fell", severity="notice", since=None, command="x")
    samples = {(*sample.labels.values(),): sample.value for sample in _findings_gauge([found, found, notice]).samples}
    assert samples == {("jarida", "silent", "problem"): 2, ("", "everything_fell", "notice"): 1}


def test_the_findings_of_an_archive_are_scraped(folder_archive) -> None:
    history = History(now=datetime.now(UTC))
    history.robots.append((200, f"{ROBOTS}Disallow: /news/\n", datetime.now(UTC)))
    history.write(folder_archive)
    metrics = Metrics()
    context = SimpleNamespace(
        archive=folder_archive, request_log=SimpleNamespace(watchers=[]), host_queue=SimpleNamespace(resting=list)
    )
    metrics.attach(context)
    with served(metrics, ("127.0.0.1", 0)) as port:
        told = scraped(port)
    assert told["warraq_source_findings", "rassad", "robots_changed", "problem"] == 1
