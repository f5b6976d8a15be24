"""The manifest's file: its tables, how it is opened, and its errors in words."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geounet.errors import OutputError
from geounet.outputs import disk_full

FORMAT = 1
"""SQLite's user_version of a manifest; a newer geounet may know a higher one."""

APPLICATION = 0x47554E54
"""SQLite's application_id of a manifest: GUNT."""

PATIENCE_SECONDS = 60.0
"""How long a writer waits for others."""

_TABLES = """
CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL);
CREATE TABLE claimants (
    id INTEGER PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, started REAL NOT NULL, beat REAL NOT NULL,
    UNIQUE (host, pid, started)
);
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE, job TEXT NOT NULL, needs TEXT,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'done', 'failed', 'skipped')),
    attempts INTEGER NOT NULL DEFAULT 0, claimant INTEGER REFERENCES claimants (id), since REAL, outcome TEXT,
    line TEXT, seconds REAL, pixels INTEGER, features INTEGER, digest TEXT
);
CREATE INDEX jobs_of_state ON jobs (state, id);
CREATE INDEX jobs_of_claimant ON jobs (claimant) WHERE claimant IS NOT NULL;
"""

_DAMAGED = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_CLOSED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}


def connected(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection to the manifest at `path`, which is made where it is not there; with `read_only` nothing is written.

    Raises OutputError where it cannot be made or opened, is damaged, none of geounet's, or a newer geounet's.
    """
    with in_words(path):
        connection = _to_read(path) if read_only else _to_write(path)
        try:
            _check(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Errors of SQLite as OutputError, with what was found and the remedy."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise disk_full(path) from error
        if code in _DAMAGED:
            raise OutputError(
                f"{path} is damaged ({error}); move it away and run again: what was done is then done anew"
            ) from error
        if code in _CLOSED:
            raise OutputError(
                f"cannot open {path}: {error}; check that you may read and write there"
            ) from error
        raise OutputError(
            f"cannot write {path}: {error}; run again, or keep accounts in files with --ledger claims"
        ) from error


def _to_write(path: Path) -> sqlite3.Connection:
    connection = _connection(path.resolve().as_uri() + "?mode=rwc")
    try:
        if not _is_empty(connection):
            _check(connection, path)
        _keep_log(connection, path)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("BEGIN IMMEDIATE")
        if _is_empty(connection):
            for statement in filter(str.strip, _TABLES.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _keep_log(connection: sqlite3.Connection, path: Path) -> None:
    """Write-ahead logging. Where two processes make the file at once, SQLite says at once that it is locked."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
            continue
        if mode != "wal":
            raise OutputError(
                f"{path} lies where SQLite keeps no write-ahead log ({mode}); keep accounts in files with --ledger claims"
            )
        return


def _to_read(path: Path) -> sqlite3.Connection:
    """A reader; where not even SQLite's side files can be made, one that trusts that nobody writes."""
    if not path.is_file():
        raise OutputError(f"there is no {path}; expected the output folder of a batch: check the path")
    connection = _connection(path.resolve().as_uri() + "?mode=ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in _CLOSED:
            raise
        return _connection(path.resolve().as_uri() + "?mode=ro&immutable=1")
    except BaseException:
        connection.close()
        raise
    return connection


def _connection(address: str) -> sqlite3.Connection:
    return sqlite3.connect(
        address, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
    )


def _check(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION or version < 1:
        raise OutputError(
            f"{path} is no manifest of geounet's; choose another output folder, or move it away"
        )
    if version > FORMAT:
        raise OutputError(
            f"{path} was made by a newer geounet (format {version}, this one knows {FORMAT}); update geounet"
        )


def _is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
