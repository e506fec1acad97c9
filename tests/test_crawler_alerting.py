"""Alerts end to end: a change is stored, a real webhook and a real mail server on loopback are told once."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from crawler.alerting.alert_fields import checked_alert
from crawler.alerting.alert_thread import AlertThread
from crawler.alerting.rounds import run_round
from storage.alerts.alert import Alert
from storage.alerts.alert_book import add_alert, alert_states, put_file_alerts, remove_alert
from storage.alerts.outbox import GIVE_UP, claim_delivery, waiting_deliveries
from storage.archive import Archive
from storage.database.tables.alerts import AlertEventRow
from storage.errors import NotFoundError
from storage.model.visit import Failure, Visit
from tests.conftest import Clock
from tests.support.small_archive import START, TEXT, article, store
from tests.support.webhook import Mailbox, Webhook, mail_server, webhook


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = datetime.now(UTC)
    return clock


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as opened:
        yield opened


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


def alert(*targets: str, query: str = "الامتحانات", on: str = "new", **fields: object) -> Alert:
    return checked_alert(name="exams", query=query, to=targets, on=[on], **fields)  # type: ignore[arg-type]


def publish(archive: Archive, clock: Clock, number: int, title: str = "تأجيل الامتحانات", text: str = TEXT) -> None:
    store(archive, clock, article(f"https://rassad.example/{number}", "rassad", title, text, at=START))


def withdraw(archive: Archive, number: int) -> None:
    url = f"https://rassad.example/{number}"
    archive.store(Visit(url=url, key=url, source="rassad", outcome=Failure(reason="http 410", gone=True)))


def test_a_new_article_is_told_once_by_webhook_and_mail(
    archive: Archive, clock: Clock, hook: Webhook, box: Mailbox
) -> None:
    add_alert(archive, alert(hook.target, box.target))
    publish(archive, clock, 1)
    publish(archive, clock, 2, title="أسعار الخضار في السوق", text="نص عن السوق وحده لا غير.")
    for _ in range(3):
        run_round(archive)
    (told,) = hook.received
    assert (told["alert"], told["count"], hook.titles) == ("exams", 1, ["تأجيل الامتحانات"])
    assert told["title"] == "Warraq alert exams: 1 match"
    assert told["matches"][0]["url"] == "https://rassad.example/1"
    assert hook.headers[0]["idempotency-key"] == told["key"]
    (mail,) = box.mails
    assert (mail["subject"], mail["to"]) == ("Warraq alert exams: 1 match", "desk@press.example")
    body = mail.get_body(("plain",))
    assert body is not None
    assert "تأجيل الامتحانات" in body.get_content()
    assert mail["idempotency-key"] == told["key"]


def test_what_was_there_before_the_alert_is_not_told(archive: Archive, clock: Clock, hook: Webhook) -> None:
    publish(archive, clock, 1)
    add_alert(archive, alert(hook.target, query=""))
    run_round(archive)
    assert hook.received == []


def test_an_edit_a_withdrawal_and_a_return_are_told_with_what_changed(
    archive: Archive, clock: Clock, hook: Webhook
) -> None:
    add_alert(archive, alert(hook.target, on="changed,withdrawn,restored", query="source:rassad"))
    publish(archive, clock, 1)
    clock.forward(60)
    publish(archive, clock, 1, title="تأجيل الامتحانات أسبوعين", text=TEXT.replace("420", "380"))
    clock.forward(60)
    withdraw(archive, 1)
    clock.forward(60)
    publish(archive, clock, 1, title="تأجيل الامتحانات أسبوعين", text=TEXT.replace("420", "380"))
    run_round(archive)
    (told,) = hook.received
    assert [match["change"] for match in told["matches"]] == ["changed", "withdrawn", "restored"]
    assert "number" in told["matches"][0]["detail"]


def test_an_edit_that_takes_the_word_out_is_told_too(archive: Archive, clock: Clock, hook: Webhook) -> None:
    add_alert(archive, alert(hook.target, on="changed", query='"لجنة من خمسة خبراء" -غزة'))
    publish(archive, clock, 1)
    publish(archive, clock, 2, text=TEXT.replace("لجنة من خمسة", "هيئة من ستة"))
    clock.forward(60)
    publish(archive, clock, 1, text=TEXT.replace("لجنة من خمسة", "هيئة من ستة"))
    publish(archive, clock, 2, text=TEXT.replace("لجنة من خمسة", "هيئة من سبعة"))
    run_round(archive)
    assert [match["url"] for match in hook.received[0]["matches"]] == ["https://rassad.example/1"]


def test_a_revisit_that_finds_the_same_is_no_match(archive: Archive, clock: Clock, hook: Webhook) -> None:
    add_alert(archive, alert(hook.target, on="new,changed", query=""))
    publish(archive, clock, 1)
    run_round(archive)
    clock.forward(3600)
    publish(archive, clock, 1)
    run_round(archive)
    assert len(hook.received) == 1


def test_many_matches_are_one_message_with_a_count_of_the_rest(archive: Archive, clock: Clock, hook: Webhook) -> None:
    add_alert(archive, alert(hook.target, lines=3))
    for number in range(8):
        publish(archive, clock, number, title=f"الامتحانات {number}")
    run_round(archive)
    (told,) = hook.received
    assert told["message"].count("https://") == 3
    assert told["message"].endswith("and 5 more")
    assert (told["count"], len(told["matches"])) == (8, 8)


def test_matches_wait_for_others_and_messages_for_their_time(archive: Archive, clock: Clock, hook: Webhook) -> None:
    add_alert(archive, alert(hook.target, every="1h"))
    publish(archive, clock, 1)
    at = clock.now
    run_round(archive, gathered_s=60, clock=lambda: at + timedelta(seconds=30))
    assert hook.received == []
    publish(archive, clock, 2)
    run_round(archive, gathered_s=60, clock=lambda: at + timedelta(seconds=61))
    assert [one["count"] for one in hook.received] == [2]
    publish(archive, clock, 3)
    run_round(archive, clock=lambda: at + timedelta(minutes=30))
    assert len(hook.received) == 1
    run_round(archive, clock=lambda: at + timedelta(minutes=62))
    assert [one["count"] for one in hook.received] == [2, 1]


def test_quiet_hours_hold_messages_back_and_nothing_is_lost(archive: Archive, clock: Clock, hook: Webhook) -> None:
    add_alert(archive, alert(hook.target, quiet_hours="22:00-07:00", zone="Africa/Cairo"))
    publish(archive, clock, 1)
    day = (clock.now + timedelta(days=1)).replace(minute=0)
    night = day.replace(hour=23)  # 01:00 or 02:00 in Cairo
    assert run_round(archive, clock=lambda: night).quiet == ["exams"]
    assert hook.received == []
    run_round(archive, clock=lambda: day.replace(hour=9) + timedelta(days=1))
    assert hook.titles == ["تأجيل الامتحانات"]


def test_a_refused_message_is_sent_again_later_with_the_same_key(archive: Archive, clock: Clock, hook: Webhook) -> None:
    hook.statuses = [500, 200]
    add_alert(archive, alert(hook.target))
    publish(archive, clock, 1)
    first = run_round(archive)
    assert (first.sent, first.failed) == (0, 1)
    ((name, target, why),) = first.errors
    assert (name, target) == ("exams", f"json://127.0.0.1:{hook.port}/…")
    assert "500" in why
    assert "secret-token" not in why
    assert run_round(archive).failed == 0, "the next attempt is a minute later"
    later = datetime.now(UTC) + timedelta(seconds=70)
    assert run_round(archive, clock=lambda: later).sent == 1
    assert hook.received[0]["key"] == hook.received[1]["key"]
    assert run_round(archive, every=True).sent == 0


def test_one_target_that_fails_does_not_hold_up_the_other(
    archive: Archive, clock: Clock, hook: Webhook, box: Mailbox
) -> None:
    hook.statuses = [503]
    add_alert(archive, alert(hook.target, box.target))
    publish(archive, clock, 1)
    result = run_round(archive)
    assert (result.sent, result.failed, len(box.mails)) == (1, 1, 1)
    run_round(archive, every=True)
    assert (len(hook.received), len(box.mails)) == (2, 1)


def test_a_message_that_fails_for_days_is_given_up_and_shown(archive: Archive, clock: Clock, hook: Webhook) -> None:
    hook.statuses = [503]
    add_alert(archive, alert(hook.target))
    publish(archive, clock, 1)
    run_round(archive)
    late = datetime.now(UTC) + GIVE_UP + timedelta(hours=1)
    run_round(archive, clock=lambda: late)
    (state,) = alert_states(archive)
    assert (state.waiting, state.given_up) == (0, 1)
    assert "503" in (state.error or "")


def test_a_crash_between_sending_and_settling_sends_again_with_the_same_key(
    archive: Archive, clock: Clock, hook: Webhook
) -> None:
    class Killed(BaseException):
        """Stands for SIGKILL: nothing of ours catches it."""

    add_alert(archive, alert(hook.target))
    publish(archive, clock, 1)

    def kill() -> datetime:
        if hook.received:
            raise Killed
        return datetime.now(UTC)

    with pytest.raises(Killed):
        run_round(archive, clock=kill)
    assert len(hook.received) == 1
    assert run_round(archive).sent == 0, "another process may still be sending it"
    later = datetime.now(UTC) + timedelta(minutes=3)
    assert run_round(archive, clock=lambda: later).sent == 1
    assert hook.received[0]["key"] == hook.received[1]["key"]


def test_a_change_that_is_followed_twice_matches_once(archive: Archive, clock: Clock, hook: Webhook) -> None:
    add_alert(archive, alert(hook.target))
    publish(archive, clock, 1)
    with archive.reading() as connection:
        noted = dict(connection.execute(select(AlertEventRow.__table__)).mappings().one())
    run_round(archive)
    with archive.writing() as connection:  # as a second process that read it at the same time
        connection.execute(insert(AlertEventRow), noted)
    run_round(archive)
    assert len(hook.received) == 1


def test_two_processes_never_send_one_message_at_once(archive: Archive, clock: Clock, hook: Webhook) -> None:
    hook.statuses = [500]
    add_alert(archive, alert(hook.target))
    publish(archive, clock, 1)
    run_round(archive)
    later = datetime.now(UTC) + timedelta(minutes=2)
    ((delivery, _),) = waiting_deliveries(archive, alert_states(archive), now=later)
    assert claim_delivery(archive, delivery, now=later) is not None
    assert claim_delivery(archive, delivery, now=later) is None
    assert waiting_deliveries(archive, alert_states(archive), now=later, every=True) == []


def test_an_archive_without_alerts_notes_nothing(archive: Archive, clock: Clock) -> None:
    publish(archive, clock, 1)
    with archive.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from alert_event").scalar() == 0


def test_a_removed_alert_sends_nothing_more(archive: Archive, clock: Clock, hook: Webhook) -> None:
    hook.statuses = [500]
    add_alert(archive, alert(hook.target))
    publish(archive, clock, 1)
    run_round(archive)
    remove_alert(archive, "exams")
    publish(archive, clock, 2)
    assert run_round(archive, every=True).sent == 0
    assert len(hook.received) == 1
    with pytest.raises(NotFoundError):
        remove_alert(archive, "exams")


def test_an_alert_of_a_file_keeps_its_targets_there(archive: Archive, clock: Clock, hook: Webhook) -> None:
    described = replace(alert(hook.target), origin="file")
    put_file_alerts(archive, [described])
    publish(archive, clock, 1)
    run_round(archive)
    assert hook.received == [], "a program without the file knows no target"
    run_round(archive, [described])
    assert hook.titles == ["تأجيل الامتحانات"]
    with archive.reading() as connection:
        assert "secret-token" not in str(connection.exec_driver_sql("select * from alert").all())


def test_a_target_that_hangs_does_not_hold_up_the_end(archive: Archive, clock: Clock, hook: Webhook) -> None:
    hook.hangs.set()
    add_alert(archive, alert(hook.target))
    thread = AlertThread(archive, round_s=0.02)
    publish(archive, clock, 1)
    began = time.monotonic()
    thread.close(wait_s=0.3)
    assert time.monotonic() - began < 1.0
    publish(archive, clock, 2)  # nobody holds the archive
    hook.hangs.clear()
    later = datetime.now(UTC) + timedelta(minutes=3)
    run_round(archive, clock=lambda: later)
    assert "تأجيل الامتحانات" in hook.titles


def test_the_crawl_s_writer_is_free_while_a_message_is_sent(archive: Archive, clock: Clock, hook: Webhook) -> None:
    stored: list[float] = []

    def store_meanwhile() -> None:
        began = time.monotonic()
        thread = threading.Thread(target=publish, args=(archive, clock, 2))
        thread.start()
        thread.join(5)
        stored.append(time.monotonic() - began)

    add_alert(archive, alert(hook.target))
    publish(archive, clock, 1)
    hook.on_request = store_meanwhile
    run_round(archive)
    assert len(stored) == 1
    assert archive.get(2).article.title == "تأجيل الامتحانات"
