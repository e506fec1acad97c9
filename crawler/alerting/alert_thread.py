"""The thread that serves alerts while a crawl runs.

It shares nothing with the crawl but the archive: it reads what is committed, and its own transactions write a few rows.
A target that hangs holds this thread alone, and the end of the crawl waits for it at most `CLOSE_S` seconds; what was
not sent then is in the archive, and the next round sends it.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from crawler.alerting.alert_file import alerts_of
from crawler.alerting.delivery import warm_up
from crawler.alerting.rounds import run_round
from crawler.config import Config
from storage.alerts.alert import Alert
from storage.alerts.alert_book import alert_states, put_file_alerts
from storage.archive import Archive
from storage.errors import WarraqError

logger = logging.getLogger(__name__)

#: Seconds between two rounds, and for which a match waits for others.
ROUND_S, GATHERED_S = 5.0, 60.0
#: Seconds between two checks for health findings.
HEALTH_S = 600.0
#: The end of a crawl waits so long for messages; of one that was interrupted, so long. Seconds.
CLOSE_S, INTERRUPTED_S = 10.0, 2.0


@contextmanager
def alerting(archive: Archive, config: Config, *, is_stopping: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Serve alerts while inside; at the end, send what waits.

    Args:
        is_stopping: whether the crawl was interrupted, so that its end should be short.

    Raises:
        ConfigError: an alert of the settings file is wrong.
        AlertExistsError: an alert of the file has the name of one of the archive.
    """
    alerts = alerts_of(config)
    if alerts:
        put_file_alerts(archive, alerts)
    thread = AlertThread(archive, alerts)
    try:
        yield
    finally:
        thread.close(wait_s=INTERRUPTED_S if is_stopping() else CLOSE_S)


class AlertThread:
    """Runs rounds until it is closed. Errors are logged; none of them ends a crawl."""

    def __init__(self, archive: Archive, file_alerts: Sequence[Alert] = (), *, round_s: float = ROUND_S) -> None:
        self._archive = archive
        self._file_alerts = file_alerts
        self._round_s = round_s
        self._closing = threading.Event()
        self._deadline = float("inf")
        self._thread = threading.Thread(target=self._work, name="alerts", daemon=True)
        self._thread.start()

    def close(self, *, wait_s: float) -> None:
        """Run a last round, and wait for it at most so long. Safe to call twice."""
        self._deadline = time.monotonic() + wait_s
        self._closing.set()
        self._thread.join(wait_s)
        if self._thread.is_alive():
            logger.warning(
                "alerts: a target does not answer; what waits is sent by the next crawl or `warraq alert run`"
            )

    def _work(self) -> None:
        self._warm_up()
        looked = time.monotonic()
        while not self._closing.wait(self._round_s):
            health = time.monotonic() - looked >= HEALTH_S
            looked = time.monotonic() if health else looked
            self._round(gathered_s=GATHERED_S, health=health)
        self._round(gathered_s=0.0, health=True)

    def _warm_up(self) -> None:
        """Load what sending needs while the crawl begins, so that its end need not wait for it."""
        try:
            if alert_states(self._archive, self._file_alerts):
                warm_up()
        except WarraqError as error:
            logger.warning("alerts: %s; what matches waits in the archive", error)

    def _round(self, *, gathered_s: float, health: bool) -> None:
        try:
            result = run_round(
                self._archive,
                self._file_alerts,
                gathered_s=gathered_s,
                health=health,
                go_on=lambda: time.monotonic() < self._deadline,
            )
            for name, target, why in result.errors:
                logger.warning("alert %s: %s: %s; it is sent again later", name, target, why)
        except WarraqError as error:
            logger.warning("alerts: %s", error)
        except Exception:
            logger.exception("alerts: this round failed; the next one continues")
