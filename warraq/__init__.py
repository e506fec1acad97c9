"""Warraq: an Arabic news crawler and archive. The command line, and the Python door: see docs/python.md.

The names below are imported when they are first used, so that `import warraq` costs nothing and the command line
starts quickly.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

#: Public name -> (module, its name there).
_PUBLIC = {
    "Archive": ("warraq.api.reader", "ArchiveReader"),
    "Article": ("storage.model.article", "Article"),
    "NotAnArticleError": ("warraq.api.extraction", "NotAnArticleError"),
    "Query": ("storage.search.query", "Query"),
    "Results": ("warraq.api.results", "Results"),
    "Source": ("crawler.sources.source", "Source"),
    "WarraqError": ("storage.errors", "WarraqError"),
    "extract": ("warraq.api.extraction", "extract"),
    "load_sources": ("warraq.api.source_list", "load_sources"),
    "open_archive": ("warraq.api.reader", "open_archive"),
}

__all__ = [
    "Archive",
    "Article",
    "NotAnArticleError",
    "Query",
    "Results",
    "Source",
    "WarraqError",
    "__version__",
    "extract",
    "load_sources",
    "open_archive",
]

if TYPE_CHECKING:
    from crawler.sources.source import Source
    from storage.errors import WarraqError
    from storage.model.article import Article
    from storage.search.query import Query
    from warraq.api.extraction import NotAnArticleError, extract
    from warraq.api.reader import ArchiveReader as Archive
    from warraq.api.reader import open_archive
    from warraq.api.results import Results
    from warraq.api.source_list import load_sources


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'warraq' has no attribute {name!r}")
    module, attribute = _PUBLIC[name]
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise _shadowed(error) from error


def _shadowed(error: ModuleNotFoundError) -> ImportError:
    """Name a foreign package that hides one of ours, if that is the cause."""
    top = (error.name or "").split(".")[0]
    if top in ("storage", "pipelines", "crawler"):
        where = getattr(import_module(top), "__file__", None) or "a folder of that name"
        return ImportError(
            f"another package named {top!r} ({where}) hides warraq's; run from another folder, or rename it"
        )
    return error
