"""The audit of the locks fails on a known vulnerability, and on nothing else."""

import json
from pathlib import Path

from tests.support.audit import judge

SOUND = {"name": "lxml", "version": "6.1.3", "vulns": []}
SKIPPED = {"name": "lxml", "skip_reason": "not found"}
OLD = {"name": "lxml", "version": "6.0.0", "vulns": [{"id": "CVE-2026-41066", "fix_versions": ["6.1.0"]}]}


def told(*packages: object) -> str:
    return json.dumps({"dependencies": packages})


def test_a_known_vulnerability_fails_and_is_named() -> None:
    verdict = judge("a.lock", told(SOUND, SKIPPED, OLD))
    assert not verdict.passed
    assert verdict.lines == ("a.lock: lxml 6.0.0: CVE-2026-41066, fixed in 6.1.0",)


def test_without_a_database_it_is_skipped_with_a_word() -> None:
    for out in ("", "Traceback", told(SKIPPED), "[]"):
        verdict = judge("a.lock", out)
        assert verdict.passed
        assert "skipped, no advisory database" in verdict.lines[0]


def test_what_was_asked_about_is_counted() -> None:
    assert judge("a.lock", told(SOUND, SKIPPED)).lines == ("a.lock: no known vulnerability in 1 of 2 packages",)


def test_the_check_audits_every_lock_that_is_shipped() -> None:
    root = Path(__file__).parents[1]
    (line,) = [line for line in (root / "Makefile").read_text().splitlines() if "tests.support.audit" in line]
    locks = {path.name for path in root.glob("requirements*.lock")} - {"requirements-peers.lock"}  # for tests alone
    assert locks <= set(line.split())
