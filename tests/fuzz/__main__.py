"""Fuzz a parser of what others wrote, guided by coverage where atheris is installed.

usage: python -m tests.fuzz extract|dates|warc [--seconds 600] [--plain]

Inputs that reach new code are kept in build/fuzz/NAME and taken up by the next run. An input that fails is written to
build/fuzz/NAME-crash-...; put it into tests/data/fuzz/NAME: tests/test_fuzz.py tries each from then on.
atheris has wheels for Linux alone and is in no lock: `.venv/bin/pip install atheris`.
"""

import argparse
import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

from tests.fuzz.mutation import fuzz
from tests.fuzz.targets import TARGETS, Target

BUILD = Path(__file__).parents[2] / "build" / "fuzz"
#: An input that takes so many seconds, or so many megabytes, is a finding.
LONGEST_S, MOST_MB = 20, 2048


def guided(target: Target, seconds: int) -> None:
    """Never returns: libFuzzer ends the process."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["pipelines", "storage", "trafilatura", "justext", "warcio"]):
        target.run(target.seeds()[0])
    corpus = BUILD / target.name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    dictionary = BUILD / f"{target.name}.dict"
    dictionary.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words), encoding="ascii")
    options = [
        f"-max_total_time={seconds}", f"-timeout={LONGEST_S}", f"-rss_limit_mb={MOST_MB}", f"-dict={dictionary}",
        f"-artifact_prefix={BUILD}/{target.name}-", "-max_len=40000", "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus)], target.run)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def plain(target: Target, seconds: int) -> int:
    ran, finding = fuzz(target, seconds=seconds)
    print(f"{target.name}: {ran} inputs in {seconds} s")
    if finding is None:
        return 0
    BUILD.mkdir(parents=True, exist_ok=True)
    kept = BUILD / f"{target.name}-crash-plain"
    kept.write_bytes(finding.data)
    print(f"{kept}: {finding.error!r}")
    return 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--plain", action="store_true", help="without coverage, also where atheris is installed")
    asked = parser.parse_args()
    if importlib.util.find_spec("atheris") and not asked.plain:
        guided(TARGETS[asked.target], asked.seconds)
    sys.exit(plain(TARGETS[asked.target], asked.seconds))
