"""What the fields do to the picture: degrees, rectangles, several users, metadata, marks."""

import base64
import re
from typing import Any

import numpy as np
import pytest

from fusion import RGB, read_picture
from fusionsite.jobs import moderation, photos
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.moderation import Finding
from templates_app.models import Material
from tests.dialects.tencent_v3.asking import V2018, V2022, ask, face_fusion, fuse_face, ultra
from tests.dialects.transcripts import Case, at_the_time, forget_counts, play
from tests.dialects.wire import send
from tests.dialects.world import World
from tests.factories import an_approved_material
from tests.pictures import a_face_picture, file_of


def made(world: World, action: str, fields: dict[str, Any], version: str = V2018) -> bytes:
    """The picture's file, asked for as base64."""
    raw = ask(action, {**fields, "RspImgType": "base64"}, version=version)
    with at_the_time():
        forget_counts()
        answer = send(raw).json["Response"]
    encoded = answer.get("Image") or answer.get("FusedImage")
    assert encoded, answer
    return base64.b64decode(encoded)


def pixels(world: World, **changes: Any) -> RGB:
    return read_picture(made(world, "FuseFace", fuse_face(**changes)))


def difference(one: RGB, other: RGB) -> float:
    """Mean over the upper two thirds: the label is below."""
    upper = one.shape[0] * 2 // 3
    return float(np.abs(one[:upper].astype(float) - other[:upper].astype(float)).mean())


def test_all_template_gives_the_template_back(world: World) -> None:
    assert world.material.current is not None
    template = read_picture(world.material.current.image_bytes())
    untouched = pixels(world, FuseFaceDegree=100, FuseProfileDegree=100)
    fused = pixels(world, FuseFaceDegree=0, FuseProfileDegree=0)
    assert 2 * difference(untouched, template) < difference(fused, template)


def test_degrees_that_are_left_away_are_the_materials_own(world: World) -> None:
    Material.objects.filter(pk=world.material.pk).update(face_degree=70, profile_degree=30)
    pixels(world)
    pixels(world, FuseFaceDegree=10)
    plain, own = (job.order for job in FusionJob.objects.order_by("pk"))
    assert (plain["face_degree"], plain["profile_degree"]) == (70, 30)
    assert (own["face_degree"], own["profile_degree"]) == (90, 30)


def test_ultras_warp_is_the_outlines_degree(world: World) -> None:
    made(world, "FuseFaceUltra", ultra(FusionUltraParam={"WarpRadio": 0.25}), V2022)
    assert FusionJob.objects.get().order["profile_degree"] == 25


def test_metadata_is_added_to_ours(world: World) -> None:
    entries = [{"MetaKey": "order", "MetaValue": "<A&17>"}, {"MetaKey": "shop", "MetaValue": "店"}]
    codec = {"ImageCodecParam": {"MetaData": entries}}
    file = made(world, "FaceFusion", face_fusion(FuseParam=codec))
    packet = re.search(rb"<x:xmpmeta.*</x:xmpmeta>", file, re.S)
    assert packet
    for part in ("TC260:AIGC", "DigitalSourceType", "&lt;A&amp;17&gt;", "店"):
        assert part in packet[0].decode()


def test_two_metadata_entries_are_too_many_in_2022(world: World) -> None:
    entries = [{"MetaKey": "a", "MetaValue": "b"}] * 2
    fields = fuse_face(FuseParam={"ImageCodecParam": {"MetaData": entries}})
    assert code(world, "FuseFace", fields, V2022) == "InvalidParameterValue.ParameterValueError"


def code(world: World, action: str, fields: dict[str, Any], version: str = V2018) -> str:
    _raw, said = play(world, Case("", lambda _world: ask(action, fields, version=version)))
    return str(said.json["Response"]["Error"]["Code"])


RED = file_of(np.full((40, 40, 3), (255, 0, 0), np.uint8), "PNG")


def with_mark(**changes: Any) -> dict[str, Any]:
    logo = {
        "LogoRect": {"X": 10, "Y": 20, "Width": 60, "Height": 30},
        "LogoImage": base64.b64encode(RED).decode(),
    }
    return fuse_face(LogoParam=logo, **changes)


