"""Pictures of a terminal for the manual: what commands really print to one, drawn by a browser that knows Arabic.

    python -m tests.support.terminal_picture docs/pictures/terminal-search.png COMMAND...

Each line stands as in a terminal that orders Arabic itself (GNOME Terminal, Konsole): by its own first strong letter.
"""

import fcntl
import html
import itertools
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

from rich.console import Console
from rich.style import Style
from rich.text import Text

COLUMNS = 96
_CONSOLE = Console()
_STYLE = """
body { margin: 0; background: #fff } main { background: #1e1f24; color: #d8d8d8; border-radius: 8px; padding: 14px 18px;
  inline-size: max-content; font: 15px/1.5 'DejaVu Sans Mono', monospace }
div { unicode-bidi: plaintext; text-align: start; white-space: pre; min-block-size: 1.5em; inline-size: 96ch }
.bold { font-weight: bold } .dim { opacity: .6 }
.red { color: #f47c7c } .struck { text-decoration: line-through } .yellow { color: #e5c07b } .green { color: #98c379 }
"""


#: Colours of ANSI that commands use.
_COLOURS = {1: "red", 2: "green", 3: "yellow"}


def printed(command: str) -> str:
    """What a shell command prints to a terminal of `COLUMNS` columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    environment = os.environ | {"TERM": "xterm-256color", "VTE_VERSION": "7600"}
    process = subprocess.Popen(command, shell=True, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    out = b""
    while True:
        try:
            chunk = os.read(ours, 65_536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        out += chunk
    process.wait()
    os.close(ours)
    return out.decode("utf-8").replace("\r\n", "\n").rstrip()


def page(commands: list[str]) -> str:
    """The commands and their output as HTML."""
    lines = []
    for command in commands:
        lines += [Text.assemble(("$ ", "bold green"), command), *Text.from_ansi(printed(command)).split("\n"), Text()]
    return f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style><main>{''.join(map(_line, lines[:-1]))}</main>"


def _line(text: Text) -> str:
    text.rstrip()
    parts = []
    for start, end in _runs(text):
        style = text.get_style_at_offset(_CONSOLE, start)
        parts.append(f'<span class="{_classes(style)}">{html.escape(text.plain[start:end])}</span>')
    return f"<div>{''.join(parts)}</div>"


def _runs(text: Text) -> list[tuple[int, int]]:
    bounds = sorted({0, len(text.plain), *(span.start for span in text.spans), *(span.end for span in text.spans)})
    inside = [bound for bound in bounds if 0 <= bound <= len(text.plain)]
    return [(start, end) for start, end in itertools.pairwise(inside) if end > start]


def _classes(style: Style) -> str:
    colour = _COLOURS.get(style.color.number or 0, "") if style.color else ""
    marks = ("bold" if style.bold else "", "dim" if style.dim else "", "struck" if style.strike else "", colour)
    return " ".join(filter(None, marks))


def main(target: str, commands: list[str]) -> None:
    from tests.support.reading_room import browser

    with browser() as opened:
        shown = opened.new_page(viewport={"width": 1200, "height": 400}, device_scale_factor=1.5)
        shown.set_content(page(commands))
        shown.locator("main").screenshot(path=Path(target))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
