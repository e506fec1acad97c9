"""A short soak; the long one is `python -m tests.soak`."""

from pathlib import Path

import pytest

from tests.soak.__main__ import soak
from tests.soak.faulty_press import FAULTS, FaultyPress


@pytest.mark.fault("F54")
@pytest.mark.slow
def test_a_short_soak_loses_nothing_and_stores_nothing_twice(tmp_path: Path) -> None:
    line = soak(tmp_path, pages=200, hosts=2, kill_every=20, longest=900)
    assert line.startswith("200 pages, ")


def test_one_page_in_a_hundred_has_each_fault() -> None:
    press = FaultyPress(2, pages=100)
    assert [len(press.urls(fault)) for fault in FAULTS] == [2] * len(FAULTS)
    assert len(press.urls("")) == 2 * (100 - len(FAULTS))
