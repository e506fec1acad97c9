"""The MCP server, asked through the official client: what it answers, what it proves, and that it cannot write."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the MCP server needs the extra `agents`")

from mcp import Client, ClientSession, StdioServerParameters, stdio_client

from storage.archive import Archive
from tests.support.small_archive import make_archive
from warraq.agents.protocol import create_server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("mcp") / "archive")


@pytest.fixture(scope="module")
def archive(folder: Path) -> Iterator[Archive]:
    with Archive.open(folder, create=False, read_only=True, deadline_s=5) as opened:
        yield opened


def ask(archive: Archive, tool: str, **arguments: Any) -> Any:
    """What a tool answers; its error as text."""

    async def asked() -> Any:
        async with Client(create_server(archive)) as client:
            result = await client.call_tool(tool, arguments)
            (content,) = result.content
            return content.text if result.is_error else json.loads(content.text)

    return asyncio.run(asked())


def test_every_tool_only_reads_and_says_what_it_does(archive: Archive) -> None:
    async def listed() -> Any:
        async with Client(create_server(archive)) as client:
            return (await client.list_tools()).tools

    tools = asyncio.run(listed())
    assert {"search", "article", "versions", "story", "changes", "count"} <= {tool.name for tool in tools}
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)


def test_an_answer_names_address_date_and_evidence(archive: Archive) -> None:
    found = ask(archive, "search", query="أولياء الأمور", source="rassad")
    assert found["matching"] == 1
    (article,) = found["articles"]
    assert article["address"] == "https://rassad.example/1"
    assert article["published"].startswith("2026-01-05")
    assert len(article["evidence"]["page_sha256"]) == 64
    assert "**أولياء**" in article["snippet"]
    whole = ask(archive, "article", article=article["article"])
    assert "380 مدرسة" in whole["text"]
    assert whole["next_start"] is None
    assert whole["evidence"]["warc"]


def test_changes_versions_and_stories_are_told(archive: Archive) -> None:
    (gone,) = ask(archive, "changes", kinds=["withdrawn"])["changes"]
    assert ask(archive, "versions", article=gone["article"])["withdrawals"][0]["how"] == "http 410"
    different = ask(archive, "difference", article=1, old=1, new=2)
    assert "[-420-]" in different["text"]
    assert "{+380+}" in different["text"]
    story = ask(archive, "story", article=1)
    assert (story["first"]["source"], story["copies"][0]["source"]) == ("rassad", "wardan")


def test_counts_are_those_of_the_archive(archive: Archive) -> None:
    assert ask(archive, "count", kind="opinion")["matching"] == 6
    over_time = ask(archive, "attention", queries=["السوق"], step="month")
    assert sum(over_time["queries"]["السوق"]) == 32
    assert {one["key"] for one in ask(archive, "newspapers")["newspapers"]} == {"rassad", "wardan"}


def test_an_error_is_one_line(archive: Archive) -> None:
    assert "no article 999" in ask(archive, "article", article=999)
    assert "is not a date" in ask(archive, "search", since="yesterday")
    assert "versions 1, 2" in ask(archive, "difference", article=1, old=1, new=7)


@pytest.mark.parametrize(
    ("tool", "arguments", "guess"),
    [
        ("search", {"source": "rasad"}, "did you mean rassad"),
        ("search", {"query": "kind:opinon"}, "did you mean opinion?"),
        ("count", {"kind": "opinon"}, "did you mean opinion?"),
        ("count", {"country": "xx"}, "no country is called"),
        ("changes", {"source": "wardn"}, "did you mean wardan"),
        ("changes", {"kinds": ["withdrawm"]}, "did you mean withdrawn?"),
        ("attention", {"queries": ["source:rasad"]}, "did you mean rassad"),
    ],
)
def test_a_value_that_does_not_exist_is_an_error_with_a_guess(
    archive: Archive, tool: str, arguments: dict[str, Any], guess: str
) -> None:
    assert guess in ask(archive, tool, **arguments)


@pytest.mark.slow
def test_the_command_speaks_the_protocol(folder: Path) -> None:
    import sys

    async def asked() -> Any:
        parameters = StdioServerParameters(
            command=sys.executable, args=["-m", "warraq", "--archive", str(folder), "mcp"]
        )
        async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            return (await session.call_tool("count", {})).content[0].text

    assert json.loads(asyncio.run(asked()))["matching"] == 53
