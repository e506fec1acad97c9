"""warraq config and warraq doctor: where values come from, and what is wrong with an installation."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from storage.archive import Archive
from tests.support.desk import Run


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


def test_doctor_finds_nothing_wrong_here(warraq_: Run) -> None:
    ended = warraq_("doctor", "--json")
    rows = {row["what"]: row for row in map(json.loads, ended.out.splitlines())}
    assert [what for what, row in rows.items() if row["wrong"] and what != "disk"] == []
    assert rows["archive"]["value"].endswith(": 0 articles")
    assert rows["packages"]["value"] == "storage, pipelines and crawler are Warraq's"


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
