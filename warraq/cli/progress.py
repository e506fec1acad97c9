"""Progress on stderr: a bar on a terminal, nothing where nobody looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from warraq.cli.desk import Desk


@dataclass(slots=True)
class Count:
    """Counts up, and shows it."""

    bar: "Progress"
    task: "TaskID"
    number: int = field(default=0)

    def __call__(self, **fields: object) -> None:
        self.number += 1
        self.bar.update(self.task, completed=self.number, **fields)  # type: ignore[arg-type]  # rich types its fields as float


@contextmanager
def counted(desk: "Desk", what: str, *, total: int | None = None) -> Iterator[Count]:
    """A counter for a loop of `total` steps (None: not known), shown as a bar."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.speed:.0f}/s"),
        TimeElapsedColumn(),
    )
    shown = desk.err.is_terminal and not desk.quiet
    with Progress(*columns, console=desk.err, transient=True, disable=not shown) as bar:
        yield Count(bar, bar.add_task(what, total=total))
