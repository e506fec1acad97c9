"""Config: every setting of the crawler, typed; the only reader of the environment.

Precedence: the caller's arguments (the command line), then environment variables `WARRAQ_*`, then a file (the given
one, or `warraq.toml` or `[tool.warraq]` of `pyproject.toml` in the working folder), then the defaults below.
Scrapy's settings are derived from it (`crawler.engine.settings.scrapy_settings`), they are no second config.
"""

import difflib
import logging
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, get_args

from storage.errors import ConfigError

#: The bare product token, matched against robots.txt groups.
PRODUCT = "Warraq"

#: Files of settings in the working folder; the first that there is counts.
FILES = ("warraq.toml", PROJECT := "pyproject.toml")

#: Fields that only a file of settings can give.
FILE_ONLY = frozenset({"alert"})

#: Policy for pages with a noarchive directive: store page and article; only the article; neither.
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
    grace_s: float = 10.0
    #: Treatment of pages with "noarchive" if their source states nothing: "keep", "text" or "skip".
    noarchive: NoArchive = "keep"
    #: Level of the log on stderr: "DEBUG", "INFO", "WARNING", "ERROR".
    log_level: str = "WARNING"
    #: Whether Arabic is joined and reordered for the terminal: "auto" (if the terminal is known not to do so itself),
    #: "on", "off".
    bidi: str = "auto"
    #: The tables `[[alert]]` of the file of settings, see `crawler.alerting.alert_file`.
    alert: tuple[Mapping[str, object], ...] = ()
    #: Language of the command line: "ar" or "en"; None = that of the terminal's locale.
    lang: Literal["ar", "en"] | None = None

    @property
    def user_agent(self) -> str:
        """The user agent sent to servers."""
        return f"{PRODUCT}/{_version()}" + (f" (+{self.contact})" if self.contact else "")


