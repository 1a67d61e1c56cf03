"""Faces are found and measured, and parsed into regions, by the workers; measuring is free."""

import io
from base64 import b64decode
from typing import Any

import numpy as np
from PIL import Image

from campaigns import ledger
from fusion.measure import DEFAULT_FACE_LIMITS
from fusion.parsing import REGIONS
from fusionsite.jobs import photos
from fusionsite.jobs.models import FusionJob
from tests.api.asking import ask, form
from tests.api.conftest import World
from tests.dialects.world import base64_of, picture
from tests.pictures import a_face_picture, file_of

PHOTO = {"photo": {"base64": base64_of("face.jpg")}}


def measured(world: World, encoded: bytes) -> dict[str, Any]:
    """What is said of the faces in a file."""
    body, kind = form({"photo": encoded})
    said = ask("POST", "/faces?wait=5", body, token=world.token, content_type=kind)
    assert said.status == 201, said.body
    found: dict[str, Any] = said.json["measured"]
    return found


def test_a_face_is_boxed_measured_and_judged(world: World) -> None:
    before = ledger.balance(world.account)
    said = ask("POST", "/faces?wait=5", PHOTO, token=world.token).json
    (face,) = said["measured"]["faces"]
    assert (said["measured"]["width"], said["measured"]["height"]) == (160, 160)
    assert 0 < face["box"]["width"] <= 160 and face["usable"] and face["number"] == 1
    assert {verdict["rule"] for verdict in face["verdicts"]} == {
        *("size", "outside", "yaw", "pitch", "sharpness", "covered"),
    }
    size = next(verdict for verdict in face["verdicts"] if verdict["rule"] == "size")
    assert (size["limit"], size["limit_is"]) == (DEFAULT_FACE_LIMITS.min_size_px, "minimum")
    assert size["measured"] == face["size_px"]
    assert said["charge"] == {"charged": False, "why": "never", "amount_fen": 0}
    assert ledger.balance(world.account) == before
    assert not FusionJob.objects.get().charged


def test_faces_are_numbered_as_a_fusion_takes_them(world: World) -> None:
    duo = file_of(a_face_picture(720, 480, faces=2, seed=4))
    faces = measured(world, duo)["faces"]
    assert [face["number"] for face in faces] == [1, 2]
    body, kind = form(
        {
            "campaign": world.campaign.project_id,
            "material": world.material.model_id,
            "photos": duo,
            "faces": '[{"face": 2}]',
        }
    )
    said = ask("POST", "/fusions?wait=5", body, token=world.token, content_type=kind)
    assert said.status == 201, said.body
    body, kind = form(
        {
            "campaign": world.campaign.project_id,
            "material": world.material.model_id,
            "photos": duo,
        }
    )
    said = ask("POST", "/fusions?wait=5", body, token=world.token, content_type=kind)
    assert (said.status, said.json["code"], len(said.json["faces"])) == (422, "several-faces", 2)


def test_a_face_that_will_not_do_says_by_how_much(world: World) -> None:
    small = Image.open(io.BytesIO(picture("face.jpg"))).resize((64, 64))
    canvas = Image.new("RGB", (200, 200), (128, 128, 128))
    canvas.paste(small.resize((40, 40)), (80, 80))
    faces = measured(world, file_of(np.asarray(canvas)))["faces"]
    for face in faces:
        missed = [verdict for verdict in face["verdicts"] if not verdict["met"]]
        assert not face["usable"] and missed
        assert all(v["measured"] != v["limit"] for v in missed)


def test_a_photo_without_a_face_has_none(world: World) -> None:
    assert measured(world, picture("noface.jpg"))["faces"] == []


def test_what_was_measured_is_kept_for_whoever_asks_later_and_can_be_erased(world: World) -> None:
    first = ask("POST", "/faces", PHOTO, token=world.token)
    again = ask("GET", first.json["url"], token=world.token).json
    assert again["measured"]["faces"] and again["state"] == "succeeded"
    gone = ask("DELETE", first.json["url"], token=world.token).json
    assert gone["measured"] is None and not list(photos.held())


def test_the_same_key_measures_once(world: World) -> None:
    key = {"Idempotency-Key": "m1"}
    said = [ask("POST", "/faces?wait=5", PHOTO, token=world.token, headers=key) for _ in range(2)]
    assert said[0].json["measured"] == said[1].json["measured"]
    assert FusionJob.objects.count() == 1


def test_a_measuring_is_no_fusion(world: World) -> None:
    made = ask("POST", "/faces", PHOTO, token=world.token).json
    assert ask("GET", f"/fusions/{made['id']}", token=world.token).status == 404
    assert ask("GET", "/fusions", token=world.token).json["items"] == []


# --- Parsing ---------------------------------------------------------------------------------


def test_a_parse_gives_the_regions_of_every_pixel(world: World) -> None:
    body = PHOTO | {"answer": "bytes"}
    said = ask("POST", "/parses?wait=5", body, token=world.token).json
    ids = np.asarray(Image.open(io.BytesIO(b64decode(said["picture"]["base64"]))))
    assert ids.shape == (160, 160) and set(np.unique(ids)) <= set(range(len(REGIONS)))
    assert [region["name"] for region in said["regions"]] == list(REGIONS)
    assert said["picture"]["content_type"] == "image/png" and said["charge"]["charged"]


def test_a_painted_parse_is_in_the_colours_it_names(world: World) -> None:
    body = PHOTO | {"answer": "bytes", "painted": True}
    said = ask("POST", "/parses?wait=5", body, token=world.token).json
    painted = np.asarray(Image.open(io.BytesIO(b64decode(said["picture"]["base64"]))))
    seen = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.unique(painted.reshape(-1, 3), axis=0)}
    assert seen <= {region["colour"] for region in said["regions"]} and len(seen) > 3


def test_a_parse_behind_a_link_is_a_result_that_can_be_revoked(world: World) -> None:
    made = ask("POST", "/parses?wait=5", PHOTO, token=world.token).json
    (result,) = ask("GET", "/results", token=world.token).json["items"]
    assert (result["fusion"], result["kind"]) == (made["id"], "parse")
    assert result["picture"]["url"] == made["picture"]["url"]
    path = f"/results/{result['id']}"
    assert ask("GET", path, token=world.token).json["id"] == result["id"]
    gone = ask("DELETE", path, token=world.token).json
    assert gone["picture"] is None and gone["erased_why"] == "operator"
    assert ask("DELETE", path, token=world.token).status == 200
    assert ask("GET", f"/parses/{made['id']}", token=world.token).json["picture"] is None
