"""Errors of extraction in a worker."""

from storage.errors import WarraqError


class ExtractionError(WarraqError):
    """A page could not be extracted.

    `reason` is "timeout", "memory", "crashed (...)" or "error: ..."; `url` may be "".
    """

    def __init__(self, reason: str, url: str = "", *, passing: bool = False) -> None:
        self.reason = reason
        self.url = url
        #: The machine is the cause, not the page: the same page may be tried again later.
        self.passing = passing
        super().__init__(f"{url[:200] or 'a page'} could not be extracted: {reason}")

    def __reduce__(self) -> tuple[type["ExtractionError"], tuple[str, str]]:
        return ExtractionError, (self.reason, self.url)


class WorkerLostError(ExtractionError):
    """The worker died, froze or ran out of memory on the page: another one may succeed."""
