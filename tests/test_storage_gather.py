"""Gathering: a copy is one when it is proved; it is read in place of the file that it came from."""

import hashlib
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.errors import ConfigError, StorageError
from storage.warc import WarcError, WarcStore
from storage.warc.gather import Gathering, gather, reader
from tests.support.peers import peer

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The endpoint of an S3 server on loopback, with one bucket, "press"."""
    program = peer("moto_server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    endpoint = f"http://127.0.0.1:{port}"
    key = {"Authorization": "AWS4-HMAC-SHA256 Credential=press/20260101/us-east-1/s3/aws4_request"}
    make = urllib.request.Request(f"{endpoint}/press", method="PUT", headers=key)
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(make)
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        else:
            pytest.fail("the S3 server does not answer")
        yield endpoint
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(params=["folder", "bucket"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A place to gather in: a shared folder, and a bucket that is reached with the standard variables."""
    if request.param == "folder":
        return (tmp_path / "shared" / "warc").as_uri()
    for name, value in {
        "ACCESS_KEY_ID": "press",
        "SECRET_ACCESS_KEY": "secret",
        "REGION": "us-east-1",
        "ENDPOINT_URL": request.getfixturevalue("s3"),
        "ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return f"s3://press/{tmp_path.name}/warc"


def filled(folder: Path, *, pages: int = 3) -> tuple[WarcStore, list]:
    store = WarcStore(folder)
    records = [
        store.write_resource(
            url=f"https://rassad.example/{n}", body=f"خبر {n}".encode() * 50, media_type="text/html", fetched_at=AT
        )
        for n in range(pages)
    ]
    store.close()
    return store, records


def test_a_gathered_file_is_the_same_and_carries_its_digest(tmp_path: Path, address: str) -> None:
    store, _ = filled(tmp_path / "warc")
    (path,) = store.files()
    place = Gathering(address)
    assert place.names() == []

    (taken,) = gather(store.folder, place)

    assert (taken.name, taken.result, taken.bytes) == (path.name, "new", path.stat().st_size)
    assert taken.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert place.names() == [path.name]
    with place.open(path.name) as copy:
        assert copy.read() == path.read_bytes()


def test_gathering_again_copies_nothing(tmp_path: Path, address: str) -> None:
    store, _ = filled(tmp_path / "warc")
    list(gather(store.folder, Gathering(address)))
    assert [taken.result for taken in gather(store.folder, Gathering(address))] == ["there"]


def test_a_file_that_was_moved_is_read_from_where_it_is(tmp_path: Path, address: str) -> None:
    store, records = filled(tmp_path / "warc")
    list(gather(store.folder, Gathering(address), move=True))
    assert list(store.files()) == []
    with pytest.raises(WarcError, match="cannot read"):
        store.read(records[1].location)

    store.elsewhere = reader(address)

    for number, record in enumerate(records):
        assert store.read(record.location).payload == f"خبر {number}".encode() * 50


def test_a_copy_that_broke_off_is_none_and_is_made_again(tmp_path: Path, address: str) -> None:
    store, _ = filled(tmp_path / "warc")
    (path,) = store.files()
    place = Gathering(address)
    place._system.makedirs(place._root, exist_ok=True)
    place._system.pipe_file(f"{place._root}/{path.name}", path.read_bytes()[:100])
    assert place.names() == []
    with pytest.raises(StorageError, match="is not gathered"):
        place.open(path.name)

    assert [taken.result for taken in gather(store.folder, place)] == ["new"]

    with place.open(path.name) as copy:
        assert copy.read() == path.read_bytes()


def test_other_bytes_of_the_same_name_are_never_written_over(tmp_path: Path, address: str) -> None:
    store, _ = filled(tmp_path / "warc")
    (path,) = store.files()
    place = Gathering(address)
    list(gather(store.folder, place))
    before = path.read_bytes()
    path.write_bytes(before + b"more")

    with pytest.raises(StorageError, match="with different content"):
        list(gather(store.folder, place, move=True))

    assert path.exists()
    with place.open(path.name) as copy:
        assert copy.read() == before


def test_the_file_that_is_being_written_stays(tmp_path: Path, address: str) -> None:
    store = WarcStore(tmp_path / "warc")
    store.write_resource(url="https://rassad.example/", body=b"x", media_type="text/html", fetched_at=AT)
    assert list(gather(store.folder, Gathering(address))) == []
    store.close()


def test_a_place_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    _, records = filled(tmp_path / "warc")
    with Archive.open(tmp_path / "archive", warc=tmp_path / "none", gather=(tmp_path / "gone").as_uri()) as archive:
        with pytest.raises(WarcError, match="is not gathered at file:") as caught:
            archive.warc.read(records[0].location)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["", "bucket", "s3://", "nosuch://place/x"])
def test_an_address_that_says_nothing_names_the_cure(address: str) -> None:
    with pytest.raises(ConfigError, match="gather = "):
        Gathering(address)


def test_two_names_of_one_second_and_process_differ() -> None:
    from storage.warc.file import file_name

    assert len({file_name(AT) for _ in range(1000)}) == 1000
