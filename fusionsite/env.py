"""Reads and types the environment; the settings file and the supervisor read it through here."""

import os
import secrets
from pathlib import Path

from environs import FileAwareEnv

BASE_DIR = Path(__file__).resolve().parent.parent

# NAME_FILE may hold the path of a file with the value (container secrets); see docs/settings.md.
env = FileAwareEnv()
env.read_env(str(BASE_DIR / ".env"), recurse=False)


def var_dir() -> Path:
    """The folder for everything the site writes on this machine; it is made if it is missing."""
    folder: Path = env.path("FUSION_VAR_DIR", default=BASE_DIR / "var")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run_file() -> Path:
    """Where `make run` leaves its own settings, so that commands in another shell share them."""
    return var_dir() / "run.env"


# What was said by the environment itself or by .env; run.env only fills the gaps.
GIVEN = frozenset(os.environ)
env.read_env(str(run_file()), recurse=False)


def kept_secret(name: str, path: Path) -> str:
    """The secret `name` from the environment or, in demo mode, one made once and kept at `path`.

    Empty outside demo mode when nothing is set: a system check then refuses to start.
    """
    given: str = env.str(name, default="")
    if given or not env.bool("FUSION_DEMO", default=False):
        return given
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()
