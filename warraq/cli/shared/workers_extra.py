"""Requirements of worker commands: an archive on PostgreSQL, and the libraries of the extra `scale`."""

from types import ModuleType

from crawler.config import Config
from storage.errors import ConfigError
from storage.extras import missing


def machinery(config: Config) -> ModuleType:
    """Return the module `warraq.workers.worker`. Raises ConfigError if the archive or this installation cannot have
    workers."""
    if "://" in config.archive and not config.archive.startswith("postgresql+psycopg://"):
        raise ConfigError(f"archive {config.archive.split('@')[-1]}: write postgresql+psycopg://user@host/name")
    if "://" not in config.archive:
        raise ConfigError(
            f"archive {config.archive}: workers share an archive on PostgreSQL; "
            "give it with --archive postgresql+psycopg://user@host/name, or use `warraq watch` on this one"
        )
    try:
        import warraq.workers.worker
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("psycopg", "psycopg_pool", "procrastinate"):
            raise
        raise missing("a worker", error.name or "", "scale") from error
    return warraq.workers.worker
