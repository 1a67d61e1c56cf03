"""What is proven, who confirmed it, and what the clock does when it ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from campaigns.models import Notice, Person, Role
from campaigns.refusals import NotAllowed, NothingHere, SamePerson, WrongState
from templates_app import catalogue, refusals, review, rights
from templates_app.models import Material, RightsDocument
from tests.factories import (
    a_campaign,
    a_draft_material,
    a_person,
    a_submission,
    an_approved_material,
    with_rights,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
PDF = b"%PDF-1.7 a release"


def a_reviewer(material: Material) -> Person:
    return a_person(Role.REVIEWER, organisation=material.organisation)


def test_a_complete_record_lacks_nothing() -> None:
    assert rights.missing(with_rights(a_draft_material())) == []


def test_nothing_recorded_is_said_in_one_sentence() -> None:
    assert len(rights.missing(None)) == 1


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"source": ""}, "from"),
        ({"holder": " "}, "holds"),
        ({"depicted": ""}, "shown"),
        ({"depicted": "adults"}, "agreed"),
        ({"depicted": "minors", "consent": "release"}, "agreed"),
        ({"depicted": "adults", "consent": "release"}, "document"),
        ({"source": "stock"}, "document"),
        ({"without_end": False}, "last day"),
        ({"ends_on": date(2020, 1, 1)}, "passed"),
    ],
)
def test_each_missing_thing_is_named(fields: dict[str, Any], word: str) -> None:
    record = with_rights(a_draft_material(), **fields)
    sentences = rights.missing(record)
    assert any(word in sentence for sentence in sentences)


def test_missing_rights_block_submission_but_not_drafting() -> None:
    material = a_draft_material()
    with pytest.raises(refusals.RightsMissing) as refused:
        review.submit(material=material, by=material.created_by)
    assert "Record where" in str(refused.value)
    with_rights(material)
    assert review.submit(material=material, by=material.created_by)


def test_a_release_with_its_document_is_complete() -> None:
    record = with_rights(a_draft_material(), depicted="adults", consent="release")
    document = rights.add_document(
        rights=record, by=record.recorded_by, name="release.pdf", data=PDF
    )
    assert document.media_type == "application/pdf"
    with document.file.open() as stored:
        assert stored.read() == PDF
    assert rights.missing(record) == []


@pytest.mark.parametrize("data", [b"MZ an executable", b"", b"%PDF-" + b"x" * (10 * 2**20)])
def test_only_small_documents_of_known_kinds_are_kept(data: bytes) -> None:
    record = with_rights(a_draft_material())
    with pytest.raises(refusals.RightsDocumentRefused):
        rights.add_document(rights=record, by=record.recorded_by, name="x", data=data)
    assert not RightsDocument.objects.exists()


def test_the_last_day_ends_at_midnight_on_the_campaigns_clock() -> None:
    campaign = a_campaign(time_zone="Asia/Shanghai")
    record = with_rights(a_draft_material(campaign), ends_on=date(2027, 5, 1))
    assert record.ends_at == datetime(2027, 5, 1, 16, tzinfo=UTC)


def test_an_unconfirmed_record_is_rewritten_and_a_confirmed_one_is_not() -> None:
    material = a_draft_material()
    first = with_rights(material)
    assert with_rights(material, holder="Another Ltd").pk == first.pk
    first.refresh_from_db()
    rights.confirm(rights=first, by=a_reviewer(material))
    second = with_rights(material, holder="A third Ltd")
    material.refresh_from_db()
    assert second.pk != first.pk
    assert material.rights == first


def test_approval_confirms_the_record_that_the_reviewer_saw() -> None:
    material = an_approved_material()
    assert material.rights is not None
    assert material.rights.confirmed_by is not None


def test_nobody_confirms_their_own_record() -> None:
    material = a_draft_material()
    both = a_person(Role.OPERATOR, Role.REVIEWER, organisation=material.organisation)
    record = with_rights(material, by=both)
    with pytest.raises(SamePerson):
        rights.confirm(rights=record, by=both)


def test_a_reviewer_cannot_approve_what_they_recorded_the_rights_of() -> None:
    material = a_draft_material()
    both = a_person(Role.OPERATOR, Role.REVIEWER, organisation=material.organisation)
    with_rights(material, by=both)
    submitted = review.submit(material=material, by=material.created_by)
    with pytest.raises(SamePerson):
        review.approve(review=submitted, by=both)
    submitted.refresh_from_db()
    assert submitted.outcome == ""


def test_a_record_is_confirmed_once() -> None:
    material = a_draft_material()
    record = with_rights(material)
    rights.confirm(rights=record, by=a_reviewer(material))
    with pytest.raises(WrongState):
        rights.confirm(rights=record, by=a_reviewer(material))


def test_the_record_cannot_change_under_a_reviewers_eyes() -> None:
    submitted = a_submission()
    material = submitted.version.material
    with pytest.raises(WrongState):
        with_rights(material)
    with pytest.raises(WrongState):
        rights.add_document(
            rights=material.rights_records.get(), by=material.created_by, name="x", data=PDF
        )


@time_machine.travel(NOON, tick=False)
def test_serving_stops_at_the_moment_of_lapse_even_if_no_task_ran() -> None:
    campaign = a_campaign(time_zone="UTC")
    material = a_draft_material(campaign)
    with_rights(material, ends_on=date(2026, 3, 10))
    submitted = review.submit(material=material, by=material.created_by)
    review.approve(review=submitted, by=a_reviewer(material))
    midnight = datetime(2026, 3, 11, tzinfo=UTC)
    just_before = midnight - timedelta(microseconds=1)
    assert catalogue.servable_material(campaign, material.model_id, at=just_before)
    with pytest.raises(refusals.RightsLapsed):
        catalogue.servable_material(campaign, material.model_id, at=midnight)
    assert list(catalogue.shelf(campaign, at=just_before)) == [material]
    assert list(catalogue.shelf(campaign, at=midnight)) == []


def test_operators_are_warned_well_before_once_per_threshold_and_told_of_the_end() -> None:
    campaign = a_campaign(time_zone="UTC")
    with time_machine.travel(NOON, tick=False):
        material = a_draft_material(campaign)
        with_rights(material, ends_on=date(2026, 4, 30))
        submitted = review.submit(material=material, by=material.created_by)
        review.approve(review=submitted, by=a_reviewer(material))
    end = datetime(2026, 5, 1, tzinfo=UTC)
    told = {
        days: [rights.warn(end - timedelta(days=days)) for _ in range(2)]
        for days in (31, 30, 8, 7, 3, 1)
    }
    assert told == {31: [0, 0], 30: [1, 0], 8: [0, 0], 7: [1, 0], 3: [0, 0], 1: [1, 0]}
    assert [rights.lapse(end - timedelta(seconds=1)), rights.lapse(end), rights.lapse(end)] == [
        0,
        1,
        0,
    ]
    kinds = Notice.objects.filter(kind__startswith="material_rights").values_list("kind", "role")
    assert sorted(kinds) == [
        ("material_rights_ending", "operator"),
        ("material_rights_ending", "operator"),
        ("material_rights_ending", "operator"),
        ("material_rights_lapsed", "operator"),
    ]


def test_renewed_and_confirmed_rights_bring_a_material_back() -> None:
    campaign = a_campaign()
    material = an_approved_material(campaign)
    assert material.rights is not None
    yesterday = date.today() - timedelta(days=2)
    rights.end_early(rights=material.rights, ends_on=yesterday, by=material.created_by, why="sold")
    with pytest.raises(refusals.RightsLapsed):
        catalogue.servable_material(campaign, material.model_id)
    renewed = with_rights(material)
    with pytest.raises(refusals.RightsLapsed):
        catalogue.servable_material(campaign, material.model_id)
    rights.confirm(rights=renewed, by=a_reviewer(material))
    assert catalogue.servable_material(campaign, material.model_id) == material


def test_an_end_is_only_ever_moved_forward_without_a_second_person() -> None:
    material = an_approved_material()
    record = material.rights
    assert record is not None
    rights.end_early(rights=record, ends_on=date(2030, 1, 1), by=material.created_by, why="sold")
    with pytest.raises(WrongState):
        rights.end_early(rights=record, ends_on=date(2031, 1, 1), by=material.created_by, why="x")


def test_an_undone_approval_takes_its_confirmation_back() -> None:
    submitted = a_submission()
    reviewer = a_person(Role.REVIEWER, organisation=submitted.organisation)
    review.approve(review=submitted, by=reviewer)
    review.undo(review=submitted, by=reviewer)
    material = Material.objects.get(pk=submitted.version.material_id)
    assert material.rights is None
    assert material.rights_records.get().confirmed_at is None


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FINANCE, Role.PARTNER, Role.AUDITOR])
def test_only_operators_record_rights(role: Role) -> None:
    material = a_draft_material()
    with pytest.raises(NotAllowed):
        with_rights(material, by=a_person(role, organisation=material.organisation))


def test_another_organisation_finds_nothing() -> None:
    with pytest.raises(NothingHere):
        with_rights(a_draft_material(), by=a_person(Role.OPERATOR))
