"""Modules of a room that are imported when a name of theirs is first used.

A command that searches needs no frontier and no comparison of versions, and every module that it does not wait for is a
few milliseconds of its start. The room's `__init__` names what it hands out, for the type checker too.
"""

from collections.abc import Callable, Mapping
from importlib import import_module


def on_demand(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package.

    Args:
        places: name -> where it is in the package: "module", or "module:name" of what a module holds.
    """

    def find(name: str) -> object:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, _, attribute = places[name].partition(":")
        loaded = import_module(f"{package}.{module}")
        return getattr(loaded, attribute) if attribute else loaded

    return find
