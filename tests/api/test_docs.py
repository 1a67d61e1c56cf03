"""docs/own-api.md cannot lie: its examples are run, its addresses, codes and statuses compared."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import LazySettings

from campaigns import outbound
from campaigns.models import Scope, WebhookEvent
from fusionsite.api import edge, signature
from fusionsite.api.errors import TABLE
from fusionsite.api.pages import document
from fusionsite.api.pictures.facts import WHY
from fusionsite.jobs.models import FusionJob
from tests.api.conftest import World
from tests.api.test_fusions import a_fusion
from tests.dialects.world import picture
from tests.live.inside import served

PAGE = (Path(__file__).parent.parent.parent / "docs" / "own-api.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.M | re.S)
CURLS = [block.strip() for kind, block in BLOCKS if not kind and block.startswith("curl")]
PYTHON = next(block for kind, block in BLOCKS if kind == "python")


@pytest.fixture
def site(world: World, settings: LazySettings, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """The world behind a socket, and what the examples expect in their environment."""
    (tmp_path / "me.jpg").write_bytes(picture("face.jpg"))
    with served() as settings.FUSION_BASE_URL:
        yield {
            "BASE": f"{settings.FUSION_BASE_URL}/api/v1",
            "TOKEN": world.token,
            "KEY_ID": world.signing[0],
            "SECRET": world.signing[1],
            "CAMPAIGN": str(world.campaign.project_id),
            "MATERIAL": world.material.model_id,
            "PHOTO": "https://example.org/me.jpg",
            "PATH": os.environ["PATH"],
        }


@pytest.fixture
def photos_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another site, as far as this one can tell."""
    answer = SimpleNamespace(status=200, body=picture("face.jpg"))
    monkeypatch.setattr(outbound, "fetch", lambda *_args, **_kwargs: answer)


@pytest.mark.parametrize("command", CURLS, ids=lambda command: str(command)[-40:])
def test_every_curl_example_works(site: Mapping[str, str], tmp_path: Path, command: str) -> None:
    words = shlex.split(command)
    expanded = [re.sub(r"\$([A-Z_]+)", lambda found: site[found[1]], word) for word in words]
    expanded[1:1] = ["--silent", "--show-error", "--fail-with-body"]
    done = subprocess.run(expanded, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)


def test_the_python_example_measures_a_face_with_a_signed_request(
    site: Mapping[str, str], photos_from_elsewhere: None
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PYTHON], env=dict(site), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.startswith(b"201") and b"'usable': True" in done.stdout


def test_the_json_example_is_a_body_that_works(
    world: World, photos_from_elsewhere: None, site: Mapping[str, str]
) -> None:
    example = json.loads(next(block for kind, block in BLOCKS if kind == "json"))
    assert set(example) == set(a_fusion(world))
    assert set(example["photos"][0]) == {"url"}


def test_the_example_of_a_problem_has_the_members_of_problems() -> None:
    examples = [json.loads(block) for kind, block in BLOCKS if kind == "json"]
    example = next(each for each in examples if "type" in each)
    schema = json.loads(document())["components"]["schemas"]["ProblemOut"]
    assert set(example) <= set(schema["properties"])
    assert set(schema["required"]) <= set(example)


def test_the_signature_of_the_page_is_right() -> None:
    lines = next(block for _kind, block in BLOCKS if block.startswith("FUSION-HMAC"))
    over = signature.Signed("POST", "/api/v1/fusions?wait=5", b'{"a": 1}', 1_700_000_000)
    assert lines.strip() == over.string_to_sign
    assert signature.sign("fs_secret", over) in PAGE
    assert signature.TIMESTAMP_HEADER in PAGE


def test_every_address_of_the_document_is_on_the_page() -> None:
    paths = json.loads(document())["paths"]
    for path in paths:
        first, *rest = path.removeprefix("/api/v1/").split("/")
        assert f"/{first}" in PAGE, path
        if len(rest) > 1:
            assert f"…/{rest[1]}" in PAGE, path


def test_every_word_of_the_page_is_the_codes_own() -> None:
    for status in {said.status for said in TABLE.values()}:
        assert re.search(rf"\|[^|]*\b{status}\b[^|]*\|", PAGE), status
    for word in (*WHY, *Scope.values, *WebhookEvent.values, *FusionJob.Answer.values):
        assert word in PAGE, word
    assert f"{edge.MAX_BODY_BYTES // 2**20} MB" in PAGE
    named = set(re.findall(r"`(?:[0-9]{3} )?([a-z]+(?:-[a-z]+)+)`", PAGE))
    assert {"idempotency-key-in-use"} <= named <= {kind.code for kind in TABLE}
