"""The servers under a production site: databases made and dropped, wires that can be cut."""

import os
import secrets
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.live.site import free_port

POSTGRES_URL = os.environ.get(
    "FUSION_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres"
)
REDIS_URL = os.environ.get("FUSION_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
RABBITMQ_URL = os.environ.get("FUSION_TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//")


def answers(url: str) -> bool:
    """Whether somebody listens there."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=1):
            return True
    except OSError:
        return False


def moved(url: str, port: int) -> str:
    """The same address at another port of this machine."""
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    place = f"{user}@127.0.0.1:{port}" if user else f"127.0.0.1:{port}"
    return urlunsplit(parts._replace(netloc=place))


@contextmanager
def own_database(url: str = POSTGRES_URL) -> Iterator[str]:
    """The address of an empty database, dropped afterwards."""
    name = f"fusion_live_{secrets.token_hex(4)}"
    server = urlunsplit(urlsplit(url)._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


class OwnRedis:
    """A Redis server of our own that keeps nothing: stopping it loses every message."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Returns when it answers."""
        options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), *options], stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while not answers(self.url):
            if time.monotonic() > deadline:
                raise TimeoutError("redis-server does not answer")
            time.sleep(0.05)

    def stop(self) -> None:
        """Gone, with everything in it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


class Wire:
    """A TCP forwarder: the server behind it can be made to vanish and come back."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._to = (parts.hostname or "127.0.0.1", parts.port or 0)
        self._open: set[socket.socket] = set()
        self._cut = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = moved(url, self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection breaks, and new ones break at once."""
        self._cut = True
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """New connections reach the server again."""
        self._cut = False

    def close(self) -> None:
        """No more connections, and an end to those there are."""
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._cut:
                near.close()
                continue
            try:
                far = socket.create_connection(self._to, timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for one, other in ((near, far), (far, near)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        self._open.add(one)
        try:
            while piece := one.recv(65536):
                other.sendall(piece)
        except OSError:
            pass
        finally:
            self._end(one, other)

    def _end(self, one: socket.socket, other: socket.socket) -> None:
        """Either side's end is the end of both; each is closed by the thread that reads it."""
        self._open.discard(one)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        one.close()


def memory_mb(pid: int) -> float:
    """The memory a process holds for itself alone, in MB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"no Pss for process {pid}")


def processor_s(pids: Iterable[int]) -> float:
    """Processor seconds that these processes have used so far, in user mode and in the kernel."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def database_processes(url: str) -> list[int]:
    """The server's processes that work for this database, where they run on this machine."""
    name = urlsplit(url).path.lstrip("/").encode()
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and b" " + name + b" " in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


def machine() -> str:
    """The processor's kind and the number of cores, for the table's head."""
    text = Path("/proc/cpuinfo").read_text()
    names = [line.split(":")[1].strip() for line in text.splitlines() if "model name" in line]
    return f"{os.cpu_count()} cores, {names[0] if names else 'unknown'}"
