"""What must hold in an archive at any instant, whatever became of the program that wrote it."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from storage.warc import WarcLocation, WarcStore


def rows(archive: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        return connection.execute(sql).fetchall()


def assert_sound(archive: Path) -> None:
    """The database is whole, and every row's record can be read and is the one that it names."""
    if not (archive / "archive.db").exists():
        return
    assert rows(archive, "pragma integrity_check") == [("ok",)]
    assert rows(archive, "pragma foreign_key_check") == []
    if not rows(archive, "select 1 from sqlite_master where name = 'snapshot'"):
        return
    assert rows(archive, "select key from article group by key having count(*) > 1") == []
    warc = WarcStore(archive / "warc")
    places = "select warc_file, warc_offset, warc_length, payload_sha256 from snapshot where warc_file is not null"
    for file, offset, length, sha256 in rows(archive, places):
        payload = warc.read(WarcLocation(file=file, offset=offset, length=length)).payload
        assert hashlib.sha256(payload).hexdigest() == sha256
