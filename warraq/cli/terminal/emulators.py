"""Which terminals put Arabic right by themselves, and which need our help: the table behind `--bidi auto`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Emulator:
    """One terminal emulator and how it is recognised."""

    name: str
    #: Environment variable that gives it away.
    variable: str
    #: What its value begins with; "" = any value but an empty one.
    prefix: str
    #: Whether it needs letters joined and lines reordered for it. False also where it does half of the work itself
    #: (kitty turns each word round): doing it twice is worse than not at all.
    needs_help: bool


#: First match wins: the program's own variables stand before TERM, which says little (`xterm-256color` is everybody's
#: name). Under tmux and screen the variables of the terminal outside are still there, and they are what counts.
#: Sources: the terminal-wg BiDi pages, and the emulators' own trackers (alacritty #663, wezterm #784, xterm.js #701,
#: microsoft/terminal #538, kitty's option `force_ltr`).
EMULATORS = (
    Emulator("VTE (GNOME Terminal, Tilix, Xfce ...)", "VTE_VERSION", "", needs_help=False),
    Emulator("Konsole", "KONSOLE_VERSION", "", needs_help=False),
    Emulator("mlterm", "MLTERM", "", needs_help=False),
    Emulator("kitty", "KITTY_WINDOW_ID", "", needs_help=False),
    Emulator("macOS Terminal", "TERM_PROGRAM", "Apple_Terminal", needs_help=False),
    Emulator("iTerm2", "TERM_PROGRAM", "iTerm", needs_help=False),
    Emulator("mintty", "TERM_PROGRAM", "mintty", needs_help=False),
    Emulator("WezTerm", "TERM_PROGRAM", "WezTerm", needs_help=True),
    Emulator("Ghostty", "TERM_PROGRAM", "ghostty", needs_help=True),
    Emulator("VS Code", "TERM_PROGRAM", "vscode", needs_help=True),
    Emulator("Windows Terminal", "WT_SESSION", "", needs_help=True),
    Emulator("Alacritty", "ALACRITTY_WINDOW_ID", "", needs_help=True),
    Emulator("xterm", "XTERM_VERSION", "", needs_help=True),
    Emulator("Linux console", "TERM", "linux", needs_help=True),
    Emulator("Alacritty", "TERM", "alacritty", needs_help=True),
    Emulator("foot", "TERM", "foot", needs_help=True),
    Emulator("rxvt", "TERM", "rxvt", needs_help=True),
    Emulator("st", "TERM", "st-", needs_help=True),
    Emulator("mlterm", "TERM", "mlterm", needs_help=False),
    Emulator("kitty", "TERM", "xterm-kitty", needs_help=False),
)


def emulator(environment: Mapping[str, str]) -> Emulator | None:
    """Return the terminal that the environment names; None if it is not in the table."""
    for known in EMULATORS:
        value = environment.get(known.variable, "")
        if value and value.startswith(known.prefix):
            return known
    return None


def needs_help(environment: Mapping[str, str]) -> bool:
    """Say whether Arabic must be shaped and reordered for the terminal; False for one that is not known."""
    known = emulator(environment)
    return known.needs_help if known else False
