"""The commands shown in the docs, run as they stand against a live server."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from tests.dialects.documenting import DOCS
from tests.dialects.world import (
    APPKEY,
    SECRET_ID,
    SECRET_KEY,
    SECRETKEY,
    TOKEN,
    World,
    picture,
)

# In CI it must be there: nothing is skipped to get green.
pytestmark = pytest.mark.skipif(
    shutil.which("curl") is None and os.environ.get("CI", "").lower() != "true",
    reason="needs curl",
)
VALUES = {
    "APPKEY": APPKEY,
    "SECRETKEY": SECRETKEY,
    "SECRET_ID": SECRET_ID,
    "SECRET_KEY": SECRET_KEY,
    "TOKEN": TOKEN,
}


def commands(page: str) -> str:
    """The page's shell block, without values that are only examples."""
    found = re.search(r"^```sh\n(.*?)^```", (DOCS / page).read_text(), re.M | re.S)
    assert found
    return found[1].replace("SECRET_ID=... SECRET_KEY=... ", "")


def answers(page: str, folder: Path, base_url: str) -> list[Any]:
    """What each curl of the page was answered."""
    for name, file in (("me.jpg", "face.jpg"), ("template.jpg", "template.jpg")):
        (folder / name).write_bytes(picture(file))
    done = subprocess.run(
        ["bash", "-e", "-c", commands(page)],
        cwd=folder,
        env=os.environ | VALUES | {"BASE": base_url, "no_proxy": "*"},
        capture_output=True,
        check=True,
    )
    said, decoder, values = done.stdout.decode(), json.JSONDecoder(), []
    while said.strip():
        value, end = decoder.raw_decode(said.lstrip())
        values.append(value)
        said = said.lstrip()[end:]
    return values


def test_fuseapi(live_site: World, settings: LazySettings, tmp_path: Path) -> None:
    (said,) = answers("fuseapi.md", tmp_path, settings.FUSION_BASE_URL)
    assert said["ret"] == "0" and said["img_url"].startswith(settings.FUSION_BASE_URL)


def test_jd(live_site: World, settings: LazySettings, tmp_path: Path) -> None:
    morph, parser = answers("jd.md", tmp_path, settings.FUSION_BASE_URL)
    assert morph["result"]["status"] == parser["result"]["status"] == 200


def test_aigs(live_site: World, settings: LazySettings, tmp_path: Path) -> None:
    (said,) = answers("aigs.md", tmp_path, settings.FUSION_BASE_URL)
    assert said["code"] == "success"