def test_mark_is_drawn_and_the_legal_label_stays(world: World) -> None:
    plain = read_picture(made(world, "FuseFace", fuse_face(LogoAdd=0), V2022))
    marked = read_picture(made(world, "FuseFace", with_mark(), V2022))
    without = read_picture(made(world, "FuseFace", with_mark(LogoAdd=0), V2022))
    assert (marked[25:45, 15:65].mean(axis=(0, 1)) > (200, -1, -1)).all()
    assert marked[25:45, 15:65, 1].mean() < 60
    assert np.abs(without.astype(int) - plain).mean() < 1
    lower = slice(plain.shape[0] * 9 // 10, None)
    assert np.abs(marked[lower].astype(int) - plain[lower]).mean() < 2
    # White letters on a dark plate, whatever LogoAdd says.
    corner = plain[lower, plain.shape[1] // 2 :]
    assert corner.max() > 225 and corner.min() < 60


@pytest.mark.parametrize(
    "logo",
    [
        {"LogoRect": {"X": 0, "Y": 0, "Width": 2161, "Height": 10}, "LogoImage": "AAAA"},
        {"LogoRect": {"X": 0, "Y": 0, "Width": 10, "Height": 10}},
    ],
)
def test_mark_with_wrong_values(world: World, logo: dict[str, Any]) -> None:
    fields = fuse_face(LogoParam=logo)
    assert code(world, "FuseFace", fields, V2022) == "InvalidParameterValue.ParameterValueError"


def test_mark_that_is_no_picture(world: World) -> None:
    logo = {"LogoRect": {"X": 0, "Y": 0, "Width": 10, "Height": 10}, "LogoImage": "aGVsbG8="}
    assert code(world, "FuseFace", fuse_face(LogoParam=logo), V2022) == (
        "FailedOperation.ImageDecodeFailed"
    )


def test_rectangle_counts_pixels_of_the_whole_photo(world: World) -> None:
    """A photo so large that it would be reduced: the second face is where it is said to be."""
    crowd = a_face_picture(2900, 2400, faces=2, seed=4)
    sent = base64.b64encode(file_of(crowd, quality=70)).decode()
    rect = {"X": 1750, "Y": 700, "Width": 800, "Height": 1000}
    fields = fuse_face({"Image": sent, "InputImageFaceRect": rect})
    assert made(world, "FuseFace", fields)


def test_two_users_take_two_faces(world: World) -> None:
    with at_the_time(before_s=3_600):
        material = an_approved_material(world.campaign, faces=2, seed=7)
    Material.objects.filter(pk=material.pk).update(model_id="qc_100646_154030_11")
    second = base64.b64encode(file_of(a_face_picture(300, 300, seed=9))).decode()
    merges = [
        {"Image": fuse_face()["MergeInfos"][0]["Image"], "TemplateFaceID": "1"},
        {"Image": second, "TemplateFaceID": "qc_100646_154030_11_2"},
    ]
    fields = fuse_face(ModelId="qc_100646_154030_11", MergeInfos=merges)
    plain = read_picture(made(world, "FuseFace", fields | {"FuseFaceDegree": 100}, V2022))
    fused = read_picture(made(world, "FuseFace", fields, V2022))
    half = plain.shape[1] // 2
    assert difference(fused[:, :half], plain[:, :half]) > 0.5
    assert difference(fused[:, half:], plain[:, half:]) > 0.5
    only_first = read_picture(made(world, "FuseFace", fields | {"MergeInfos": merges[:1]}, V2022))
    assert difference(only_first[:, half:], plain[:, half:]) < 0.05


def test_seven_users_are_too_many(world: World) -> None:
    fields = fuse_face(MergeInfos=fuse_face()["MergeInfos"] * 7)
    for version in (V2018, V2022):
        assert code(world, "FuseFace", fields, version) == (
            "InvalidParameterValue.ParameterValueError"
        )


def test_review_results_tell_what_was_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def review(**changes: Any) -> Any:
        with at_the_time():
            forget_counts()
            return send(ask("FaceFusion", face_fusion(**changes))).json["Response"][
                "ReviewResultSet"
            ]

    assert review() == review(CelebrityIdentify=0) == []
    (clean,) = review(CelebrityIdentify=1)
    assert (clean["Code"], clean["Suggestion"], clean["DetailSet"]) == ("0", "PASS", [])
    found = [[Finding("celebrity", "x", 75.0)]]
    monkeypatch.setattr(moderation, "examine", lambda _pictures: found)
    (seen,) = review(CelebrityIdentify=1)
    assert (seen["Category"], seen["Suggestion"], seen["Confidence"]) == ("celebrity", "REVIEW", 75)
    assert seen["DetailSet"][0]["Label"] == "x"


def test_nothing_borrowed_is_left_of_mark_and_template(world: World) -> None:
    made(world, "FuseFaceUltra", ultra(**{"LogoParam": with_mark()["LogoParam"]}), V2022)
    assert not list(photos.held())
