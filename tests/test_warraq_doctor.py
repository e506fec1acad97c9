"""warraq config and warraq doctor: where values come from, and what is wrong with an installation."""

import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from crawler.checking.network_check import network_line, reach_hosts
from crawler.demo import source_toml
from storage.archive import Archive
from tests.support.desk import Ended, Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "archive"):
        return tmp_path / "archive"


def test_config_names_the_origin_of_each_value(
    warraq_: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "warraq.toml").write_text("delay = 2\n")
    monkeypatch.setenv("WARRAQ_TURNS", "7")
    rows = [json.loads(line) for line in warraq_("config", "--json").out.splitlines()]
    found = {row["setting"]: (row["value"], row["from"]) for row in rows}
    assert found["archive"] == (str(folder), "--archive")
    assert found["turns"] == (7, "WARRAQ_TURNS")
    assert found["delay"] == (2.0, "warraq.toml")
    assert found["timeout"] == (30.0, "default")
    assert "warraq.toml" in warraq_("config").out


def test_a_slip_in_the_file_is_one_line(warraq_: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "warraq.toml").write_text("dely = 2\n")
    ended = warraq_("search", "x")
    assert ended.code == 4
    assert ended.err == "warraq: warraq.toml: no setting is called 'dely'; did you mean delay?\n"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with one source, on a port of this machine where nothing listens."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "demo.toml").write_text(source_toml(f"http://127.0.0.1:{closed_port()}"), encoding="utf-8")
    return tmp_path / "mine"


def closed_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def test_doctor_finds_nothing_wrong_here(warraq_: Run, mine: Path) -> None:
    ended = warraq_("doctor", "--json", "--sources", mine)
    rows = {row["what"]: row for row in map(json.loads, ended.out.splitlines())}
    assert [what for what, row in rows.items() if row["wrong"] and what != "disk"] == []
    assert rows["archive"]["value"].endswith(": 0 articles")
    assert rows["packages"]["value"] == "storage, pipelines and crawler are Warraq's"


def network(ended: Ended) -> dict[str, object]:
    """The line of the network."""
    (row,) = [row for row in map(json.loads, ended.out.splitlines()) if row["what"] == "network"]
    return dict(row)


def test_doctor_connects_to_a_newspaper_s_host_and_sends_nothing(warraq_: Run, mine: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]
        (mine / "demo.toml").write_text(source_toml(f"http://127.0.0.1:{port}"), encoding="utf-8")
        row = network(warraq_("doctor", "--json", "--sources", mine))
        connection, _ = server.accept()
        with connection:
            assert connection.recv(1) == b""
    assert str(row["value"]).startswith(f"online: connected to 127.0.0.1:{port} in ")


def test_a_host_that_takes_no_connection_is_said_and_is_no_fault(warraq_: Run, mine: Path) -> None:
    row = network(warraq_("doctor", "--json", "--sources", mine))
    assert (str(row["value"]).startswith("no host can be reached"), row["wrong"]) == (True, False)


def test_offline_is_said_in_that_word() -> None:
    def no_name_server(host: str, port: int) -> str:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    reached = reach_hosts(["https://press.example/", "http://www.press.example/"], look_up=no_name_server)
    assert network_line(reached) == (
        "offline: no name resolves (press.example:443: Temporary failure in name resolution;"
        " www.press.example:80: Temporary failure in name resolution)"
    )


def test_a_look_up_that_hangs_ends_in_time() -> None:
    released = threading.Event()

    def hangs(host: str, port: int) -> str:
        released.wait(10)
        raise OSError("released")

    began = time.monotonic()
    (reached,) = reach_hosts(["https://press.example/"], deadline_s=0.1, look_up=hangs)
    released.set()
    assert (reached.result, reached.why) == ("unresolved", "no answer in 0.1 s")
    assert time.monotonic() - began < 2


def test_a_foreign_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "__init__.py").touch()
    code = "from warraq.cli.shared.neighbours import foreign; print(foreign())"
    root = str(Path(__file__).parent.parent)
    ended = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {root!r}]; {code}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert ended.stdout.startswith("the package 'pipelines' that Python finds is not Warraq's"), ended.stderr
