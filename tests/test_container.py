"""Containerfile and compose.yaml, read without a daemon: fixed versions, no secrets, no root, commands that exist."""

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest

from crawler.config import Config, variable
from warraq.cli.main import cli

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parents[1]
#: A tag with a version: "latest", or none, is another program every month.
PINNED = re.compile(r":\d+\.\d+[\w.-]*$")


def instructions() -> list[tuple[str, str]]:
    """Instructions of the Containerfile with their arguments, continued lines joined."""
    text = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines())
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines if line and line[0] != "#"]


def values(name: str) -> list[str]:
    return [argument for instruction, argument in instructions() if instruction == name]


def services() -> dict[str, dict]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]


def test_every_image_has_a_fixed_version() -> None:
    images = [argument.split()[0] for argument in values("FROM")]
    images += [service["image"] for service in services().values() if "image" in service]
    assert len(images) == 3
    assert [image for image in images if not PINNED.search(image)] == []


def test_the_program_does_not_run_as_root_and_is_watched() -> None:
    names = [name for name, _ in instructions()]
    (user,) = values("USER")
    assert int(user.split(":")[0]) > 0
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert "RUN" not in names[names.index("USER") :]
    assert values("HEALTHCHECK")
    assert "healthcheck" in services()["database"]
    assert services()["crawler"]["depends_on"]["database"]["condition"] == "service_healthy"


def test_every_copied_file_exists_and_is_let_in() -> None:
    let_in = {line[1:] for line in (ROOT / ".containerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = {
        source
        for argument in values("COPY")
        if not argument.startswith("--from")
        for source in shlex.split(argument)[:-1]
    }
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert copied == let_in
    assert {"warraq", "crawler", "pipelines", "storage"} <= copied


def test_dependencies_are_locked_with_hashes() -> None:
    installs = [run for run in values("RUN") if "pip install" in run]
    assert all("--require-hashes" in run or "--no-deps" in run for run in installs)
    lock = (ROOT / "requirements-container.lock").read_text("utf-8")
    assert re.search(r"^psycopg-binary==", lock, re.M)
    assert re.search(r"^procrastinate==", lock, re.M)
    ours = (ROOT / "requirements.lock").read_text("utf-8")
    pins = {*re.findall(r"^([\w.-]+==[\w.]+)", ours, re.M)}
    assert pins <= {*re.findall(r"^([\w.-]+==[\w.]+)", lock, re.M)}, "run `make lock`"


def test_secrets_come_from_outside() -> None:
    assert not [argument for name, argument in instructions() if name in ("ENV", "ARG") and "PASSWORD" in argument]
    for service in services().values():
        for name, value in service["environment"].items():
            if "PASSWORD" in name or ":" in str(value).partition("@")[0].partition("://")[2]:
                assert "${WARRAQ_DB_PASSWORD:?" in value


def test_commands_and_variables_exist() -> None:
    (entry,), arguments = json.loads(values("ENTRYPOINT")[0]), json.loads(values("CMD")[0])
    assert entry == "warraq"
    command = cli.get_command(click.Context(cli), arguments[0])
    assert command is not None
    known = {word for param in command.params for word in param.opts}
    assert {word for word in arguments if word.startswith("--")} <= known
    settings = {variable(field.name) for field in fields(Config)}
    used = {name for name in services()["crawler"]["environment"] if name.startswith("WARRAQ_")}
    used |= set(re.findall(r"(WARRAQ_\w+)=", " ".join(values("ENV"))))
    assert used <= settings
