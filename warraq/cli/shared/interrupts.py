"""Ctrl-C on a long work: once finishes what is in hand, twice stops now."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warraq.cli.shared.cli_context import CliContext


@contextmanager
def stopping(context: "CliContext") -> Iterator[Callable[[], bool]]:
    """Hand out a question that is answered with yes after the first Ctrl-C or SIGTERM; the second one interrupts."""
    signals: list[int] = []

    def heard(number: int, frame: FrameType | None) -> None:
        signals.append(number)
        if len(signals) > 1:
            raise KeyboardInterrupt
        context.err.print("finishing what is in hand; once more stops now")

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(signals)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
