"""Who holds a lease, and whether that one still lives."""

import os
import subprocess
import sys

import pytest

from crawler.engine.lease_owner import is_dead, new_owner


def test_no_two_owners_have_one_name():
    assert len({new_owner() for _ in range(1_000)}) == 1_000


def test_this_process_lives():
    assert not is_dead(new_owner())


@pytest.mark.fault("F14")
def test_a_process_of_this_machine_that_ended_is_dead():
    code = "from crawler.engine.lease_owner import new_owner; print(new_owner())"
    owner = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert is_dead(owner)


def test_of_another_machine_nobody_here_can_say():
    owner = new_owner().replace(f":{os.getpid()}:", ":999999999:")
    assert is_dead(owner)
    assert not is_dead("elsewhere" + owner)


def test_a_name_that_is_not_ours_is_left_alone():
    for owner in ("", "x", "a:b", "a:b:c", "::"):
        assert not is_dead(owner)
