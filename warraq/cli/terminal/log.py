"""The log on stderr: one event, one line, above a progress bar if there is one."""

import logging
import sys
from typing import TextIO

from warraq.cli.terminal.arabic import visible


class _Line(logging.Formatter):
    """A record as one line; control characters of a page are made visible. A traceback follows on its own lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return visible(super().formatMessage(record))


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to the current `sys.stderr`: a progress bar replaces it while it is shown."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, value: TextIO) -> None:
        pass


def set_up(level: str) -> None:
    """Log from this level on; safe to call again."""
    root = logging.getLogger()
    if not any(isinstance(handler, _Stderr) for handler in root.handlers):
        handler = _Stderr()
        handler.setFormatter(_Line("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S"))
        root.addHandler(handler)
    root.setLevel(level)
    if level == "INFO":  # libraries that log their every step at that level
        for name in ("alembic", "scrapy"):
            logging.getLogger(name).setLevel(logging.WARNING)
