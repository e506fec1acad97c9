"""The guards of the reading room, asked without a browser: hosts, origins, token, policy, methods."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.reading_room import OpenRoom, reading_room
from tests.support.small_archive import make_archive
from warraq.web.security.hosts import AllowedHosts
from warraq.web.security.signing import Signer
from warraq.web.templating import local_path
from warraq.web.view.text import followable, plain_address

TOKEN = "a-token-of-the-test"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("web") / "archive")


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[OpenRoom]:
    with reading_room(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def locked(folder: Path) -> Iterator[OpenRoom]:
    with reading_room(folder, token=TOKEN) as opened:
        yield opened


@pytest.mark.fault("A27")
@pytest.mark.parametrize("path", ["/", "/article/1", "/nowhere", "/static/room.css", "/search?q=source:"])
def test_every_answer_forbids_scripts_and_other_hosts(room: OpenRoom, path: str) -> None:
    answer = httpx.get(room.origin + path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers


@pytest.mark.fault("A28")
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "", "127.0.0.1@evil.example"])
def test_a_request_for_another_name_is_refused(room: OpenRoom, host: str) -> None:
    answer = httpx.get(room.origin, headers={"host": host})
    assert answer.status_code in (400, 421)
    assert "المنارة" not in answer.text


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8470"])
def test_every_name_of_this_machine_is_served(room: OpenRoom, host: str) -> None:
    assert httpx.get(room.origin, headers={"host": host}).status_code == 200


def test_names_and_addresses_beyond_loopback_are_served_where_they_are_allowed() -> None:
    allowed = AllowedHosts(names=frozenset({"archive.example"}), beyond_loopback=True)
    assert allowed.allow("archive.example:80")
    assert allowed.allow("10.0.0.7:8470")
    assert not allowed.allow("evil.example")


@pytest.mark.parametrize(
    "given", [{}, {"headers": {"authorization": "Bearer wrong"}}, {"cookies": {"warraq_token": "wrong"}}]
)
def test_without_the_token_nothing_is_shown(locked: OpenRoom, given: dict[str, dict[str, str]]) -> None:
    for path in ("/", "/article/1", "/static/room.css", "/?token=wrong"):
        answer = httpx.get(locked.origin + path, **given)
        assert answer.status_code == 401
        assert "المنارة" not in answer.text


def test_the_token_in_an_address_becomes_a_cookie_that_no_script_reads(locked: OpenRoom) -> None:
    with httpx.Client() as client:
        answer = client.get(f"{locked.origin}/?token={TOKEN}")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/"
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert client.get(f"{locked.origin}/").status_code == 200
    assert httpx.get(f"{locked.origin}/", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(
    "address", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/\n"]
)
def test_no_redirect_leaves_the_reading_room(room: OpenRoom, address: str) -> None:
    assert local_path(address) == "/"
    answer = httpx.get(f"{room.origin}/choose", params={"language": "en", "next": address})
    assert answer.headers["location"] == "/"


def test_a_choice_is_kept_in_a_cookie(room: OpenRoom) -> None:
    with httpx.Client(follow_redirects=True) as client:
        english = client.get(f"{room.origin}/choose", params={"language": "en", "next": "/article/1"})
        assert '<html lang="en" dir="ltr"' in english.text
        assert english.url.path == "/article/1"
        assert 'data-theme="dark"' in client.get(f"{room.origin}/choose?theme=dark").text
        assert '<html lang="en"' in client.get(f"{room.origin}/choose?language=xx").text


@pytest.mark.fault("A25")
@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.ma/خبر", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://user@evil.example/", False),
        ("https:///x", False),
        ("http://[::1", False),
        ("https://example.ma/\u202ex", False),
        ('https://example.ma/"x', False),
    ],
)
def test_only_plain_web_addresses_become_links(url: str, expected: bool) -> None:
    assert (followable(url) is not None) is expected


def test_addresses_are_shown_as_people_read_them() -> None:
    assert plain_address("https://example.ma/%D8%AE%D8%A8%D8%B1") == "example.ma/خبر"
    assert plain_address("https://example.ma/%E2%80%AEx") == "example.ma/%E2%80%AEx"
    assert plain_address("https://example.ma/%FF") == "example.ma/%FF"


def test_what_was_not_signed_here_is_not_signed() -> None:
    signer = Signer()
    signature = signer.sign("replay", "1", "2")
    assert signer.is_signed(signature, "replay", "1", "2")
    assert not signer.is_signed(signature, "form", "1", "2")
    assert not signer.is_signed(signature, "replay", "12", "")
    assert not Signer().is_signed(signature, "replay", "1", "2")


def test_the_archive_of_the_reading_room_cannot_be_written(room: OpenRoom) -> None:
    with pytest.raises(Exception, match="readonly"), room.room.archive.writing() as connection:
        connection.exec_driver_sql("delete from article")
