"""A campaign with one scene, and a browser that has opened its make page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from campaigns.models import Campaign
from templates_app.models import Material
from tests.factories import a_campaign, an_approved_material
from tests.pictures import a_face_picture, file_of
from tests.upload.browsing import (
    browser,
    by_hand,
    camera_film,
    quiet,
    traffic,
    visit,
)

# The browser's fixtures; only tests that ask for them start one.
__all__ = [
    "browser",
    "by_hand",
    "camera_film",
    "quiet",
    "traffic",
    "visit",
]

FACE = file_of(a_face_picture(480, 480, seed=2))
TWO_FACES = file_of(a_face_picture(960, 480, faces=2, seed=3))

Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """The cache of a process outlives a test; its storages do not."""
    cache.clear()


@pytest.fixture
def campaign() -> Campaign:
    return a_campaign(slug="lanterns")


@pytest.fixture
def material(campaign: Campaign) -> Material:
    return an_approved_material(campaign, title="Lantern keeper")


@pytest.fixture
def send(client: Client, material: Material) -> Send:
    """Posts the form as a browser without scripts does; fields can be changed or taken out."""

    def post(
        *, photo: bytes | None = FACE, name: str = "me.jpg", json: bool = False, **changes: Any
    ) -> Any:
        fields: dict[str, Any] = {
            "model_id": material.model_id,
            "consent_version": "1",
            "consent_language": "en",
            "agrees": "yes",
        }
        if photo is not None:
            fields["photo"] = SimpleUploadedFile(name, photo)
        for field, value in changes.items():
            fields.pop(field, None)
            if value is not None:
                fields[field] = value
        headers = {"accept": "application/json"} if json else {}
        return client.post("/c/lanterns/jobs/", fields, headers=headers)

    return post
