"""A message for a terminal, before any console is there: an error can come from the command line itself."""

import shutil
from typing import TextIO

from crawler.config import terminal_variables
from warraq.cli.terminal.arabic import display, is_rtl, wrap
from warraq.cli.terminal.emulators import needs_help


def error_lines(message: str, stream: TextIO) -> list[str]:
    """The lines of a message for a stream: joined and reordered only for a terminal that does not do so itself."""
    rtl = any(is_rtl(word) for word in message.split())
    if not rtl or not stream.isatty() or not needs_help(terminal_variables()):
        return [message]
    width = shutil.get_terminal_size().columns
    return [display(message[start:end], rtl=True) for start, end in wrap(message, width)]
