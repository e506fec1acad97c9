"""Ctrl-C during long work: once finishes the current item, twice stops at once."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from warraq.locale.speech import say

if TYPE_CHECKING:
    from warraq.cli.shared.cli_context import CliContext


@contextmanager
def stopping(context: "CliContext") -> Iterator[Callable[[], bool]]:
    """Return a function that is true after the first Ctrl-C or SIGTERM; the second one interrupts."""
    signals: list[int] = []

    def heard(number: int, frame: FrameType | None) -> None:
        signals.append(number)
        if len(signals) > 1:
            raise KeyboardInterrupt
        context.err.print(say("finishing the current work; a second signal stops at once"))

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(signals)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
