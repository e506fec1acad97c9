"""The name of an export is a name: no pattern in it is filled in, and no address is written to."""

from pathlib import Path

import pytest

from tests.support.kept_archive import ARTICLES, run_process


@pytest.mark.fault("A33")
@pytest.mark.slow
def test_patterns_in_the_name_of_an_export_stay_as_they_are(kept_archive: Path, tmp_path: Path) -> None:
    name = "%(name)s-{title}-$HOME-%s.jsonl"
    ended = run_process("--archive", kept_archive, "export", "-o", tmp_path / name)
    assert ended.code == 0, ended.err
    assert len((tmp_path / name).read_text(encoding="utf-8").splitlines()) == ARTICLES


@pytest.mark.fault("A33")
@pytest.mark.slow
@pytest.mark.parametrize("target", ["s3://bucket/all.jsonl", "ftp://rassad.example/all.jsonl", "file:///etc/all.jsonl"])
def test_an_address_is_no_place_for_an_export(target: str, kept_archive: Path) -> None:
    ended = run_process("--archive", kept_archive, "export", "-o", target)
    assert ended.code in (2, 5), ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert not Path("/etc/all.jsonl").exists()
