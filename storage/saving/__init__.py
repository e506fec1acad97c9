"""Saving one visit into the archive, in one transaction: article, version, story, withdrawal."""

from typing import TYPE_CHECKING

from storage.on_demand import on_demand

if TYPE_CHECKING:
    from storage.saving import near_duplicates, revise, save, withdrawals, writer

__all__ = ["near_duplicates", "revise", "save", "withdrawals", "writer"]

__getattr__ = on_demand(__name__, {name: name for name in __all__})
