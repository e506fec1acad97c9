"""Collect garbage seldom while many records pass through: nearly all of them are freed without it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: Objects that may gather before the young ones are looked at, and how often the older ones are: a batch of 256
#: records has some 20,000. With Python's own numbers collections took a seventh of an import's main process.
_THRESHOLDS = (50_000, 20, 100)


@contextmanager
def few_collections() -> Iterator[None]:
    """Leave alone what exists at the beginning, and look at new objects in large portions."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
