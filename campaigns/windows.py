"""Moving windows, several of them taken together or not at all: in one SQLite file, or in Redis.

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

from redis import Redis, RedisError

_SWEEP_EVERY = 1_000  # acquisitions; forgets keys that nobody asks for any more

_TABLES = """
    CREATE TABLE IF NOT EXISTS hits (key TEXT NOT NULL, at REAL NOT NULL, until REAL NOT NULL);
    CREATE INDEX IF NOT EXISTS hits_by_key ON hits (key, at);
    CREATE INDEX IF NOT EXISTS hits_by_end ON hits (until);
"""

_PREFIX = "windows/"  # of what stands in Redis
# A window is a list of the times of its entries, newest first.
_TAKE_ALL = """
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
_USED = """
    local times = redis.call('lrange', KEYS[1], 0, ARGV[1] - 1)
    for number, time in ipairs(times) do
        if tonumber(time) <= tonumber(ARGV[2]) then
            return number - 1
        end
    end
    return #times
"""


class StoreAway(Exception):
    """The store does not answer; the cause is its own error."""


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


class SqliteWindows:
    """One row per call that was let through; a window is a count of rows.

    The clock is read once the write lock is held, so rows are in the order of their times.
    A crash of the machine may lose the newest rows (synchronous=OFF): they are seconds old at most.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._local = threading.local()
        self._since_sweep = 0

    def acquire_all(self, wanted: Sequence[Window]) -> Full | None:
        """Takes an entry in each window; in none when one of them is full, and says which.

        Raises StoreAway.
        """
        with self._locked() as database:
            now = time.time()
            for number, window in enumerate(wanted):
                _forget(database, window, now)
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

    def used(self, window: Window) -> int:
        """How many entries count in the window now. Raises StoreAway."""
        with _errors(sqlite3.Error):
            (used,) = (
                self._database()
                .execute(
                    "SELECT COUNT(*) FROM hits WHERE key = ? AND at > ?",
                    (window.key, time.time() - window.seconds),
                )
                .fetchone()
            )
        return int(used)

    def reset(self) -> None:
        """Forgets everything."""
        with self._locked() as database:
            database.execute("DELETE FROM hits")

    def _sweep(self, database: sqlite3.Connection, now: float) -> None:
        self._since_sweep += 1
        if self._since_sweep >= _SWEEP_EVERY:
            self._since_sweep = 0
            database.execute("DELETE FROM hits WHERE until <= ?", (now,))

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        """The connection, inside a transaction that holds the write lock."""
        with _errors(sqlite3.Error):
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


def _forget(database: sqlite3.Connection, window: Window, now: float) -> None:
    """Removes the entries of a window that count no more.

    Those from the future come from a clock that was set back; they would block for long.
    """
    database.execute(
        "DELETE FROM hits WHERE key = ? AND (at <= ? OR at > ?)",
        (window.key, now - window.seconds, now + 1),
    )


class RedisWindows:
    """One list per window; a script looks at several and writes into all or none."""

    def __init__(self, url: str) -> None:
        self._server = Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
        self._take_all = self._server.register_script(_TAKE_ALL)
        self._used = self._server.register_script(_USED)

    def acquire_all(self, wanted: Sequence[Window]) -> Full | None:
        """Takes an entry in each window; in none when one of them is full, and says which.

        Raises StoreAway.
        """
        keys = [_PREFIX + window.key for window in wanted]
        facts = [fact for window in wanted for fact in (window.limit, window.seconds)]
        with _errors(RedisError):
            full = self._take_all(keys, [time.time(), *facts])
        if not full:
            return None
        number = int(full[0]) - 1  # Lua counts from 1
        return Full(number, float(full[1]) + wanted[number].seconds)

    def used(self, window: Window) -> int:
        """How many entries count in the window now. Raises StoreAway."""
        with _errors(RedisError):
            facts = [window.limit, time.time() - window.seconds]
            return int(self._used([_PREFIX + window.key], facts))

    def reset(self) -> None:
        """Forgets everything that windows have written."""
        with _errors(RedisError):
            for key in self._server.scan_iter(f"{_PREFIX}*", count=1_000):
                self._server.delete(key)


@contextmanager
def _errors(*known: type[Exception]) -> Iterator[None]:
    try:
        yield
    except known as error:
        raise StoreAway from error


Store = SqliteWindows | RedisWindows


def store_at(url: str) -> Store:
    """The store of a URL: quota+sqlite://<path>, redis:// or rediss://; ValueError for others."""
    if url.startswith("quota+sqlite:"):
        return SqliteWindows(urlsplit(url).path)
    if url.startswith(("redis:", "rediss:")):
        return RedisWindows(url)
    raise ValueError("calls are counted in a quota+sqlite or a redis URL")
