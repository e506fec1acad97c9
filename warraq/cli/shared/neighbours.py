"""Whether `storage`, `pipelines` and `crawler` are ours: other packages of these names may come first on the path."""

from importlib.util import find_spec
from pathlib import Path

_FLOORS = ("storage", "pipelines", "crawler")
WORDS = {
    "foreign": "the package {name} that Python finds is not Warraq's ({place}); "
    "install Warraq in an environment of its own, or start Python elsewhere"
}


def foreign() -> str | None:
    """Return a line that names a foreign package installed under one of our names; None if there is none."""
    home = Path(__file__).resolve().parents[3]
    for name in _FLOORS:
        spec = find_spec(name)
        place = Path(spec.origin).resolve().parent if spec is not None and spec.origin else None
        if place != home / name:
            return WORDS["foreign"].format(name=repr(name), place=place or "not found")
    return None
