"""Names the process that does a job, and tells whether it is surely gone."""

import os
import socket
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
_START_TIME = 19  # the 22nd field of /proc/<pid>/stat, counted from the state


@cache
def own_name() -> str:
    """This process's name, which no other process on any machine has had or will have."""
    return f"{_place()}/{_being(os.getpid())}"


os.register_at_fork(after_in_child=own_name.cache_clear)


def is_at_nothing(name: str) -> bool:
    """Whether no job is in that process's hands: it is gone, or it is the one that asks."""
    return name == own_name() or is_gone(name)


def is_gone(name: str) -> bool:
    """Whether that process has surely ended; False for one that cannot be seen from here."""
    place, _, being = name.rpartition("/")
    pid = being.partition(".")[0]
    return place == _place() and pid.isdecimal() and _being(int(pid)) != being


@cache
def _place() -> str:
    """Where process numbers mean the same: a machine, or one of its containers."""
    try:
        inside = (_PROC / "self" / "ns" / "pid").readlink().name
    except OSError:
        inside = ""
    return f"{socket.gethostname()[:120]} {inside}".strip()


def _being(pid: int) -> str:
    """The number and the start of a living process, since numbers are given again; "" of none."""
    if not _PROC.is_dir():
        return str(pid) if _answers(pid) else ""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else f"{pid}.{fields[_START_TIME]}"


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    return True
