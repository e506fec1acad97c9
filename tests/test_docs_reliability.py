"""Every row of faults and attacks in docs/reliability.md names tests that name it, or says why there is none."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| ([FA]\d\d) \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
NAMED = re.compile(r"`(test_\w+\.py)::(\w+)`")


def rows() -> list[tuple[str, str, str, str]]:
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    return [(number, what.strip(), promise.strip(), test.strip()) for number, what, promise, test in ROW.findall(text)]


def test_every_fault_and_attack_has_its_row() -> None:
    numbers = [number for number, *_ in rows()]
    assert numbers == [f"F{n:02}" for n in range(1, 55)] + [f"A{n:02}" for n in range(1, 51)]


def test_every_row_says_what_happens_and_how_it_is_tested() -> None:
    for number, what, promise, test in rows():
        assert what, number
        assert (promise and NAMED.search(test)) or len(test.split()) > 5, f"{number}: neither a test nor a reason"


def test_the_tests_of_a_row_are_those_that_name_it() -> None:
    told = {(file, test, number) for number, *_, tests in rows() for file, test in NAMED.findall(tests)}
    assert len(told) > 100
    assert set(named_by_tests()) == told


def named_by_tests() -> Iterator[tuple[str, str, str]]:
    """File, test and row for each `@pytest.mark.fault(row, ...)`."""
    for path in (ROOT / "tests").glob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if "pytest.mark.fault(" not in text:
            continue
        for test in ast.parse(text).body:
            if isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef):
                for marker in test.decorator_list:
                    if isinstance(marker, ast.Call) and ast.unparse(marker.func) == "pytest.mark.fault":
                        yield from ((path.name, test.name, ast.literal_eval(number)) for number in marker.args)
