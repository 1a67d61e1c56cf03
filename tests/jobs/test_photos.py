"""The borrowed photo: every kind a phone makes, upright, and no way into our own network."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from PIL import Image

from campaigns import outbound
from campaigns.admission import Caller
from campaigns.refusals import OutboundTooLarge, Refusal
from fusionsite import settings as site_settings
from fusionsite.jobs import execution, photos
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.refusals import PhotoAddressWrong, PhotoNotFetched, PhotoTooHeavy
from fusionsite.jobs.submission import FusionRequest, submit
from fusionsite.results import storing
from tests.factories import a_campaign, an_approved_material
from tests.pictures import a_face_picture, file_of

pytestmark = pytest.mark.django_db

FACE = file_of(a_face_picture(480, 600, seed=2))
HEIC = Path(__file__).parent.parent / "templates_app" / "drawn_face.heic"
PUBLIC = "http://pictures.example.org/me.jpg"
# One spelling of each kind; tests/campaigns/test_outbound.py has them all.
INSIDE = [
    "http://127.0.0.1/me.jpg",
    "http://localhost/me.jpg",
    "http://10.0.0.1/me.jpg",
    "http://192.168.1.1/me.jpg",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/me.jpg",
    "http://0x7f000001/me.jpg",
    "http://[::1]/me.jpg",
    "http://[::ffff:10.0.0.1]/me.jpg",
    "http://example.org:6379/me.jpg",
]


@pytest.fixture
def put() -> Callable[[Photo], FusionJob]:
    campaign = a_campaign()
    model_id = an_approved_material(campaign).model_id
    caller = Caller(door="demo", address="203.0.113.7")

    def submitted(photo: Photo) -> FusionJob:
        return submit(FusionRequest(caller, campaign, (photo,), model_id=model_id))

    return submitted


Put = Callable[[Photo], FusionJob]


def done(job: FusionJob) -> FusionJob:
    execution.execute(job.pk)
    job.refresh_from_db()
    return job


def turned(orientation: int, side: Image.Transpose) -> bytes:
    """The face as a camera held sideways writes it: turned pixels, and a note that says so."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera maker"
    exif.get_ifd(0x8825)[1] = "N"
    stored = io.BytesIO()
    with Image.open(io.BytesIO(FACE)) as upright:
        upright.transpose(side).save(stored, "JPEG", quality=92, exif=exif)
    return stored.getvalue()


def test_photo_of_an_iphone_is_accepted_at_our_own_doors(put: Put) -> None:
    assert done(put(Photo(encoded=HEIC.read_bytes()))).state == FusionJob.State.SUCCEEDED


@pytest.mark.parametrize(
    ("orientation", "side"),
    [
        (3, Image.Transpose.ROTATE_180),
        (6, Image.Transpose.ROTATE_90),
        (8, Image.Transpose.ROTATE_270),
    ],
    ids=["upside down", "left", "right"],
)
def test_photo_of_a_turned_camera_is_read_upright(
    put: Put, orientation: int, side: Image.Transpose
) -> None:
    job = put(Photo(encoded=turned(orientation, side)))
    seen = photos.load(job, "photo-0")
    wanted = np.asarray(Image.open(io.BytesIO(FACE)).convert("RGB"), int)
    assert seen.shape == wanted.shape
    assert np.abs(seen.astype(int) - wanted).mean() < 6
    assert done(job).state == FusionJob.State.SUCCEEDED


def test_what_the_camera_wrote_is_not_in_the_result(put: Put) -> None:
    job = done(put(Photo(encoded=turned(6, Image.Transpose.ROTATE_90))))
    assert job.result is not None
    made = storing.read(job.result)
    with Image.open(io.BytesIO(made)) as picture:
        assert not dict(picture.getexif())
    assert b"Camera maker" not in made


# --- By address ------------------------------------------------------------------------------


@pytest.mark.parametrize("url", INSIDE)
def test_address_inside_our_network_is_refused_before_there_is_a_job(put: Put, url: str) -> None:
    with pytest.raises(PhotoNotFetched):
        put(Photo(url=url))
    assert not FusionJob.objects.exists() and not list(photos.held())


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://example.org/", "me.jpg", "http://"]
)
def test_what_is_no_web_address_is_refused_as_such(put: Put, url: str) -> None:
    with pytest.raises(PhotoAddressWrong):
        put(Photo(url=url))


def answering(
    monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, location: str = ""
) -> None:
    """PUBLIC answers so; every other address goes the real way, with its real checks."""
    real = outbound._exchange

    def exchange(method: str, url: str, *rest: Any) -> outbound.Answer:
        if url != PUBLIC:
            return real(method, url, *rest)
        return outbound.Answer(status, {"location": location} if location else {}, body, url)

    monkeypatch.setattr(outbound, "_exchange", exchange)


def test_photo_is_fetched_from_its_address(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, 200, FACE)
    assert done(put(Photo(url=PUBLIC))).state == FusionJob.State.SUCCEEDED


@pytest.mark.parametrize("url", INSIDE)
def test_public_address_that_leads_inside_is_refused(
    put: Put, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    answering(monkeypatch, 302, b"", location=url)
    with pytest.raises(PhotoNotFetched):
        put(Photo(url=PUBLIC))
    assert not FusionJob.objects.exists() and not list(photos.held())


@pytest.mark.parametrize(
    ("status", "body", "refusal"),
    [(404, b"no", PhotoNotFetched), (200, b"", PhotoNotFetched)],
)
def test_address_without_a_picture_is_refused(
    put: Put, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, refusal: type[Refusal]
) -> None:
    answering(monkeypatch, status, body)
    with pytest.raises(refusal):
        put(Photo(url=PUBLIC))


def test_picture_too_heavy_to_fetch_says_how_heavy(
    put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    def heavy(*_: object, **__: object) -> outbound.Answer:
        raise OutboundTooLarge(measured=30 * 2**20, limit=10 * 2**20, unit="bytes")

    monkeypatch.setattr(outbound, "fetch", heavy)
    with pytest.raises(PhotoTooHeavy) as caught:
        put(Photo(url=PUBLIC))
    assert (caught.value.measured, caught.value.limit) == (30.0, 10.0)


def test_photos_have_a_folder_of_their_own_where_one_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(site_settings, "FUSION_S3_BUCKET", "pictures")
    assert "S3" in str(site_settings._storage("results")["BACKEND"])
    own = site_settings._storage("photos", str(tmp_path / "memory"))
    storage = FileSystemStorage(**cast(dict[str, Any], own["OPTIONS"]))
    storage.save("jobs/one/photo-0", ContentFile(b"ok"))
    assert (tmp_path / "memory" / "jobs" / "one" / "photo-0").read_bytes() == b"ok"
