"""The fuzzing harness finds what fails, and what it once found stays mended. See tests/fuzz."""

from pathlib import Path

import pytest

from tests.fuzz.mutation import fuzz
from tests.fuzz.targets import TARGETS, Target

FINDINGS = [pytest.param(name, path, id=path.name) for name, target in TARGETS.items() for path in target.findings()]


@pytest.mark.parametrize("name", TARGETS)
def test_no_seed_and_no_mutation_of_one_fails(name: str) -> None:
    target = TARGETS[name]
    target.run(target.seeds()[0])
    ran, finding = fuzz(target, seconds=0.5)
    assert finding is None, finding
    assert ran >= 1  # a busy machine runs few in half a second


def test_a_parser_that_fails_is_found() -> None:
    def picky(data: bytes) -> None:
        if b"WARC-Type: revisit" in data or len(data) > 60:
            raise ValueError("as planted")

    _, finding = fuzz(Target("warc", picky, lambda: [b"WARC/1.0 WARC-Type: "]), seconds=10)
    assert finding is not None
    assert str(finding.error) == "as planted"


@pytest.mark.parametrize(("name", "path"), FINDINGS)
def test_what_was_once_found_stays_mended(name: str, path: Path) -> None:
    TARGETS[name].run(path.read_bytes())
