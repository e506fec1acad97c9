"""The manual is complete and current: a missing command, option, field, format, rule or column fails here."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

import click
import pytest

import warraq
from crawler.config import FILE_ONLY, Config, variable
from crawler.sources.source import Endpoint, Layout, Source, parse
from pipelines.cleaning.rules import RULES
from storage.database.tables.every import Base
from storage.export.columns import COLUMNS
from storage.export.formats import FORMATS
from warraq.cli.main import COMMANDS, EXIT_CODES, cli
from warraq.cli.shared.options import EVERYWHERE
from warraq.cli.terminal.emulators import EMULATORS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def manual(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of the same rank."""
    rank = heading.split(" ")[0]
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^#{{2,{len(rank)}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {heading!r}"
    return found[1]


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, those of groups included."""
    context = click.Context(cli, info_name="warraq")
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        yield f"warraq {name}", command
        if isinstance(command, click.Group):
            yield from ((f"warraq {name} {inner}", below) for inner, below in command.commands.items())


EVERY_COMMAND = dict(commands())
#: Commands some of whose options are explained where another command is.
SHARED = {
    "warraq capture": "warraq crawl",
    "warraq sources add": "warraq crawl",
    "warraq sources check": "warraq crawl",
    "warraq export": "warraq search",
    "warraq feed": "warraq search",
}


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_every_command_and_option_is_in_the_manual(name: str) -> None:
    rank = "##" if name.count(" ") == 1 else "###"
    text = manual("cli")
    told = section(text, f"{rank} {name}")
    shared = section(text, f"## {SHARED[name]}") if name in SHARED else ""
    assert told.strip(), "a heading is no explanation"
    for option in EVERY_COMMAND[name].params:
        if isinstance(option, click.Option) and option not in EVERYWHERE:
            for word in (*option.opts, *option.secondary_opts):
                assert re.search(rf"`[^`]*{re.escape(word)}\b", told + shared), f"{word} is not explained under {name}"
            for choice in option.type.choices if isinstance(option.type, click.Choice) else ():
                assert str(choice) in told + shared, f"{word} can be {choice!r}"


def test_the_options_of_every_command_are_in_the_manual_with_their_variables() -> None:
    told = section(manual("cli"), "## Options of every command")
    for option in EVERYWHERE:
        assert all(f"`{word}" in told for word in option.opts)
    assert all(f"`{variable(name)}`" in told for name in ("archive", "warc", "sources", "bidi", "log_level"))


def test_every_setting_has_its_variable_in_the_manual() -> None:
    text = manual("cli")
    names = [field.name for field in fields(Config) if field.name not in FILE_ONLY]
    assert [name for name in names if f"`{variable(name)}`" not in text] == []


def test_the_manual_explains_no_option_that_is_not_there() -> None:
    known = {
        word
        for command in EVERY_COMMAND.values()
        for option in command.params
        for word in (*option.opts, *option.secondary_opts)
    }
    known |= {word for option in cli.params for word in option.opts} | {"--help", "-h", "-vv", "--"}
    for page in DOCS.glob("*.md"):
        for code in re.findall(r"`([^`\n]*)`", page.read_text(encoding="utf-8")):
            for word in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", code) if code.startswith(("-", "warraq")) else ():
                assert word in known, f"{page.name}: {code}"


def test_every_exit_code_is_in_the_manual() -> None:
    told = dict(re.findall(r"^\| (\d+) \| (.+?) \|$", section(manual("cli"), "## Exit codes"), re.MULTILINE))
    assert {int(code) for code in told} == set(EXIT_CODES)


def test_every_error_of_the_program_has_an_exit_code_that_is_explained() -> None:
    drawn = (ROOT / "storage" / "errors.py").read_text(encoding="utf-8").split('"""')[1]
    codes = {int(code) for code in re.findall(r"(?:exit code| {2,})(?: *)(\d)\b", drawn)}
    assert codes <= set(EXIT_CODES)
    assert codes


def test_every_field_of_a_source_file_is_in_the_manual() -> None:
    text = manual("sources")
    for kind, heading in ((Source, "## The newspaper"), (Endpoint, "## [[endpoint]]"), (Layout, "## [[layout]]")):
        told = set(re.findall(r"^\| `(\w+)` \|", section(text, heading), re.MULTILINE))
        assert told == {field.name for field in fields(kind)}


def test_the_source_file_of_the_manual_is_a_source_file() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", manual("sources"), re.DOTALL)
    source = parse(example, path="rassad.toml")
    assert (source.key, len(source.endpoint), len(source.layout)) == ("rassad", 2, 2)
    assert all(getattr(source, field.name) for field in fields(Source)), "the example shows every field"


