"""Advisory locks of a PostgreSQL database: every number that this program takes. SQLite has one writer, needs none."""

from enum import IntEnum

from sqlalchemy import Connection


class AdvisoryLock(IntEnum):
    """What a lock guards. Numbers never change: programs of different versions run on one database."""

    #: One writer of stories at a time.
    STORIES = 7306356
    #: The check for the newest robots.txt of an origin before one is added.
    ROBOTS = 7306357
    #: A crawl, for as long as it runs.
    CRAWLING = 7306358
    #: The tables of the job queue, and the removal of dead workers.
    JOB_QUEUE = 7306359
    #: A host that no job locks; the second half of the number is the host's hash.
    HOST = 7306360
    #: The archive's tables, while they are created or migrated.
    SCHEMA = 7306361
    #: A re-extraction, for as long as it runs.
    REREADING = 7306362
    #: The tables of the search index, while they are created.
    SEARCH = 0x57415252


def lock_until_commit(connection: Connection, lock: AdvisoryLock) -> None:
    """Wait for a lock and hold it until the transaction ends. Does nothing on SQLite."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({lock.value})")
