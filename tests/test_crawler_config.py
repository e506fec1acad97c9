"""Config: command line, then environment, then defaults; what is wrong is named."""

from pathlib import Path

import pytest

from crawler.config import Config, load, variable
from storage.errors import ConfigError


def test_nothing_said_gives_the_defaults():
    assert load(environ={}) == Config()


def test_the_command_line_goes_before_the_environment():
    environ = {"WARRAQ_ARCHIVE": "from-environment", "WARRAQ_CONCURRENCY": "3"}
    config = load(environ=environ, archive="from-command-line", concurrency=None)
    assert (config.archive, config.concurrency) == ("from-command-line", 3)


def test_an_empty_variable_counts_as_not_set():
    assert load(environ={"WARRAQ_DELAY": ""}).delay_s is None


def test_a_variable_carries_no_unit():
    assert (variable("delay_s"), variable("allow_private")) == ("WARRAQ_DELAY", "WARRAQ_ALLOW_PRIVATE")


@pytest.mark.parametrize(
    ("name", "value", "field", "read"),
    [
        ("WARRAQ_ALLOW_PRIVATE", "yes", "allow_private", True),
        ("WARRAQ_ALLOW_PRIVATE", "0", "allow_private", False),
        ("WARRAQ_DELAY", "0.5", "delay_s", 0.5),
        ("WARRAQ_WARC", "/srv/warc", "warc", Path("/srv/warc")),
        ("WARRAQ_LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("WARRAQ_CONTACT", "https://example.org/bot", "contact", "https://example.org/bot"),
    ],
)
def test_variables_are_read_by_type(name, value, field, read):
    assert getattr(load(environ={name: value}), field) == read


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"WARRAQ_DELAY": "fast"}, "WARRAQ_DELAY = 'fast': write a number from 0 to 3600"),
        ({"WARRAQ_DELAY": "nan"}, "WARRAQ_DELAY"),
        ({"WARRAQ_CONCURRENCY": "0"}, "WARRAQ_CONCURRENCY"),
        ({"WARRAQ_CONCURRENCY": "٣"}, "WARRAQ_CONCURRENCY"),
        ({"WARRAQ_ALLOW_PRIVATE": "maybe"}, "write yes or no"),
        ({"WARRAQ_SOURCES": "/no/such/folder"}, "no such folder /no/such/folder"),
        ({"WARRAQ_CONTACT": "a\r\nX-Evil: 1"}, "WARRAQ_CONTACT"),
        ({"WARRAQ_LOG_LEVEL": "loud"}, "write DEBUG, INFO, WARNING or ERROR"),
    ],
)
def test_a_bad_variable_is_named_with_its_cure(environ, named):
    with pytest.raises(ConfigError) as error:
        load(environ=environ)
    assert named in str(error.value)
    assert "\n" not in str(error.value)


def test_a_bad_option_is_named_as_the_option():
    with pytest.raises(ConfigError, match="--delay = -1"):
        load(environ={}, delay_s=-1)


def test_several_source_folders_stand_in_one_variable(tmp_path):
    first, second = tmp_path / "one", tmp_path / "two"
    first.mkdir()
    second.mkdir()
    assert load(environ={"WARRAQ_SOURCES": f"{first}:{second}"}).sources == (first, second)


def test_the_user_agent_names_program_version_and_contact():
    product, contact = Config(contact="desk@example.org").user_agent.split(" ")
    assert product.startswith("Warraq/")
    assert contact == "(+desk@example.org)"
    assert "(" not in Config().user_agent
