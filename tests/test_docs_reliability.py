"""Every row of faults and attacks in docs/reliability.md names a test that exists, or the reason why there is none."""

import re
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


def test_every_test_that_a_row_names_exists() -> None:
    named = {pair for *_, test in rows() for pair in NAMED.findall(test)}
    assert len(named) > 100
    tests = {file: (ROOT / "tests" / file).read_text(encoding="utf-8") for file, _ in named}
    assert [pair for pair in named if not re.search(rf"^(async )?def {pair[1]}\(", tests[pair[0]], re.MULTILINE)] == []