def load(*, environ: Mapping[str, str] | None = None, file: str | Path | None = None, **given: object) -> Config:
    """Build the Config from arguments, the environment, a file and the defaults.

    Args:
        environ: in place of the process's own environment.
        file: the settings file; None: the one named by WARRAQ_CONFIG, or found in the working folder.
        given: fields of Config; None means "not given".

    Raises:
        ConfigError: a value is wrong; names the variable or the option.
    """
    found = settings(environ=environ, file=file, **given)
    values: dict[str, Any] = {one.name: one.value for one in found if one.origin != "default"}
    return Config(**values)


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of Config, and where its value comes from."""

    name: str
    value: object
    #: The option, the variable, the path of the file, or "default".
    origin: str


def settings(
    *, environ: Mapping[str, str] | None = None, file: str | Path | None = None, **given: object
) -> tuple[Setting, ...]:
    """Every setting in the order of Config, with its origin. Arguments and errors are those of `load`."""
    environ = os.environ if environ is None else environ
    path = _file(file or environ.get("WARRAQ_CONFIG") or None)
    table = _table(path) if path is not None else {}
    found = []
    for field in fields(Config):
        name = field.name
        if given.get(name) is not None:
            found.append(Setting(name, _checked(name, given[name], label=option(name)), option(name)))
        elif name not in FILE_ONLY and (raw := environ.get(variable(name), "")):
            found.append(Setting(name, _checked(name, raw, label=variable(name)), variable(name)))
        elif key(name) in table:
            found.append(Setting(name, _checked(name, table[key(name)], label=f"{path}: {key(name)}"), str(path)))
        else:
            found.append(Setting(name, field.default, "default"))
    return tuple(found)


def _file(named: str | Path | None) -> Path | None:
    """Return the settings file: the given one, else one in the working folder; None if there is none."""
    if named is not None:
        if not Path(named).is_file():
            raise ConfigError(f"no file of settings at {named}; write it, or name another with --config")
        return Path(named)
    here = [path for path in map(Path, FILES) if path.is_file()]
    return next((path for path in here if path.name != PROJECT or "warraq" in _section(_read(path), "tool")), None)


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _table(path: Path) -> dict[str, object]:
    """The settings of a file by key, folders made absolute. Raises ConfigError for a key that there is not."""
    read = _read(path)
    table = _section(read, "tool", "warraq") if path.name == PROJECT else read
    known = [key(field.name) for field in fields(Config)]
    found = {name.replace("-", "_"): value for name, value in table.items()}
    for name in found:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            guess = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise ConfigError(f"{path}: no setting is called {name!r}; {guess}")
    folder = path.resolve().parent
    for name in ("archive", "warc"):
        value = found.get(name)
        if isinstance(value, str) and "://" not in value:
            found[name] = str(folder / value)
    if "sources" in found:
        listed = found["sources"] if isinstance(found["sources"], list) else [found["sources"]]
        found["sources"] = [folder / str(one) for one in listed]
    return found


def _section(table: Mapping[str, object], *names: str) -> Mapping[str, object]:
    """Return the table at this path inside another; empty if missing."""
    for name in names:
        inner = table.get(name)
        table = inner if isinstance(inner, dict) else {}
    return table


def key(name: str) -> str:
    """The key of a field in a file of settings: `delay_s` -> "delay"."""
    return name.removesuffix("_s")


def option(name: str) -> str:
    """Return the command-line option of a field: `delay_s` -> "--delay"."""
    return "--" + name.removesuffix("_s").replace("_", "-")


def variable(name: str) -> str:
    """Return the environment variable of a field: `delay_s` -> "WARRAQ_DELAY"."""
    return "WARRAQ_" + name.removesuffix("_s").upper()


def with_variables(text: str, environ: Mapping[str, str] | None = None) -> str:
    """Replace each `${NAME}` by that variable of the environment, so that a secret need not be stored.

    Raises:
        ConfigError: there is no such variable.
    """
    known = os.environ if environ is None else environ

    def value(found: re.Match[str]) -> str:
        if found[1] not in known:
            raise ConfigError(f"the environment has no variable {found[1]}; set it where warraq runs")
        return known[found[1]]

    return re.sub(r"\$\{(\w+)\}", value, text)


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


def _checked(name: str, value: object, *, label: str) -> object:
    try:
        return _READ[name](value)
    except ValueError as error:
        raise ConfigError(f"{label} = {value!r}: {error}") from None


def _number(low: float, high: float) -> Callable[[object], float]:
    def read(value: object) -> float:
        try:
            number = float(value) if isinstance(value, int | float | str) else float("nan")
        except ValueError:
            number = float("nan")
        if not low <= number <= high:
            raise ValueError(f"write a number from {low:g} to {high:g}")
        return number

    return read


def _integer_between(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = str(value).strip()
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"write a whole number from {low} to {high}")
        return int(text)

    return read


def _switch(value: object) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if str(value).strip().lower() not in words:
        raise ValueError("write yes or no")
    return words[str(value).strip().lower()]


def _path(value: object) -> Path:
    return Path(str(value))


def _folders(value: object) -> tuple[Path, ...]:
    named = [part for part in value.split(os.pathsep) if part] if isinstance(value, str) else value
    paths = tuple(map(_path, named)) if isinstance(named, list | tuple) else (_path(named),)
    for path in paths:
        if not path.is_dir():
            raise ValueError(f"no such folder {path}; create it or choose another")
    return paths


def _contact(value: object) -> str:
    text = str(value).strip()
    if not text.isascii() or not text.isprintable() or any(sign in text for sign in "()<> "):
        raise ValueError("write one URL or e-mail address, in Latin letters, without blanks and brackets")
    return text


def _gather(value: object) -> str:
    scheme, separator, rest = str(value).partition("://")
    if not scheme or not separator or not rest.strip("/"):
        raise ValueError("write file:///folder or s3://bucket/prefix")
    return str(value)


def _level(value: object) -> str:
    name = str(value).strip().upper()
    if name not in logging.getLevelNamesMapping():
        raise ValueError("write DEBUG, INFO, WARNING or ERROR")
    return name


def _noarchive(value: object) -> str:
    if value not in get_args(NoArchive):
        raise ValueError(f"write {', '.join(get_args(NoArchive)[:-1])} or {get_args(NoArchive)[-1]}")
    return str(value)


def _bidi(value: object) -> str:
    if value not in ("auto", "on", "off"):
        raise ValueError("write auto, on or off")
    return str(value)


def _tables(value: object) -> tuple[Mapping[str, object], ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(table, Mapping) for table in value):
        raise ValueError("write tables [[alert]], each with name, query and to")
    return tuple(value)


def _lang(value: object) -> str:
    if value not in ("ar", "en"):
        raise ValueError("write ar or en")
    return str(value)


def _version() -> str:
    try:
        return version("warraq")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"


#: How each field is parsed, from text or from a value already typed.
_READ: dict[str, Callable[[object], object]] = {
    "archive": str,
    "warc": _path,
    "gather": _gather,
    "sources": _folders,
    "contact": _contact,
    "allow_private": _switch,
    "concurrency": _integer_between(1, 256),
    "turns": _integer_between(1, 1000),
    "delay_s": _number(0, 3600),
    "timeout_s": _number(0.1, 600),
    "workers": _integer_between(1, 256),
    "patience_s": _number(0, 86400),
    "grace_s": _number(0, 600),
    "noarchive": _noarchive,
    "log_level": _level,
    "bidi": _bidi,
    "alert": _tables,
    "lang": _lang,
}
