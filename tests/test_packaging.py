"""The wheel holds everything that the program reads, and runs from an empty folder.

The source archive makes the same wheel.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import warraq

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
FLOORS = ("warraq", "crawler", "pipelines", "storage")
#: What is no part of a source archive, be it there or not.
_MADE = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "site", "*.egg-info", "archive", "*-archive")
#: Files of our packages that only a developer needs.
_DEVELOPERS_ONLY = {"warraq/locale/babel.cfg"}


@dataclass(frozen=True)
class Distributions:
    """What `python -m build` made."""

    sdist: Path
    wheel: Path


def run(program: Sequence[str | Path], folder: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run a program in a folder, without settings and import paths of the test run."""
    foreign = ("WARRAQ_", "SCRAPY_", "PYTHON", "VIRTUAL_ENV", "COV_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return subprocess.run(
        [*map(str, program)],
        cwd=folder,
        env=env | environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    pytest.importorskip("build")
    source = tmp_path_factory.mktemp("source") / "tree"
    shutil.copytree(ROOT, source, ignore=_MADE)
    made = run([sys.executable, "-m", "build", "--no-isolation", "--outdir", source / "dist"], source)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    (sdist,), (wheel,) = (source / "dist").glob("*.tar.gz"), (source / "dist").glob("*.whl")
    return Distributions(sdist, wheel)


@pytest.fixture(scope="module")
def installed(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs' folder of a new environment with the wheel alone; its dependencies are those of the test run."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    programs = home / "bin"
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", programs / "python"]
    done = run([*command, "install", "--no-deps", "--no-index", "--quiet", distributions.wheel], home)
    assert done.returncode == 0, done.stderr
    (packages,) = home.glob("lib/python*/site-packages")
    # A path in a .pth adds that folder only: the editable install there, a .pth of its own, is not followed.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return programs


def test_the_metadata_is_what_a_registry_accepts(distributions: Distributions) -> None:
    pytest.importorskip("twine")
    done = run([sys.executable, "-m", "twine", "check", "--strict", distributions.wheel, distributions.sdist], ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_of_the_packages_is_in_the_wheel(distributions: Distributions) -> None:
    held = set(zipfile.ZipFile(distributions.wheel).namelist())
    ours = {
        str(path.relative_to(ROOT))
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert ours - held == _DEVELOPERS_ONLY
    assert {name.split("/")[0] for name in held} - set(FLOORS) == {f"warraq-{warraq.__version__}.dist-info"}


def test_the_source_archive_holds_tests_documents_and_locks(distributions: Distributions) -> None:
    with tarfile.open(distributions.sdist) as held:
        names = {name.partition("/")[2] for name in held.getnames()}
    assert {"tests/conftest.py", "tests/support/desk.py", "docs/cli.md", "requirements.lock", "scrapy.cfg"} <= names
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_wheel_states_its_version(installed: Path, tmp_path: Path) -> None:
    done = run([installed / "warraq", "--version"], tmp_path)
    assert (done.stdout, done.stderr) == (f"warraq, version {warraq.__version__}\n", "")


def test_the_wheel_runs_the_demo_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    done = run([installed / "warraq", "demo"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "صفقة الموانئ" in done.stdout
    found = run([installed / "warraq", "--archive", "demo-archive", "search", "الحكومة", "--limit", "1"], tmp_path)
    assert found.returncode == 0, found.stderr
    assert "demo" in found.stdout


def test_the_wheel_is_a_scrapy_project(installed: Path, tmp_path: Path) -> None:
    listed = run([installed / "python", "-m", "scrapy", "list"], tmp_path, SCRAPY_SETTINGS_MODULE="crawler.project")
    assert listed.returncode == 0, listed.stderr
    assert len(listed.stdout.split()) > 300
    where = run([installed / "python", "-c", "import crawler; print(crawler.__file__)"], tmp_path)
    assert where.stdout.startswith(str(installed.parent)), "the wheel's own packages, not the checkout's"
