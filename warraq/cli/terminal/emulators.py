"""Which terminals display Arabic correctly by themselves, and which need help: the table behind `--bidi auto`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Emulator:
    """One terminal emulator and how it is recognised."""

    name: str
    #: Environment variable that identifies it.
    variable: str
    #: What its value begins with; "" = any value but an empty one.
    prefix: str
    #: Whether it needs letters joined and lines reordered. False also if it does half of the work itself (kitty
    #: reorders each word): doing it twice is worse than not at all.
    needs_help: bool


#: First match wins: the program's own variables come before TERM, which says little (`xterm-256color` is common to
#: many). Under tmux and screen the variables of the outer terminal are still set, and they count. Sources: the
#: terminal-wg BiDi pages, and the emulators' own trackers (alacritty #663, wezterm #784, xterm.js #701,
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
    """Return the terminal identified by the environment; None if it is not in the table."""
    for known in EMULATORS:
        value = environment.get(known.variable, "")
        if value and value.startswith(known.prefix):
            return known
    return None


def needs_help(environment: Mapping[str, str]) -> bool:
    """Whether Arabic must be shaped and reordered for the terminal; False for an unknown one."""
    known = emulator(environment)
    return known.needs_help if known else False
