"""Summary of a command for `warraq --help`, read from its source, because importing all commands takes a second."""

import re
from pathlib import Path

import warraq
from warraq.cli.shared.translated_help import short

_COMMAND = re.compile(r'^def command\(.*?^    """(.*?)"""', re.DOTALL | re.MULTILINE)


def short_help(module: str, *, limit: int) -> str | None:
    """Return the first sentence of the docstring of a module's function `command`, at most `limit` characters.

    None if the source is missing or has another form: then the module must be imported.
    """
    path = Path(warraq.__file__).parent.joinpath(*module.split(".")[1:]).with_suffix(".py")
    try:
        found = _COMMAND.search(path.read_text("utf-8"))
    except OSError:
        return None
    return short(found[1], limit=limit) if found else None
