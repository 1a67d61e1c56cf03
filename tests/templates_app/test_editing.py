"""Words, order, strengths, faces, withdrawal: what an operator may change, and when."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from campaigns.models import AuditLine, Role
from campaigns.refusals import NotAllowed, ReasonMissing, WrongState
from templates_app import drawing, editing, refusals
from templates_app.models import State
from tests.factories import (
    a_campaign,
    a_draft_material,
    a_person,
    a_submission,
    an_approved_material,
)

pytestmark = pytest.mark.django_db


def test_titles_are_kept_by_language_and_empty_ones_dropped() -> None:
    material = a_draft_material()
    editing.describe(
        material=material, by=material.created_by, titles={"en": " Diver ", "zh-hans": " "}
    )
    assert material.titles == {"en": "Diver"}
    line = AuditLine.objects.get(act="material.edit")
    assert (line.before, line.after) == (
        {"titles": {"en": "Portrait"}},
        {"titles": {"en": "Diver"}},
    )


def test_strengths_are_set_and_taken_back() -> None:
    material = a_draft_material()
    by = material.created_by
    editing.set_strengths(
        material=material, by=by, face_degree=80, profile_degree=0, skin_tone="own"
    )
    assert (material.face_degree, material.profile_degree, material.skin_tone) == (80, 0, "own")
    editing.set_strengths(
        material=material, by=by, face_degree=None, profile_degree=None, skin_tone=""
    )
    assert material.face_degree is None


@pytest.mark.parametrize(
    "wrong", [{"face_degree": 101}, {"profile_degree": 101}, {"skin_tone": "green"}]
)
def test_strengths_beyond_the_scale_are_refused(wrong: dict[str, Any]) -> None:
    material = a_draft_material()
    values: dict[str, Any] = {"face_degree": 1, "profile_degree": 1, "skin_tone": ""} | wrong
    with pytest.raises(ValidationError):
        editing.set_strengths(material=material, by=material.created_by, **values)


def test_an_order_names_only_the_campaigns_own_materials() -> None:
    campaign = a_campaign()
    one, two, three = (a_draft_material(campaign) for _ in range(3))
    stranger = a_draft_material()
    editing.arrange(
        campaign=campaign, by=one.created_by, model_ids=[three.model_id, stranger.model_id]
    )
    order = list(editing.campaign_materials(campaign))
    assert order == [three, one, two]


def test_a_face_is_named_and_drawn_with_its_name() -> None:
    material = a_draft_material(faces=2)
    face = material.newest.faces.all()[1]
    editing.name_face(face=face, by=material.created_by, name=" Bride ")
    drawn = drawing.drawing(material.newest)
    assert (drawn.width, drawn.height) == (720, 480)
    assert [one.name for one in drawn.faces] == ["", "Bride"]
    assert drawn.faces[1].face_id == f"{material.model_id}_2"


def test_a_box_beyond_the_picture_is_drawn_within_it() -> None:
    material = a_draft_material()
    face = material.newest.faces.get()
    face.left, face.top, face.width = -30, -10, 900
    face.save()
    [drawn] = drawing.drawing(material.newest).faces
    assert (drawn.x, drawn.y, drawn.width) == (0, 0, 360)
    assert drawn.caption_y > 0


def test_removing_a_face_renumbers_nothing() -> None:
    material = a_draft_material(faces=3)
    first = material.newest.faces.get(number=1)
    editing.remove_face(face=first, by=material.created_by)
    assert [face.number for face in material.faces] == [2, 3]
    editing.bring_back_face(face=first, by=material.created_by)
    assert [face.number for face in material.faces] == [1, 2, 3]


def test_the_last_face_stays() -> None:
    material = a_draft_material()
    with pytest.raises(refusals.LastFace):
        editing.remove_face(face=material.newest.faces.get(), by=material.created_by)


def test_faces_stay_as_they_are_under_a_reviewers_eyes() -> None:
    submitted = a_submission(faces=2)
    with pytest.raises(WrongState):
        editing.remove_face(face=submitted.version.faces.all()[0], by=submitted.submitted_by)


def test_an_approved_face_can_be_taken_away_but_not_brought_back() -> None:
    material = an_approved_material(faces=2)
    face = material.faces[0]
    editing.remove_face(face=face, by=material.created_by)
    with pytest.raises(WrongState):
        editing.bring_back_face(face=face, by=material.created_by)


def test_withdrawing_needs_a_reason_and_happens_once() -> None:
    material = an_approved_material()
    with pytest.raises(ReasonMissing):
        editing.withdraw(material=material, by=material.created_by, why=" ")
    editing.withdraw(material=material, by=material.created_by, why="The artist asked")
    assert material.state == State.WITHDRAWN
    with pytest.raises(WrongState):
        editing.withdraw(material=material, by=material.created_by, why="Again")


def test_only_what_was_withdrawn_is_restored() -> None:
    material = an_approved_material()
    with pytest.raises(WrongState):
        editing.restore(material=material, by=material.created_by)


def test_a_reviewer_withdraws_but_does_not_edit() -> None:
    material = an_approved_material()
    reviewer = a_person(Role.REVIEWER, organisation=material.organisation)
    with pytest.raises(NotAllowed):
        editing.describe(material=material, by=reviewer, titles={"en": "Mine"})
    with pytest.raises(NotAllowed):
        editing.remove_face(face=material.faces[0], by=reviewer)
    editing.withdraw(material=material, by=reviewer, why="Report")
    with pytest.raises(NotAllowed):
        editing.restore(material=material, by=reviewer)
