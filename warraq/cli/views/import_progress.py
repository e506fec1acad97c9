"""Progress of an import on stderr: its items, and how much of its files is read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

from warraq.cli.views.progress import progress_bar, times
from warraq.locale.speech import say

if TYPE_CHECKING:
    from warraq.cli.shared.cli_context import CliContext


@dataclass(slots=True)
class ImportProgress:
    """Counts the items of files, and shows how many of their bytes are read and how long the rest will take."""

    bar: Progress
    task: TaskID
    #: Bytes to read of each file.
    sizes: Mapping[Path, int]
    number: int = 0
    #: Bytes of the finished files, and those read of the current one.
    finished: int = 0
    current: int = 0

    def read(self, size: int) -> None:
        """Note that this many bytes of the current file were read."""
        self.current += size
        self._show()

    def imported(self) -> None:
        """Count an item."""
        self.number += 1
        self._show()

    def finish(self, path: Path) -> None:
        """Note that a file is done, however much of it was read."""
        self.finished += self.sizes[path]
        self.current = 0
        self._show()

    def _show(self) -> None:
        total = sum(self.sizes.values())
        self.bar.update(self.task, completed=min(total, self.finished + self.current), number=f"{self.number:,}")


@contextmanager
def importing(context: "CliContext", sizes: Mapping[Path, int]) -> Iterator[ImportProgress]:
    """Show the progress of an import: its items, bytes, speed and the time that is left."""
    total = sum(sizes.values())
    words = TextColumn("{task.fields[number]} " + say("imported"))
    columns = (words, BarColumn(), DownloadColumn(), TransferSpeedColumn(), *times(total))
    with progress_bar(context, *columns) as bar:
        yield ImportProgress(bar, bar.add_task("import", total=total, number="0"), sizes)
