"""What the fork server reads before it forks: afterwards a worker loads nothing for a usual page."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROGRAM = """
import importlib, json, sys
from pipelines.extraction.pool import PRELOAD
for name in PRELOAD:
    importlib.import_module(name)
from pipelines.body.model import forest
from pipelines.extraction.first_page import FIRST
held = forest.cache_info().currsize
before = set(sys.modules)
from pathlib import Path
from pipelines.extraction.extract import extract_text
for page in sorted(Path("tests/golden").glob("*.html")):
    extract_text(page.read_text(encoding="utf-8", errors="replace"), "https://paper.example.com/news/2")
late = sorted(name for name in set(sys.modules) - before)
print(json.dumps([type(FIRST.outcome).__name__, held, late]))
"""


def test_nothing_is_left_to_load() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert ended.returncode == 0, ended.stderr
    kind, held, late = json.loads(ended.stdout)
    assert (kind, held) == ("Article", 1)
    assert [name for name in late if not name.startswith("encodings.")] == []
