"""The sources that warraq knows."""

from collections.abc import Iterable
from pathlib import Path

from crawler.sources.source import Source, load_all


def load_sources(folders: Iterable[str | Path] = ()) -> dict[str, Source]:
    """Built-in sources and those of your folders by key; a file of yours replaces the built-in one of that key.

    Raises SourceError where a file is wrong.
    """
    return load_all([Path(folder) for folder in folders])
