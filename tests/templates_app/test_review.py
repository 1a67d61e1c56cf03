"""Submit, claim, decide, undo, appeal: first that it works, then who loses, and to whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from campaigns import notices
from campaigns.models import AuditLine, Notice, Person, Role, WebhookDelivery, WebhookEndpoint
from campaigns.refusals import NotAllowed, NothingHere, ReasonMissing, SamePerson, WrongState
from templates_app import editing, intake, refusals, review
from templates_app.models import Appeal, Material, Reason, Review, State
from tests.factories import (
    a_campaign,
    a_draft_material,
    a_look,
    a_person,
    a_submission,
    an_approved_material,
    with_rights,
)
from tests.pictures import a_face_picture, file_of

pytestmark = pytest.mark.django_db
FRIDAY_EVENING = datetime(2026, 3, 13, 18, tzinfo=UTC)


def a_reviewer(row: Review | Material, **fields: Any) -> Person:
    return a_person(Role.REVIEWER, organisation=row.organisation, **fields)


def material_of(row: Review) -> Material:
    return Material.objects.get(pk=row.version.material_id)


def a_rejection(**fields: Any) -> Review:
    submitted = a_submission(**fields)
    review.reject(review=submitted, by=a_reviewer(submitted), reasons=[Reason.BLURRED])
    submitted.refresh_from_db()
    return submitted


def kinds_for(person: Person) -> set[str]:
    return set(notices.for_person(person).values_list("kind", flat=True))


# --- Submitting and deciding -----------------------------------------------------------------


def test_a_material_is_submitted_claimed_and_approved_by_two_people() -> None:
    submitted = a_submission()
    reviewer = a_reviewer(submitted)
    assert material_of(submitted).state == State.PENDING
    assert kinds_for(reviewer) == {"material_submitted"}
    review.claim(review=submitted, by=reviewer)
    review.approve(review=submitted, by=reviewer, comment="Lovely")
    material = material_of(submitted)
    assert (material.state, material.status_number) == (State.APPROVED, 1)
    submitted.refresh_from_db()
    assert (submitted.decided_by, submitted.claimed_by) == (reviewer, None)
    assert "material_approved" in kinds_for(submitted.submitted_by)
    acts = AuditLine.objects.filter(object_id=str(material.pk), act__startswith="material.")
    assert sorted(acts.values_list("act", flat=True)) == [
        "material.decide",
        "material.submit",
        "material.take_in",
    ]


def test_a_rejection_names_reasons_of_the_list_and_words_beside_them() -> None:
    submitted = a_submission()
    reasons = [Reason.BLURRED, Reason.RIGHTS, Reason.BLURRED]
    review.reject(review=submitted, by=a_reviewer(submitted), reasons=reasons, comment="See edge")
    submitted.refresh_from_db()
    assert submitted.reasons == ["blurred", "rights"]
    assert submitted.reason_sentences() == ["not sharp enough", "the rights are not proven"]
    assert submitted.comment == "See edge"
    assert material_of(submitted).status_number == 2


@pytest.mark.parametrize("reasons", [[], ["because"]])
def test_words_alone_are_no_reason(reasons: list[str]) -> None:
    submitted = a_submission()
    with pytest.raises(refusals.ReasonsNeeded):
        review.reject(review=submitted, by=a_reviewer(submitted), reasons=reasons, comment="Ugly")


def test_nobody_decides_their_own_submission() -> None:
    campaign = a_campaign()
    both = a_person(Role.OPERATOR, Role.REVIEWER, organisation=campaign.organisation)
    submitted = a_submission(campaign, by=both)
    for act in (review.claim, review.approve):
        with pytest.raises(SamePerson):
            act(review=submitted, by=both)


def test_who_uploaded_does_not_decide_even_if_another_submitted() -> None:
    campaign = a_campaign()
    both = a_person(Role.OPERATOR, Role.REVIEWER, organisation=campaign.organisation)
    material = a_draft_material(campaign, by=both)
    operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
    with_rights(material, by=operator)
    submitted = review.submit(material=material, by=operator)
    with pytest.raises(SamePerson):
        review.approve(review=submitted, by=both)


def test_the_database_itself_refuses_a_decision_by_the_submitter() -> None:
    submitted = a_submission()
    row = Review.objects.filter(pk=submitted.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(outcome="approved", decided_by=submitted.submitted_by)


def test_the_second_decision_learns_who_was_first() -> None:
    submitted = a_submission()
    review.approve(review=submitted, by=a_reviewer(submitted, username="anna"))
    with pytest.raises(refusals.AlreadyDecided) as refused:
        review.reject(review=submitted, by=a_reviewer(submitted), reasons=[Reason.LOOK])
    assert isinstance(refused.value, WrongState)
    assert (refused.value.who, refused.value.state) == ("anna", State.APPROVED)
    assert "anna" in str(refused.value)
    assert material_of(submitted).state == State.APPROVED


def test_a_claim_keeps_others_off_until_it_expires() -> None:
    submitted = a_submission()
    first, second = a_reviewer(submitted, username="anna"), a_reviewer(submitted)
    now = datetime.now(UTC)
    review.claim(review=submitted, by=first, now=now)
    assert list(Review.objects.free_for(first.pk, now)) == [submitted]
    assert list(Review.objects.free_for(second.pk, now)) == []
    with pytest.raises(refusals.ClaimedByOther) as refused:
        review.claim(review=submitted, by=second, now=now + timedelta(minutes=4))
    assert (refused.value.who, refused.value.retry_after_s) == ("anna", 360)
    with pytest.raises(refusals.ClaimedByOther):
        review.approve(review=submitted, by=second)
    later = now + review.CLAIM_LIFE
    assert list(Review.objects.free_for(second.pk, later)) == [submitted]
    review.claim(review=submitted, by=second, now=later)
    submitted.refresh_from_db()
    assert submitted.claimed_by == second


def test_a_released_claim_lets_the_next_one_in() -> None:
    submitted = a_submission()
    first, second = a_reviewer(submitted), a_reviewer(submitted)
    review.claim(review=submitted, by=first)
    review.release(review=submitted, by=second)
    with pytest.raises(refusals.ClaimedByOther):
        review.claim(review=submitted, by=second)
    review.release(review=submitted, by=first)
    review.claim(review=submitted, by=second)


def test_the_queue_is_oldest_first_and_without_ones_own() -> None:
    campaign = a_campaign()
    first, second = a_submission(campaign, seed=1), a_submission(campaign, seed=2)
    reviewer = a_reviewer(first)
    both = first.submitted_by
    now = datetime.now(UTC)
    assert list(Review.objects.free_for(reviewer.pk, now)) == [first, second]
    assert list(Review.objects.free_for(both.pk, now)) == [second]


def test_a_submitted_material_is_not_submitted_again() -> None:
    submitted = a_submission()
    with pytest.raises(WrongState) as refused:
        review.submit(material=submitted.version.material, by=submitted.submitted_by)
    assert refused.value.state == State.PENDING


def test_a_withdrawn_draft_is_not_submitted() -> None:
    material = a_draft_material()
    with_rights(material)
    editing.withdraw(material=material, by=material.created_by, why="Not ours")
    with pytest.raises(WrongState):
        review.submit(material=material, by=material.created_by)


def test_recall_takes_it_back_and_the_reviewer_loses() -> None:
    submitted = a_submission()
    review.recall(review=submitted, by=submitted.submitted_by)
    assert material_of(submitted).state == State.DRAFT
    with pytest.raises(refusals.AlreadyDecided):
        review.approve(review=submitted, by=a_reviewer(submitted))
    assert material_of(submitted).state == State.DRAFT


def test_partners_are_told_by_webhook() -> None:
    submitted = a_submission()
    WebhookEndpoint.objects.create(
        organisation=submitted.organisation, url="https://example.org/hook"
    )
    review.approve(review=submitted, by=a_reviewer(submitted))
    delivery = WebhookDelivery.objects.get(event="material.decided")
    assert delivery.payload["model_id"] == submitted.version.material.model_id
    assert delivery.payload["status"] == 1


def test_every_notice_can_be_said() -> None:
    rejected = a_rejection()
    review.appeal(review=rejected, by=rejected.submitted_by, text="Look again")
    said = [notices.sentence(notice) for notice in Notice.objects.all()]
    assert len(said) == 3
    assert all("Portrait" in sentence for sentence in said)


# --- Versions --------------------------------------------------------------------------------


def test_the_approved_version_serves_until_its_successor_is_approved() -> None:
    material = an_approved_material()
    old = material.current
    new = intake.replace_picture(
        material=material, data=file_of(a_face_picture(300, 300, seed=3)), by=material.created_by
    )
    submitted = review.submit(material=material, by=material.created_by)
    material.refresh_from_db()
    assert (material.state, material.current) == (State.APPROVED, old)
    review.reject(review=submitted, by=a_reviewer(material), reasons=[Reason.LOOK])
    material.refresh_from_db()
    assert (material.state, material.current) == (State.APPROVED, old)
    review.revise(material=material, by=material.created_by)
    again = review.submit(material=material, by=material.created_by)
    review.approve(review=again, by=a_reviewer(material))
    material.refresh_from_db()
    assert (material.state, material.current) == (State.APPROVED, new)


# --- Undo ------------------------------------------------------------------------------------


def test_an_approval_is_undone_and_the_item_is_claimed_again() -> None:
    submitted = a_submission()
    reviewer = a_reviewer(submitted)
    review.approve(review=submitted, by=reviewer)
    again = review.undo(review=submitted, by=reviewer)
    assert material_of(submitted).state == State.PENDING
    assert (again.claimed_by, again.submitted_by) == (reviewer, submitted.submitted_by)
    submitted.refresh_from_db()
    assert (submitted.outcome, submitted.undone_at is not None) == ("approved", True)
    review.reject(review=again, by=reviewer, reasons=[Reason.MARKS])
    assert material_of(submitted).state == State.REJECTED


def test_only_the_one_who_decided_undoes_and_only_for_a_while() -> None:
    submitted = a_submission()
    reviewer = a_reviewer(submitted)
    review.approve(review=submitted, by=reviewer)
    with pytest.raises(refusals.AlreadyDecided):
        review.undo(review=submitted, by=a_reviewer(submitted))
    later = datetime.now(UTC) + review.UNDO_LIFE + timedelta(minutes=5)
    with pytest.raises(refusals.TooLateToUndo) as refused:
        review.undo(review=submitted, by=reviewer, now=later)
    assert refused.value.limit == 15


def test_a_decision_is_undone_once() -> None:
    submitted = a_submission()
    reviewer = a_reviewer(submitted)
    review.approve(review=submitted, by=reviewer)
    review.undo(review=submitted, by=reviewer)
    with pytest.raises(refusals.AlreadyDecided):
        review.undo(review=submitted, by=reviewer)


def test_an_appealed_rejection_cannot_be_undone() -> None:
    rejected = a_rejection()
    review.appeal(review=rejected, by=rejected.submitted_by, text="Look again")
    assert rejected.decided_by is not None
    with pytest.raises(WrongState) as refused:
        review.undo(review=rejected, by=rejected.decided_by)
    assert refused.value.state == State.APPEALED


# --- Appeals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("won", "number"), [(True, 11), (False, 12)])
def test_an_appeal_is_decided_by_another_reviewer(won: bool, number: int) -> None:
    rejected = a_rejection()
    appeal = review.appeal(review=rejected, by=rejected.submitted_by, text="It is sharp")
    assert material_of(rejected).status_number == 3
    review.decide_appeal(appeal=appeal, by=a_reviewer(rejected), won=won, comment="Looked again")
    material = material_of(rejected)
    assert material.status_number == number
    assert (material.rights is not None) == won


def test_who_rejected_submitted_or_appealed_does_not_decide_the_appeal() -> None:
    campaign = a_campaign()
    submitter = a_person(Role.OPERATOR, Role.REVIEWER, organisation=campaign.organisation)
    appellant = a_person(Role.OPERATOR, Role.REVIEWER, organisation=campaign.organisation)
    rejected = a_rejection(campaign=campaign, by=submitter)
    appeal = review.appeal(review=rejected, by=appellant, text="Look again")
    assert rejected.decided_by is not None
    for person in (submitter, appellant, rejected.decided_by):
        with pytest.raises(SamePerson):
            review.decide_appeal(appeal=appeal, by=person, won=True, comment="Yes")
    assert Appeal.objects.get().won is None


def test_an_appeal_is_made_once() -> None:
    rejected = a_rejection()
    appeal = review.appeal(review=rejected, by=rejected.submitted_by, text="Look again")
    with pytest.raises(refusals.AlreadyAppealed):
        review.appeal(review=rejected, by=rejected.submitted_by, text="Please")
    review.decide_appeal(appeal=appeal, by=a_reviewer(rejected), won=False, comment="No")
    with pytest.raises(refusals.AlreadyAppealed):
        review.appeal(review=rejected, by=rejected.submitted_by, text="Please!")


def test_an_appeal_is_decided_once() -> None:
    rejected = a_rejection()
    appeal = review.appeal(review=rejected, by=rejected.submitted_by, text="Look again")
    review.decide_appeal(appeal=appeal, by=a_reviewer(rejected), won=True, comment="Yes")
    with pytest.raises(refusals.AlreadyDecided):
        review.decide_appeal(appeal=appeal, by=a_reviewer(rejected), won=False, comment="No")
    assert material_of(rejected).state == State.APPEAL_WON


def test_only_a_rejection_can_be_appealed() -> None:
    submitted = a_submission()
    with pytest.raises(WrongState):
        review.appeal(review=submitted, by=submitted.submitted_by, text="Faster")


@pytest.mark.parametrize("text", ["", "  "])
def test_an_appeal_and_its_answer_need_words(text: str) -> None:
    rejected = a_rejection()
    with pytest.raises(ReasonMissing):
        review.appeal(review=rejected, by=rejected.submitted_by, text=text)
    appeal = review.appeal(review=rejected, by=rejected.submitted_by, text="Look again")
    with pytest.raises(ReasonMissing):
        review.decide_appeal(appeal=appeal, by=a_reviewer(rejected), won=True, comment=text)


def test_an_older_version_is_not_appealed_past_its_successor() -> None:
    rejected = a_rejection()
    intake.replace_picture(
        material=material_of(rejected),
        data=file_of(a_face_picture(300, 300, seed=3)),
        by=rejected.submitted_by,
    )
    with pytest.raises(WrongState):
        review.appeal(review=rejected, by=rejected.submitted_by, text="The old one")


def test_the_clock_of_an_appeal_skips_the_weekend() -> None:
    due = review.next_working_day(FRIDAY_EVENING, "UTC")
    assert due == datetime(2026, 3, 16, 18, tzinfo=UTC)
    # Saturday 02:00 in Shanghai: the working day there is Monday.
    assert review.next_working_day(FRIDAY_EVENING, "Asia/Shanghai") == datetime(
        2026, 3, 15, 18, tzinfo=UTC
    )


def test_late_appeals_are_chased_once() -> None:
    rejected = a_rejection()
    with time_machine.travel(FRIDAY_EVENING, tick=False):
        appeal = review.appeal(review=rejected, by=rejected.submitted_by, text="Look again")
    before, after = appeal.due_at - timedelta(seconds=1), appeal.due_at
    assert [review.chase_appeals(at) for at in (before, after, after)] == [0, 1, 0]
    assert Notice.objects.filter(kind="material_appeal_overdue", loud=True).count() == 1


# --- Fix and resubmit, and the machine -------------------------------------------------------


def test_a_rejected_material_is_mended_and_submitted_again() -> None:
    rejected = a_rejection()
    material = material_of(rejected)
    review.revise(material=material, by=rejected.submitted_by)
    again = review.submit(material=material, by=rejected.submitted_by)
    review.approve(review=again, by=a_reviewer(rejected))
    assert material_of(rejected).state == State.APPROVED
    assert [r.outcome for r in Review.objects.order_by("pk")] == ["rejected", "approved"]


def test_the_same_file_is_turned_down_by_machine_if_a_person_found_it_unsuitable() -> None:
    campaign = a_campaign()
    first = a_submission(campaign, seed=1)
    reviewer = a_reviewer(first)
    review.reject(review=first, by=reviewer, reasons=[Reason.UNSUITABLE, Reason.BLURRED])
    second = a_submission(campaign, seed=1)
    second.refresh_from_db()
    assert (second.outcome, second.by_machine, second.decided_by) == ("rejected", True, None)
    assert second.reasons == ["unsuitable"]
    assert material_of(second).status_number == 22
    assert "material_rejected" in kinds_for(second.submitted_by)
    appeal = review.appeal(review=second, by=second.submitted_by, text="It is art")
    review.decide_appeal(appeal=appeal, by=reviewer, won=True, comment="Right")
    assert material_of(second).status_number == 11
    assert a_submission(campaign, seed=1).outcome == "", "a person has meanwhile approved it"


def test_a_file_rejected_for_what_can_be_mended_is_looked_at_by_people_again() -> None:
    rejected = a_rejection(seed=1)
    again = a_submission(rejected.version.material.campaign, seed=1)
    assert again.outcome == ""


def test_another_organisations_rejection_says_nothing_about_ours() -> None:
    first = a_submission(seed=1)
    review.reject(review=first, by=a_reviewer(first), reasons=[Reason.UNSUITABLE])
    assert a_submission(a_campaign(), seed=1).outcome == ""


def test_a_material_whose_faces_were_all_taken_away_is_not_submitted() -> None:
    material = intake.keep(
        campaign=(campaign := a_campaign()),
        looked=a_look(),
        by=a_person(Role.OPERATOR, organisation=campaign.organisation),
    )
    with_rights(material)
    material.newest.faces.update(removed=True)
    with pytest.raises(refusals.MaterialNoFace):
        review.submit(material=material, by=material.created_by)


# --- Many at once ----------------------------------------------------------------------------


def test_one_refusal_stops_no_other() -> None:
    campaign = a_campaign()
    ready = [a_draft_material(campaign, seed=seed) for seed in (1, 2)]
    for material in ready:
        with_rights(material)
    unready = a_draft_material(campaign, seed=3)
    operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
    outcome = review.each(
        [ready[0], unready, ready[1]],
        lambda material: review.submit(material=material, by=operator, note="The first batch"),
    )
    assert outcome.done == ready
    [(left, refusal)] = outcome.refused
    assert left == unready
    assert isinstance(refusal, refusals.RightsMissing)


# --- Who may what ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.REVIEWER,)])
def test_only_reviewers_decide(role: Role) -> None:
    submitted = a_submission()
    other = a_person(role, organisation=submitted.organisation)
    for act in (review.claim, review.approve):
        with pytest.raises(NotAllowed):
            act(review=submitted, by=other)
    with pytest.raises(NotAllowed):
        review.reject(review=submitted, by=other, reasons=[Reason.LOOK])


@pytest.mark.parametrize("role", [r for r in Role if r != Role.OPERATOR])
def test_only_operators_submit_recall_and_appeal(role: Role) -> None:
    rejected = a_rejection()
    other = a_person(role, organisation=rejected.organisation)
    material = material_of(rejected)
    with pytest.raises(NotAllowed):
        review.revise(material=material, by=other)
    with pytest.raises(NotAllowed):
        review.appeal(review=rejected, by=other, text="Look again")
    draft = a_draft_material(material.campaign, seed=2)
    with_rights(draft)
    with pytest.raises(NotAllowed):
        review.submit(material=draft, by=other)


def test_another_organisation_finds_nothing() -> None:
    submitted = a_submission()
    stranger = a_person(Role.REVIEWER)
    for act in (review.claim, review.approve):
        with pytest.raises(NothingHere):
            act(review=submitted, by=stranger)
