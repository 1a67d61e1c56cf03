"""Scenes for several people: who of which photo goes into which seat."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fusion import Box
from fusionsite.jobs import execution
from fusionsite.jobs.engine import shelf
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.refusals import NoSuchFace
from fusionsite.upload.seats import seated, seats
from templates_app.models import Material
from tests.factories import an_approved_material
from tests.pictures import a_face_picture, file_of
from tests.upload.conftest import TWO_FACES, Send

pytestmark = pytest.mark.django_db

ME, FRIEND = (file_of(a_face_picture(480, 480, seed=seed)) for seed in (2, 7))
NO_FACE = file_of(a_face_picture(480, 480, seed=2)[:80, :])


@pytest.fixture
def material(campaign: Any) -> Iterator[Material]:
    """A scene with two seats; tests use numbers of rows again, the shelf must not remember them."""
    shelf._kept.clear()
    yield an_approved_material(campaign, title="Two lanterns", faces=2)
    shelf._kept.clear()


def sent(send: Send, **fields: Any) -> FusionJob:
    """The job of a form, done."""
    if second := fields.pop("second", None):
        fields["photo_2"] = SimpleUploadedFile("friend.jpg", second)
    send(**fields)
    job = FusionJob.objects.latest("pk")
    execution.execute(job.pk)
    job.refresh_from_db()
    return job


def faces_of(job: FusionJob) -> list[tuple[int, int | None]]:
    return [(face["photo"], face["template_face"]) for face in job.order["faces"]]


def test_the_page_names_the_seats(client: Client, material: Material) -> None:
    html = client.get("/c/lanterns/make/").content.decode()
    assert [seat.name for seat in seats(material)] == ["Left", "Right"]
    assert 'data-seats="1 2"' in html
    assert 'name="seats" value="1:0;2:1"' in html
    assert 'name="photo_2"' in html
    assert "Everyone in it is me or said yes to this" in html


def test_one_photo_takes_the_first_seat_alone(send: Send) -> None:
    job = sent(send, photo=ME, seats="1:0;2:1")
    assert job.state == FusionJob.State.SUCCEEDED
    assert faces_of(job) == [(0, 1)]


def test_two_photos_take_two_seats(send: Send) -> None:
    job = sent(send, photo=ME, second=FRIEND, seats="1:0;2:1")
    assert job.state == FusionJob.State.SUCCEEDED
    assert faces_of(job) == [(0, 1), (1, 2)]


def test_the_seats_may_be_swapped(send: Send) -> None:
    assert faces_of(sent(send, photo=ME, second=FRIEND, seats="1:1;2:0")) == [(1, 1), (0, 2)]


def test_two_faces_of_one_photo_are_asked_for_and_seated(client: Client, send: Send) -> None:
    refused = sent(send, photo=TWO_FACES, seats="1:0")
    assert refused.refusal is not None
    assert refused.refusal.code == "several-faces"
    boxes = sorted(refused.refusal.faces)  # type: ignore[attr-defined]
    left, right = (" ".join(map(str, box)) for box in boxes)
    job = sent(send, photo=TWO_FACES, seats=f"1:0:{right};2:0:{left}")
    assert job.state == FusionJob.State.SUCCEEDED
    one, two = job.order["faces"]
    assert one["box"]["left"] > 480 > two["box"]["left"]


def test_a_refusal_says_which_photo_it_is_about(client: Client, send: Send) -> None:
    job = sent(send, photo=ME, second=TWO_FACES, seats="1:0;2:1")
    address = f"/c/lanterns/jobs/{job.public_id}/"
    answer = client.get(address, headers={"accept": "application/json"}).json()
    assert answer["refusal"]["code"] == "several-faces"
    assert answer["refusal"]["photo"] == 2


@pytest.mark.parametrize(
    ("written", "photos"),
    [
        ("left:0", 1),
        ("1", 1),
        ("1:-1", 1),
        ("1:0:1 2 3", 1),
        ("1:0;1:0", 1),
        ("1:3", 1),
        (";".join(f"{n}:0" for n in range(1, 9)), 1),
    ],
)
def test_seats_written_by_hand_are_refused(written: str, photos: int) -> None:
    with pytest.raises(NoSuchFace):
        seated(written, photos)


def test_a_seat_that_the_scene_lacks_is_refused(send: Send) -> None:
    assert send(photo=ME, seats="9:0").status_code == 409


def test_a_box_is_read_by_its_corners() -> None:
    (order,) = seated("2:0:10 20 30 60", 1)
    assert order.box == Box(10, 20, 20, 40)
    assert (order.template_face, order.only_face) == (2, False)
