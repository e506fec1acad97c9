"""One round of alerts: follow what changed, make messages, send what is due. No part of it runs in a crawl's thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.alerting.alert_fields import zone_of
from crawler.alerting.delivery import send
from crawler.alerting.health_matches import note_findings
from crawler.alerting.quiet_hours import QuietHours
from crawler.alerting.targets import masked
from storage.alerts.alert import Alert, AlertMessage, AlertState, target_hash
from storage.alerts.alert_book import alert_states
from storage.alerts.follow import follow
from storage.alerts.outbox import claim_delivery, make_messages, settle_delivery, waiting_deliveries
from storage.archive import Archive
from storage.database.engine import utc_now


@dataclass(slots=True)
class RoundResult:
    """What a round did."""

    sent: int = 0
    failed: int = 0
    #: Names of alerts that hold back messages because of their quiet hours.
    quiet: list[str] = field(default_factory=list)
    #: (alert, masked target, why), for each failed attempt.
    errors: list[tuple[str, str, str]] = field(default_factory=list)


def run_round(
    archive: Archive,
    file_alerts: Sequence[Alert] = (),
    *,
    gathered_s: float = 0.0,
    every: bool = False,
    health: bool = False,
    go_on: Callable[[], bool] = lambda: True,
    clock: Callable[[], datetime] = utc_now,
) -> RoundResult:
    """Run one round; blocks while targets answer.

    Args:
        file_alerts: alerts of the settings file, with their targets.
        gathered_s: how long matches wait to be combined with others, in seconds.
        every: also send messages whose next attempt is later.
        health: first check for health findings, which reads the figures of all sources.
        go_on: asked before each sending; False ends the round.
    """
    result = RoundResult()
    states = alert_states(archive, file_alerts)
    if not states:
        return result
    followed = follow(archive, states)
    if health:
        note_findings(archive, states, now=clock())
    if followed or health:
        states = alert_states(archive, file_alerts)
    now = clock()
    awake = [state for state in states if not is_quiet(state.alert, now)]
    result.quiet = sorted(state.alert.name for state in states if state.matches and is_quiet(state.alert, now))
    make_messages(archive, awake, now=now, gathered_s=gathered_s)
    _send_due(archive, awake, result, every=every, go_on=go_on, clock=clock)
    return result


def is_quiet(alert: Alert, now: datetime) -> bool:
    """Whether an alert sends nothing at this instant."""
    if alert.quiet is None:
        return False
    return QuietHours.parse(alert.quiet).covers(now, zone_of(alert.zone) if alert.zone else None)


def _send_due(
    archive: Archive,
    awake: Sequence[AlertState],
    result: RoundResult,
    *,
    every: bool,
    go_on: Callable[[], bool],
    clock: Callable[[], datetime],
) -> None:
    alerts = {state.alert.name: state.alert for state in awake}
    unreachable: set[str] = set()
    for delivery_id, hashed in waiting_deliveries(archive, awake, now=clock(), every=every):
        if not go_on():
            return
        if hashed in unreachable or (message := claim_delivery(archive, delivery_id, now=clock())) is None:
            continue
        if _sent(archive, message, alerts[message.alert], result, clock):
            result.sent += 1
        else:
            unreachable.add(hashed)
            result.failed += 1


def _sent(
    archive: Archive, message: AlertMessage, alert: Alert, result: RoundResult, clock: Callable[[], datetime]
) -> bool:
    """Send a claimed message, and note how it ended."""
    target = next((one for one in alert.targets if target_hash(one) == message.target_hash), None)
    if target is None:
        settle_delivery(archive, message, error="the alert has no such target any more", is_final=True, now=clock())
        return True
    error = send(target, alert=alert.name, key=message.key, matches=message.matches, lines=alert.lines)
    settle_delivery(archive, message, error=error, now=clock())
    if error is not None:
        result.errors.append((alert.name, masked(target), error))
    return error is None
