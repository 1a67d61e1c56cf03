"""What the repository must never hold."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = sorted(ROOT.glob("requirements*.txt"))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def texts() -> list[tuple[Path, str]]:
    found = []
    for file in tracked():
        if file.is_file():
            content = file.read_bytes()
            if b"\0" not in content:
                found.append((file, content.decode()))
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_holds_versions_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert not re.search(r"://|^\s*-|file:|\.\./", text.replace("    --hash", "hash"), re.M)
    for requirement in re.findall(r"^[a-z][^\n]*", text, re.M):
        assert re.match(r"[a-z0-9-]+==[^ ]+ ", requirement), requirement


def test_no_path_of_one_machine_is_written_down() -> None:
    """Home directories and checkouts of whoever worked here."""
    pattern = re.compile(r"(?<![\w./-])/(?:home|root|Users|work|farm)/[a-z]", re.I)
    found = [str(file) for file, text in texts() if pattern.search(text) and file.suffix != ".svg"]
    assert not found


def test_no_lock_of_uv_is_committed() -> None:
    assert ROOT / "uv.lock" not in tracked()


def test_no_file_is_heavier_than_a_megabyte() -> None:
    heavy = [file.name for file in tracked() if file.is_file() and file.stat().st_size > 1_000_000]
    assert not heavy


def test_only_one_opencv_is_asked_for() -> None:
    names = set()
    for lock in LOCKS:
        names |= set(re.findall(r"^(opencv[a-z-]*)==", lock.read_text(), re.M))
    assert names == {"opencv-python-headless"}


def test_every_dependency_says_why_it_is_there() -> None:
    block = (ROOT / "pyproject.toml").read_text().split("dependencies = [")[1].split("\n]")[0]
    silent = [
        line for line in block.splitlines() if line.strip().startswith('"') and "#" not in line
    ]
    assert not silent
