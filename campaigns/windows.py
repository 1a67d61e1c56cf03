"""Moving windows in one SQLite file: exact across the processes of one machine.

A storage for the `limits` library, which has none for SQL. Its URL is quota+sqlite://<path>.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from limits.storage import MovingWindowSupport, Storage

_SWEEP_EVERY = 1_000  # acquisitions; forgets keys that nobody asks for any more

_TABLES = """
    CREATE TABLE IF NOT EXISTS hits (key TEXT NOT NULL, at REAL NOT NULL, until REAL NOT NULL);
    CREATE INDEX IF NOT EXISTS hits_by_key ON hits (key, at);
    CREATE INDEX IF NOT EXISTS hits_by_end ON hits (until);
"""


class SqliteWindows(Storage, MovingWindowSupport):
    """One row per call that was let through; a window is a count of rows.

    The clock is read once the write lock is held, so rows are in the order of their times.
    A crash of the machine may lose the newest rows (synchronous=OFF): they are seconds old at most.
    """

    STORAGE_SCHEME = ["quota+sqlite"]

    def __init__(
        self, uri: str, wrap_exceptions: bool = False, **_options: float | str | bool
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self.path = urlsplit(uri).path
        self._local = threading.local()
        self._since_sweep = 0

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        return sqlite3.Error

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        with self._locked() as database:
            now = time.time()
            # Rows from the future come from a clock that was set back; they would block for long.
            database.execute(
                "DELETE FROM hits WHERE key = ? AND (at <= ? OR at > ?)",
                (key, now - expiry, now + 1),
            )
            (used,) = database.execute("SELECT COUNT(*) FROM hits WHERE key = ?", (key,)).fetchone()
            if used + amount > limit:
                return False
            database.executemany(
                "INSERT INTO hits VALUES (?, ?, ?)", [(key, now, now + expiry)] * amount
            )
            self._sweep(database, now)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        now = time.time()
        (oldest, used) = (
            self._database()
            .execute(
                "SELECT MIN(at), COUNT(*) FROM hits WHERE key = ? AND at > ?", (key, now - expiry)
            )
            .fetchone()
        )
        return (now if oldest is None else oldest), used

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Adds to the key's counter, which starts anew when its first hit has expired."""
        with self._locked() as database:
            now = time.time()
            database.execute("DELETE FROM hits WHERE key = ? AND until <= ?", (key, now))
            (end,) = database.execute(
                "SELECT MIN(until) FROM hits WHERE key = ?", (key,)
            ).fetchone()
            row = (key, now, now + expiry if end is None else end)
            database.executemany("INSERT INTO hits VALUES (?, ?, ?)", [row] * amount)
            (count,) = database.execute(
                "SELECT COUNT(*) FROM hits WHERE key = ?", (key,)
            ).fetchone()
            return int(count)

    def get(self, key: str) -> int:
        (count,) = (
            self._database()
            .execute("SELECT COUNT(*) FROM hits WHERE key = ? AND until > ?", (key, time.time()))
            .fetchone()
        )
        return int(count)

    def get_expiry(self, key: str) -> float:
        (end,) = (
            self._database().execute("SELECT MIN(until) FROM hits WHERE key = ?", (key,)).fetchone()
        )
        return time.time() if end is None else float(end)

    def check(self) -> bool:
        try:
            self._database().execute("SELECT 1 FROM hits LIMIT 1").fetchone()
        except sqlite3.Error:
            return False
        return True

    def reset(self) -> int:
        with self._locked() as database:
            return database.execute("DELETE FROM hits").rowcount

    def clear(self, key: str) -> None:
        with self._locked() as database:
            database.execute("DELETE FROM hits WHERE key = ?", (key,))

    def _sweep(self, database: sqlite3.Connection, now: float) -> None:
        self._since_sweep += 1
        if self._since_sweep >= _SWEEP_EVERY:
            self._since_sweep = 0
            database.execute("DELETE FROM hits WHERE until <= ?", (now,))

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        """The connection, inside a transaction that holds the write lock."""
        database = self._database()
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")

    def _database(self) -> sqlite3.Connection:
        """This thread's own connection; a forked process opens a new one."""
        if getattr(self._local, "pid", None) != os.getpid():
            self._local.database = self._open()
            self._local.pid = os.getpid()
        opened: sqlite3.Connection = self._local.database
        return opened

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=5, isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=OFF")
        database.executescript(_TABLES)
        return database
