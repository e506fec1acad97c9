"""Ask an advisory database about every locked package; `make check` runs it: python -m tests.support.audit LOCK...

Fails on a known vulnerability alone. Without a network, or where no database knows the packages, it says so and passes.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

#: Vulnerabilities that were looked into and do not concern this program: identifier -> why.
ACCEPTED: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the database says of one lock."""

    passed: bool
    lines: tuple[str, ...]


def judge(lock: str, out: str) -> Verdict:
    """Judge what pip-audit wrote, which is no JSON if it could not ask."""
    try:
        packages = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Verdict(True, (f"{lock}: skipped, no advisory database can be reached",))
    asked = [package for package in packages if "skip_reason" not in package]
    if not asked:
        return Verdict(True, (f"{lock}: skipped, no advisory database knows its packages",))
    found = tuple(
        f"{lock}: {package['name']} {package['version']}: {one['id']}, fixed in {', '.join(one['fix_versions']) or '-'}"
        for package in asked
        for one in package["vulns"]
        if one["id"] not in ACCEPTED
    )
    return Verdict(not found, found or (f"{lock}: no known vulnerability in {len(asked)} of {len(packages)} packages",))


def audit(lock: str) -> Verdict:
    options = ("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10")
    command = [sys.executable, "-m", "pip_audit", "-r", lock, *options]
    try:
        out = subprocess.run(command, capture_output=True, text=True, timeout=300).stdout
    except subprocess.TimeoutExpired:
        out = ""
    return judge(lock, out)


def main(locks: Sequence[str]) -> int:
    verdicts = [audit(lock) for lock in locks]
    for verdict in verdicts:
        print(*verdict.lines, sep="\n")
    return 0 if all(verdict.passed for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