def test_the_mistake_of_the_manual_is_said_in_just_those_words() -> None:
    (line,) = re.findall(r"^`(my/rassad\.toml: .*)`$", manual("sources"), re.MULTILINE)
    (example,) = re.findall(r"```toml\n(.*?)```", manual("sources"), re.DOTALL)
    with pytest.raises(Exception, match=re.escape(line)):
        parse(example.replace("delay_s", "delay"), path="my/rassad.toml")


def test_every_format_is_in_the_manual() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", section(manual("export"), "## Formats"), re.MULTILINE))
    assert told == set(FORMATS)


def test_every_column_of_an_export_is_in_the_manual_with_its_meaning() -> None:
    told = re.findall(r"^\| `(\w+)` \| (.+) \|$", section(manual("export"), "## Columns"), re.MULTILINE)
    assert told == [(column.name, column.meaning) for column in COLUMNS]


def test_every_table_and_column_of_the_archive_is_in_the_manual() -> None:
    text = manual("archive")
    for name, table in Base.metadata.tables.items():
        told = set(re.findall(r"`(\w+)`", section(text, f"### {name}")))
        assert {column.name for column in table.columns} <= told, name


def test_every_cleaning_rule_is_in_the_manual_in_its_order() -> None:
    told = re.findall(r"^\| `([\w-]+)` \|", section(manual("rules"), "## On lines"), re.MULTILINE)
    assert told == list(RULES)


def test_every_terminal_that_needs_help_is_in_the_manual() -> None:
    told = section(manual("cli"), "## Arabic on terminals")
    for known in EMULATORS:
        assert known.name.split(" ")[0] in told, known.name


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_every_link_of_the_manual_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        path = (page.parent / name) if name else page
        assert path.exists(), target
        text = path.read_text(encoding="utf-8") if path.suffix == ".md" else ""
        headings = {
            re.sub(r"[^\w\s-]", "", line).strip().lower().replace(" ", "-")
            for line in re.findall(r"^#+ (.*)$", text, re.M)
        }
        assert not anchor or anchor in headings, target


def stated_default(row: str) -> object:
    """The value that a row of the manual gives as "default ...", read as TOML."""
    found = re.search(r"[Dd]efault (`[^`]+`|\d+(?:\.\d+)?)", row)
    assert found, f"no default in {row!r}"
    return tomllib.loads(f"value = {found[1].strip('`')}")["value"]


def test_the_manual_states_the_defaults_of_a_source_file_as_the_code_has_them() -> None:
    text = manual("sources")
    for kind, heading in ((Source, "## The newspaper"), (Endpoint, "## [[endpoint]]"), (Layout, "## [[layout]]")):
        for field in fields(kind):
            if field.default in (MISSING, None, "", ()):
                continue
            (row,) = re.findall(rf"^\| `{field.name}` \|.*$", section(text, heading), re.MULTILINE)
            stated = stated_default(row)
            assert (tuple(stated) if isinstance(stated, list) else stated) == field.default, field.name


def test_the_manual_and_the_help_state_the_numbers_of_the_config() -> None:
    crawl = section(manual("cli"), "## warraq crawl")
    helps = {
        option.name: option.help or ""
        for option in EVERY_COMMAND["warraq crawl"].params
        if isinstance(option, click.Option)
    }
    defaults = {field.name: field.default for field in fields(Config)}
    for name in ("timeout", "concurrency"):
        default = defaults[{"timeout": "timeout_s"}.get(name, name)]
        (row,) = re.findall(rf"^\| `--{name} .*$", crawl, re.MULTILINE)
        assert re.search(rf"; {default:g}\b", row), row
        assert f"[{default:g}]" in next(text for key, text in helps.items() if key.startswith(name))
    assert f"({defaults['grace_s']:g} seconds at most, `WARRAQ_GRACE`)" in manual("cli")


def test_every_number_of_the_command_line_is_bounded() -> None:
    """Databases take no integer beyond 64 bits."""
    for name, command in EVERY_COMMAND.items():
        for option in command.params:
            if isinstance(option.type, click.types.IntParamType) and not getattr(option, "count", False):
                assert isinstance(option.type, click.IntRange), f"{name}: {option.name} takes any number"
                assert option.type.max is not None, f"{name}: {option.name} has no upper bound"
                assert option.type.max < 2**31, f"{name}: {option.name}"


def test_changelog_and_citation_name_the_version_of_the_package() -> None:
    released = re.findall(
        r"^## (\d[\d.]*) - (\d{4}-\d\d-\d\d)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    cited = dict(
        re.findall(r"^(version|date-released): (.+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    )
    assert released[0] == (warraq.__version__, cited["date-released"])
    assert cited["version"] == warraq.__version__
