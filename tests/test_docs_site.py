"""The documentation as a site: it builds without a warning, asks no other host for anything, and finds Arabic words."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from warraq.cli.main import COMMANDS

pytest.importorskip("material", reason="the site needs the extra docs")

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
#: What a browser fetches while it shows a page.
FETCHED = re.compile(r"<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=[\"']?([^\"'\s>]+)")
LINKED = re.compile(r"<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preconnect|preload|icon))[^>]*\bhref=[\"']?([^\"'\s>]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 40
    texts = {page.name: page.read_text("utf-8") for page in pages}
    fetched = {(name, url) for name, text in texts.items() for url in (*FETCHED.findall(text), *LINKED.findall(text))}
    foreign = {(name, url) for name, url in fetched if url.startswith(("http:", "https:", "//"))}
    assert foreign == set()
    assert not any(re.search(r"url\([\"']?https?:", css.read_text("utf-8")) for css in site.rglob("*.css"))


def test_the_search_knows_arabic(site: Path) -> None:
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    assert index["config"]["lang"] == ["en", "ar"]
    assert (site / "assets/javascripts/lunr/min/lunr.ar.min.js").exists()
    found = [entry["location"] for entry in index["docs"] if "المتصفح" in entry["text"]]
    assert any(location.startswith("ar/index.html") for location in found)


def test_arabic_pages_run_from_right_to_left(site: Path) -> None:
    for page in (site / "ar").glob("*.html"):
        assert '<div dir="rtl" lang="ar">' in page.read_text("utf-8")


def test_the_reference_names_every_command(site: Path) -> None:
    text = (site / "reference/options.html").read_text("utf-8")
    assert [name for name in COMMANDS if f">warraq {name}<" not in text] == []
