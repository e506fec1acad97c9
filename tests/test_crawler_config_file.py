"""warraq.toml and [tool.warraq]: after the command line and the environment, before the defaults."""

from pathlib import Path

import pytest

from crawler.config import Config, load, settings
from storage.errors import ConfigError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_order_is_command_line_environment_file_default(folder):
    (folder / "warraq.toml").write_text('contact = "a@b.example"\nconcurrency = 3\nturns = 4\ndelay = 2.5\n')
    found = {one.name: (one.value, one.origin) for one in settings(environ={"WARRAQ_TURNS": "5"}, concurrency=9)}
    assert found["concurrency"] == (9, "--concurrency")
    assert found["turns"] == (5, "WARRAQ_TURNS")
    assert found["contact"] == ("a@b.example", "warraq.toml")
    assert found["delay_s"] == (2.5, "warraq.toml")
    assert found["timeout_s"] == (30.0, "default")
    assert load(environ={}).turns == 4


def test_folders_are_those_of_the_file(folder):
    (folder / "desk").mkdir()
    (folder / "desk" / "mine").mkdir()
    (folder / "desk" / "w.toml").write_text('archive = "press"\nsources = ["mine"]\nallow-private = true\n')
    config = load(environ={}, file="desk/w.toml")
    assert (config.archive, config.allow_private) == (str(folder / "desk" / "press"), True)
    assert config.sources == (folder / "desk" / "mine",)
    assert load(environ={"WARRAQ_CONFIG": "desk/w.toml"}) == config


def test_a_table_of_pyproject_counts_where_there_is_no_file_of_its_own(folder):
    (folder / "pyproject.toml").write_text('[tool.warraq]\narchive = "postgresql+psycopg://x/y"\n')
    assert load(environ={}).archive == "postgresql+psycopg://x/y"
    (folder / "warraq.toml").write_text("")
    assert load(environ={}) == Config()
    (folder / "warraq.toml").unlink()
    (folder / "pyproject.toml").write_text("[project]\n")
    assert load(environ={}) == Config()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("concurency = 3", "warraq.toml: no setting is called 'concurency'; did you mean concurrency?"),
        ("concurrency = 0", "warraq.toml: concurrency = 0: write a whole number from 1 to 256"),
        ("delay = ", "warraq.toml: Invalid value"),
        ('bidi = "maybe"', "warraq.toml: bidi = 'maybe': write auto, on or off"),
        ('sources = ["nowhere"]', "no such folder"),
    ],
)
def test_a_mistake_names_the_file_and_the_key(folder, text, told):
    (folder / "warraq.toml").write_text(text)
    with pytest.raises(ConfigError) as raised:
        load(environ={})
    assert told in str(raised.value)
    assert raised.value.exit_code == 4


def test_a_file_that_is_named_must_be_there(folder):
    with pytest.raises(ConfigError, match=r"no file of settings at nowhere\.toml"):
        load(environ={}, file="nowhere.toml")
