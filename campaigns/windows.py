"""Moving windows, several of them taken together or not at all: in one SQLite file, or in Redis.

Storages for the `limits` library, which takes one window at a time and has no storage for SQL.
The file's URL is quota+sqlite://<path>; it is exact across the processes of one machine.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from limits.errors import StorageError
from limits.storage import MovingWindowSupport, RedisStorage, Storage

_SWEEP_EVERY = 1_000  # acquisitions; forgets keys that nobody asks for any more

_TABLES = """
    CREATE TABLE IF NOT EXISTS hits (key TEXT NOT NULL, at REAL NOT NULL, until REAL NOT NULL);
    CREATE INDEX IF NOT EXISTS hits_by_key ON hits (key, at);
    CREATE INDEX IF NOT EXISTS hits_by_end ON hits (until);
"""

# The library's own lists, newest time first, so that both read what either wrote.
_TAKE_ALL = b"""
    local now = tonumber(ARGV[1])
    for number, key in ipairs(KEYS) do
        local limit, seconds = tonumber(ARGV[2 * number]), tonumber(ARGV[2 * number + 1])
        local in_the_way = redis.call('lindex', key, limit - 1)
        if in_the_way and tonumber(in_the_way) > now - seconds then
            return {number, in_the_way}
        end
    end
    for number, key in ipairs(KEYS) do
        redis.call('lpush', key, ARGV[1])
        redis.call('ltrim', key, 0, tonumber(ARGV[2 * number]) - 1)
        redis.call('expire', key, ARGV[2 * number + 1])
    end
    return {}
"""


@dataclass(frozen=True)
class Window:
    """At most `limit` entries under the key in any `seconds`."""

    key: str
    limit: int
    seconds: int


@dataclass(frozen=True)
class Full:
    """No room: in which of the windows that were asked for, and when there will be some.

    free_at: seconds since the epoch.
    """

    number: int
    free_at: float


class SqliteWindows(Storage, MovingWindowSupport):
    """One row per call that was let through; a window is a count of rows.

    The clock is read once the write lock is held, so rows are in the order of their times.
    A crash of the machine may lose the newest rows (synchronous=OFF): they are seconds old at most.
    """

    STORAGE_SCHEME = ["quota+sqlite"]

    def __init__(self, uri: str, wrap_exceptions: bool = False) -> None:
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
            _forget(database, key, expiry, now)
            (used,) = database.execute("SELECT COUNT(*) FROM hits WHERE key = ?", (key,)).fetchone()
            if used + amount > limit:
                return False
            database.executemany(
                "INSERT INTO hits VALUES (?, ?, ?)", [(key, now, now + expiry)] * amount
            )
            self._sweep(database, now)
            return True

    def acquire_all(self, wanted: Sequence[Window]) -> Full | None:
        """Takes an entry in each window; in none when one of them is full, and says which."""
        try:
            with self._locked() as database:
                now = time.time()
                for number, window in enumerate(wanted):
                    _forget(database, window.key, window.seconds, now)
                    in_the_way = database.execute(
                        "SELECT at FROM hits WHERE key = ? ORDER BY at DESC LIMIT 1 OFFSET ?",
                        (window.key, window.limit - 1),
                    ).fetchone()
                    if in_the_way is not None:
                        return Full(number, in_the_way[0] + window.seconds)
                database.executemany(
                    "INSERT INTO hits VALUES (?, ?, ?)",
                    [(window.key, now, now + window.seconds) for window in wanted],
                )
                self._sweep(database, now)
                return None
        except sqlite3.Error as error:
            raise StorageError(error) from error

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


def _forget(database: sqlite3.Connection, key: str, seconds: float, now: float) -> None:
    """Removes the entries of a window that count no more.

    Those from the future come from a clock that was set back; they would block for long.
    """
    database.execute(
        "DELETE FROM hits WHERE key = ? AND (at <= ? OR at > ?)", (key, now - seconds, now + 1)
    )


class RedisWindows(RedisStorage):
    """The library's storage in Redis, with one script that takes several windows."""

    STORAGE_SCHEME = ["redis", "rediss", "redis+unix"]

    def initialize_storage(self, uri: str) -> None:
        super().initialize_storage(uri)
        self._take_all = self.get_connection().register_script(_TAKE_ALL)

    def acquire_all(self, wanted: Sequence[Window]) -> Full | None:
        """Takes an entry in each window; in none when one of them is full, and says which."""
        keys = [self.prefixed_key(window.key) for window in wanted]
        facts = [fact for window in wanted for fact in (window.limit, window.seconds)]
        try:
            full = self._take_all(keys, [time.time(), *facts])
        except self.base_exceptions as error:
            raise StorageError(error) from error
        if not full:
            return None
        number = int(full[0]) - 1  # Lua counts from 1
        return Full(number, float(full[1]) + wanted[number].seconds)


Store = SqliteWindows | RedisWindows


def store_at(url: str) -> Store:
    """The store of a URL: quota+sqlite://<path>, redis:// or rediss://; ValueError for others."""
    if url.startswith("quota+sqlite:"):
        return SqliteWindows(url, wrap_exceptions=True)
    if url.startswith(("redis:", "rediss:", "redis+unix:")):
        return RedisWindows(url, wrap_exceptions=True, socket_connect_timeout=1, socket_timeout=1)
    raise ValueError("calls are counted in a quota+sqlite or a redis URL")
