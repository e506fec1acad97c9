"""Config: every setting of the crawler, typed; the only reader of the environment.

Precedence: the caller's values (the command line), then environment variables `WARRAQ_*`, then the defaults below.
Scrapy's settings are derived from it (`crawler.engine.settings.scrapy_settings`), they are not a second configuration.
"""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, get_args

from storage.errors import ConfigError

#: The bare product token, matched against robots.txt groups.
PRODUCT = "Warraq"

#: Treatment of a page that asks not to be archived: keep everything; keep the article without the page; keep neither.
NoArchive = Literal["keep", "text", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Configuration of a whole run. Created by `load`."""

    #: Folder of the archive, or a database URL ("postgresql+psycopg://...").
    archive: str = "archive"
    #: Folder of the WARC files; None = `warc/` in the archive's folder. Required if `archive` is a database URL.
    warc: Path | None = None
    #: Where closed WARC files of all machines are gathered, and read if the folder lacks them: "file:///shared/warc",
    #: "s3://bucket/prefix"; None: nowhere.
    gather: str | None = None
    #: Folders with the user's own source files, read after the built-in ones, in this order.
    sources: tuple[Path, ...] = ()
    #: URL or e-mail address of the operator, shown in the user agent so that a site can complain; "" = not stated.
    contact: str = ""
    #: Allow connections to private, loopback and link-local addresses. For tests, the demo, and archives of an
    #: intranet.
    allow_private: bool = False
    #: Maximum requests in flight in one crawl, over all hosts. One host never gets more than its source allows.
    concurrency: int = 16
    #: Sources that `warraq watch` crawls at once.
    turns: int = 32
    #: Seconds between two requests to one host, overriding the sources' values; None = each source's own.
    delay_s: float | None = None
    #: Maximum seconds per fetch, from connecting to the last byte.
    timeout_s: float = 30.0
    #: Extraction processes; None = one per core.
    workers: int | None = None
    #: Maximum time an otherwise idle crawl waits for due retries, in seconds.
    patience_s: float = 20.0
    #: Maximum time for a stopped crawl to finish claimed pages, in seconds.
    grace_s: float = 15.0
    #: Treatment of pages with "noarchive" if their source states nothing: "keep", "text" or "skip".
    noarchive: NoArchive = "keep"
    #: Level of the log on stderr: "DEBUG", "INFO", "WARNING", "ERROR".
    log_level: str = "WARNING"
    #: Whether Arabic is joined and reordered for the terminal: "auto" (if the terminal is known not to do so itself),
    #: "on", "off".
    bidi: str = "auto"

    @property
    def user_agent(self) -> str:
        """The user agent sent to servers."""
        return f"{PRODUCT}/{_version()}" + (f" (+{self.contact})" if self.contact else "")


def load(*, environ: Mapping[str, str] | None = None, **given: Any) -> Config:
    """Build the Config from the caller's values, the environment and the defaults.

    Args:
        environ: replaces the process's own environment.
        given: fields of Config; None means "not given".

    Raises:
        ConfigError: a value is wrong; names the variable or the option.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for field in fields(Config):
        if given.get(field.name) is not None:
            values[field.name] = _checked(field.name, given[field.name], told=option(field.name))
        elif raw := environ.get(variable(field.name), ""):
            values[field.name] = _checked(field.name, raw, told=variable(field.name))
    return Config(**values)


def option(name: str) -> str:
    """Return the command-line option of a field: `delay_s` -> "--delay"."""
    return "--" + name.removesuffix("_s").replace("_", "-")


def variable(name: str) -> str:
    """Return the environment variable of a field: `delay_s` -> "WARRAQ_DELAY"."""
    return "WARRAQ_" + name.removesuffix("_s").upper()


def terminal_variables(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment, including the variables that identify terminal emulators (`TERM`, `VTE_VERSION`, ...)."""
    return dict(os.environ if environ is None else environ)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceVariables:
    """Variables that systemd sets for a service."""

    #: Path of its socket, "@..." for an abstract one; "" = none.
    notify_socket: str = ""
    #: Watchdog interval in seconds; 0 = none.
    watchdog_s: float = 0.0


def service_variables(environ: Mapping[str, str] | None = None) -> ServiceVariables:
    """NOTIFY_SOCKET, and WATCHDOG_USEC if it is meant for this process."""
    environ = os.environ if environ is None else environ
    mine = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    usec = environ.get("WATCHDOG_USEC", "")
    watchdog_s = int(usec) / 1_000_000 if mine and usec.isdecimal() else 0.0
    return ServiceVariables(notify_socket=environ.get("NOTIFY_SOCKET", ""), watchdog_s=watchdog_s)


def _checked(name: str, value: Any, *, told: str) -> Any:
    try:
        return _READ[name](value)
    except ValueError as error:
        raise ConfigError(f"{told} = {value!r}: {error}") from None


def _number(low: float, high: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if not low <= number <= high:
            raise ValueError(f"write a number from {low:g} to {high:g}")
        return number

    return read


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        text = str(value).strip()
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"write a whole number from {low} to {high}")
        return int(text)

    return read


def _switch(value: Any) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if str(value).strip().lower() not in words:
        raise ValueError("write yes or no")
    return words[str(value).strip().lower()]


def _folders(value: Any) -> tuple[Path, ...]:
    paths = tuple(Path(part) for part in value.split(os.pathsep) if part) if isinstance(value, str) else tuple(value)
    for path in paths:
        if not path.is_dir():
            raise ValueError(f"no such folder: {path}; create it or choose another")
    return paths


def _contact(value: Any) -> str:
    text = str(value).strip()
    if not text.isascii() or not text.isprintable() or any(sign in text for sign in "()<> "):
        raise ValueError("write one URL or e-mail address, in Latin letters, without blanks and brackets")
    return text


def _gather(value: Any) -> str:
    scheme, separator, rest = str(value).partition("://")
    if not scheme or not separator or not rest.strip("/"):
        raise ValueError("write file:///folder or s3://bucket/prefix")
    return str(value)


def _level(value: Any) -> str:
    name = str(value).strip().upper()
    if name not in logging.getLevelNamesMapping():
        raise ValueError("write DEBUG, INFO, WARNING or ERROR")
    return name


def _noarchive(value: Any) -> str:
    if value not in get_args(NoArchive):
        raise ValueError(f"write {', '.join(get_args(NoArchive)[:-1])} or {get_args(NoArchive)[-1]}")
    return str(value)


def _bidi(value: Any) -> str:
    if value not in ("auto", "on", "off"):
        raise ValueError("write auto, on or off")
    return str(value)


def _version() -> str:
    try:
        return version("warraq")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"


#: How each field is parsed, from text or from a value already typed.
_READ: dict[str, Callable[[Any], Any]] = {
    "archive": str,
    "warc": Path,
    "gather": _gather,
    "sources": _folders,
    "contact": _contact,
    "allow_private": _switch,
    "concurrency": _whole(1, 256),
    "turns": _whole(1, 1000),
    "delay_s": _number(0, 3600),
    "timeout_s": _number(0.1, 600),
    "workers": _whole(1, 256),
    "patience_s": _number(0, 86400),
    "grace_s": _number(0, 600),
    "noarchive": _noarchive,
    "log_level": _level,
    "bidi": _bidi,
}
