"""What is read from files that others may have written is data, never code."""

import ast
from pathlib import Path

import pytest

from storage.archive import Archive

ROOT = Path(__file__).parents[1]
#: Modules that make objects, or run code, of what they read.
UNSAFE = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
#: Compile the decision trees that ship with the program; keep what this run's workers made, in a file without a name.
OWN = {"pipelines/body/model.py", "crawler/importing/learning.py", "crawler/importing/texts.py"}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"}:
            names.add(node.func.id)
    return names


@pytest.mark.fault("A48")
def test_no_module_of_the_program_unpickles_or_evaluates_what_it_reads() -> None:
    files = [path for floor in ("storage", "pipelines", "crawler", "warraq") for path in (ROOT / floor).rglob("*.py")]
    assert len(files) > 200
    unsafe = UNSAFE | {"eval", "exec"}
    assert {
        name for path in files if imported(path) & unsafe and (name := path.relative_to(ROOT).as_posix()) not in OWN
    } == set()


@pytest.mark.fault("A50")
def test_a_database_of_others_runs_no_function_of_its_schema(kept_archive: Path) -> None:
    with Archive.open(kept_archive) as archive, archive.reading() as connection:
        assert connection.exec_driver_sql("pragma trusted_schema").scalar() == 0
