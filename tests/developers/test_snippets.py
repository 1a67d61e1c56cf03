"""Every snippet of the pages, run as it stands against a live server."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings

from campaigns.models import Credential, Dialect
from fusion import read_picture
from fusionsite.developers import snippets
from tests.conftest import IN_CI
from tests.dialects.transcripts import forget_counts
from tests.dialects.world import SECRET_KEY, SECRETKEY, TOKEN, World, picture
from tests.factories import a_credential

# curl and Python must be there; the others are run where somebody has them.
COMMANDS = {
    "curl": ["bash", "-e", "fuse.sh"],
    "Python": [sys.executable, "fuse.py"],
    "Node": ["node", "fuse.mjs"],
    "PHP": ["php", "fuse.php"],
    "Java": ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "Fuse.java"],
}
ALWAYS = {"curl", "Python"}
PLACES = [(door, language) for door in snippets.SETS for language in COMMANDS]


def key_of(world: World, door: Dialect) -> tuple[Credential, str]:
    if door in (Dialect.JD_MORPH, Dialect.JD_PARSER):
        return world.jd, SECRETKEY
    if door == Dialect.API:
        made = a_credential(world.account, kind="bearer", dialects=[Dialect.API])
        return made.credential, made.secret
    return (world.aigs, TOKEN) if door == Dialect.AIGS else (world.tencent, SECRET_KEY)


def filled(world: World, door: Dialect, language: str) -> snippets.Snippet:
    key, secret = key_of(world, door)
    made = snippets.snippets(
        door, key, secret=secret, project="100646", model=world.material.model_id
    )
    return next(snippet for snippet in made if snippet.language == language)


@pytest.mark.parametrize(("door", "language"), PLACES)
def test_a_snippet_makes_a_picture(
    live_site: World, settings: LazySettings, tmp_path: Path, door: Dialect, language: str
) -> None:
    command = COMMANDS[language]
    if not IN_CI and language not in ALWAYS and shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    forget_counts()
    snippet = filled(live_site, door, language)
    (tmp_path / snippet.file_name).write_text(snippet.text)
    for name, file in (("me.jpg", "face.jpg"), ("template.jpg", "template.jpg")):
        (tmp_path / name).write_bytes(picture(file))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    kept = tmp_path / "fused.png"
    if door in (Dialect.JD_MORPH, Dialect.JD_PARSER):
        assert read_picture(kept.read_bytes()).shape[2] == 3
    else:
        assert re.search(re.escape(settings.FUSION_BASE_URL) + r"/r/\S+", done.stdout), done.stdout


@pytest.mark.parametrize("language", COMMANDS)
def test_no_placeholder_is_left_and_no_secret_is_known_later(world: World, language: str) -> None:
    for door in snippets.SETS:
        key, _secret = key_of(world, door)
        (text,) = (s.text for s in snippets.snippets(door, key) if s.language == language)
        assert not re.search(r"@[A-Z]+@", text)
        assert snippets.SECRET_HERE in text
