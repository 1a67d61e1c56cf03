""" "Made here?": the answers, and that nothing stays."""

from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fusionsite.jobs import execution
from fusionsite.jobs.models import FusionJob
from fusionsite.results import storing
from fusionsite.results.models import Result
from tests.pictures import a_face_picture, file_of
from tests.upload.conftest import Send

pytestmark = pytest.mark.django_db


def ask(client: Client, picture: bytes | None, **headers: str) -> Any:
    fields = {} if picture is None else {"picture": SimpleUploadedFile("p.jpg", picture)}
    return client.post("/made-here/", fields, headers=headers)


def test_a_picture_of_ours_is_recognised_after_its_end(client: Client, send: Send) -> None:
    send()
    execution.execute(FusionJob.objects.get().pk)
    result = Result.objects.get()
    made = storing.read(result)
    storing.erase(result, Result.Why.OWNER)
    html = ask(client, made).content.decode()
    assert "Yes, made here" in html
    assert "the very file" in html
    assert result.key not in html


def test_any_other_picture_has_no_seal(client: Client) -> None:
    html = ask(client, file_of(a_face_picture(200, 200))).content.decode()
    assert "No seal of ours" in html


def test_the_script_gets_the_answer_alone(client: Client) -> None:
    answer = ask(client, file_of(a_face_picture(200, 200)), accept="application/json").json()
    assert answer["answer"].lstrip().startswith('<div class="panel verdict" data-found="none"')


@pytest.mark.parametrize(
    ("picture", "said"), [(b"a letter", "Another file, please"), (None, "A photo is missing")]
)
def test_what_is_no_picture_is_said(client: Client, picture: bytes | None, said: str) -> None:
    answer = ask(client, picture)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_picture_beyond_the_limits_is_not_opened(client: Client, settings: Any) -> None:
    settings.FUSION_PHOTO_MAX_PIXELS = 1000
    assert ask(client, file_of(a_face_picture(200, 200))).status_code == 422
    settings.FUSION_PHOTO_MAX_BYTES = 100
    assert "too big" in ask(client, file_of(a_face_picture(200, 200))).content.decode()


def test_nothing_stays(client: Client) -> None:
    ask(client, file_of(a_face_picture(200, 200)))
    for alias in ("photos", "results", "default"):
        folders, files = storages[alias].listdir("") if storages[alias].exists("") else ([], [])
        assert (list(folders), list(files)) == ([], []), alias


def test_questions_are_slowed_down(client: Client) -> None:
    client.get("/made-here/")
    answers = [ask(client, b"x").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
