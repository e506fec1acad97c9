"""Source files of a long-running program, reloaded when they change."""

import logging
from collections.abc import Collection
from pathlib import Path

from crawler.sources.source import BUILT_IN, Source, SourceError, load_all

logger = logging.getLogger(__name__)


class SourceFiles:
    """The built-in sources and those of the user's folders, or the selected ones among them."""

    def __init__(self, folders: Collection[Path], keys: Collection[str] = ()) -> None:
        """Read the files. Raises SourceError."""
        self._folders = tuple(folders)
        self._keys = frozenset(keys)
        self._seen = self._look()
        self.sources = self._read()

    def reload(self, *, force: bool = False) -> list[Source]:
        """Reload the files if any changed; return new and changed sources.

        A broken file leaves everything unchanged, and is logged: a slip in an editor does not end a watch.
        """
        seen = self._look()
        if seen == self._seen and not force:
            return []
        self._seen = seen
        before = self.sources
        try:
            self.sources = self._read()
        except SourceError as error:
            logger.error("%s; the sources stay unchanged", error)
            return []
        for key in before.keys() - self.sources.keys():
            logger.warning("%s no longer has a source file; it is not crawled", key)
        changed = [source for key, source in self.sources.items() if before.get(key) != source]
        for source in changed:
            logger.warning("%s: source file %s", source.key, "changed" if source.key in before else "is new")
        return changed

    def _read(self) -> dict[str, Source]:
        known = load_all(self._folders)
        return {key: source for key, source in known.items() if not self._keys or key in self._keys}

    def _look(self) -> dict[Path, tuple[int, int]]:
        looks = {}
        for folder in (BUILT_IN, *self._folders):
            for path in folder.glob("*.toml"):
                try:
                    stat = path.stat()
                except OSError:
                    continue  # deleted between the two checks
                looks[path] = (stat.st_mtime_ns, stat.st_size)
        return looks
