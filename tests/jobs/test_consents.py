"""What was agreed to: who may agree for a child, what is kept, and what is taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from campaigns.admission import Caller
from campaigns.models import Campaign
from fusionsite.jobs import consents, execution, tasks
from fusionsite.jobs.consents import Agreement
from fusionsite.jobs.models import Consent, FusionJob, Lead
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.refusals import ConsentMissing
from fusionsite.jobs.submission import FusionRequest, submit
from fusionsite.results.models import Result
from templates_app.models import Material
from tests.factories import a_campaign, an_approved_material
from tests.pictures import a_face_picture, file_of

pytestmark = pytest.mark.django_db

FACE = file_of(a_face_picture(480, 480, seed=2))


@pytest.fixture
def material() -> Material:
    campaign = a_campaign(gallery=Campaign.Gallery.AFTER_REVIEW, lead_form=True)
    return an_approved_material(campaign)


def asked(material: Material, **agreed: Any) -> FusionJob:
    text = material.campaign.consent("en")
    assert text is not None
    return submit(
        FusionRequest(
            caller=Caller(door="upload", address="192.0.2.7"),
            campaign=material.campaign,
            model_id=material.model_id,
            photos=(Photo(encoded=FACE),),
            agreement=Agreement(text=text, use_photo=True, **agreed),
        )
    )


def made(material: Material, **agreed: Any) -> tuple[Consent, Result]:
    """The consent and the picture that was made under it."""
    job = asked(material, **agreed)
    execution.execute(job.pk)
    job.refresh_from_db()
    assert job.result is not None
    consent = consents.consent_for(job.result)
    assert consent is not None
    return consent, job.result


def rule(material: Material, rule: Campaign.AgeRule) -> None:
    material.campaign.age_rule = rule
    material.campaign.save()


@pytest.mark.parametrize(
    ("age_rule", "agreed", "let_in"),
    [
        ("none", {}, True),
        ("guardian", {}, False),
        ("guardian", {"of_age": True}, True),
        ("guardian", {"of_age": False}, False),
        ("guardian", {"of_age": False, "by_guardian": True}, True),
        ("guardian", {"by_guardian": True}, False),
        ("refuse", {"of_age": True}, True),
        ("refuse", {"of_age": False, "by_guardian": True}, False),
    ],
)
def test_who_may_agree_for_whom(
    material: Material, age_rule: str, agreed: dict[str, bool], let_in: bool
) -> None:
    rule(material, Campaign.AgeRule(age_rule))
    if let_in:
        asked(material, **agreed)
        consent = Consent.objects.get()
        assert (consent.of_age, consent.by_guardian) == (
            agreed.get("of_age"),
            agreed.get("by_guardian", False),
        )
    else:
        with pytest.raises(ConsentMissing):
            asked(material, **agreed)
        assert not Consent.objects.exists()


def test_a_child_without_a_guardian_is_a_rule_of_the_database(material: Material) -> None:
    asked(material)
    with pytest.raises(IntegrityError, match="consent_for_a_child_is_a_guardians"):
        Consent.objects.update(of_age=False)


def test_only_who_agreed_is_offered_to_the_gallery(material: Material) -> None:
    _, plain = made(material)
    _, offered = made(material, gallery=True)
    assert plain.gallery_state == Result.GalleryState.OFF
    assert offered.gallery_state == Result.GalleryState.WAITING


def test_contact_details_need_the_tick_and_the_campaigns_question(material: Material) -> None:
    plain, _ = made(material)
    ticked, _ = made(material, contact=True)
    assert not consents.may_leave_details(None)
    assert not consents.may_leave_details(plain)
    assert consents.may_leave_details(ticked)
    Campaign.objects.update(lead_form=False)
    assert not consents.may_leave_details(Consent.objects.get(pk=ticked.pk))


def test_details_left_twice_are_one_row_with_the_last_words(material: Material) -> None:
    consent, _ = made(material, contact=True)
    consents.leave_details(consent, name="Ada", reach="ada@example.org")
    consents.leave_details(consent, name="Ada L.", reach="+44 20 0000")
    lead = Lead.objects.get()
    assert (lead.name, lead.reach, lead.campaign) == ("Ada L.", "+44 20 0000", material.campaign)
    assert not consents.may_leave_details(Consent.objects.get(pk=consent.pk))


def test_details_go_on_the_campaigns_day_else_after_half_a_year(material: Material) -> None:
    consent, _ = made(material, contact=True)
    lead = consents.leave_details(consent, name="Ada", reach="ada@example.org")
    assert lead.purge_on == (timezone.now() + consents.LEAD_LIFE).date()
    consent.campaign.leads_purged_at = date(2031, 5, 1)
    lead = consents.leave_details(consent, name="Ada", reach="ada@example.org")
    assert lead.purge_on == date(2031, 5, 1)


def test_the_clock_erases_details_on_their_day(material: Material) -> None:
    consent, _ = made(material, contact=True)
    lead = consents.leave_details(consent, name="Ada", reach="ada@example.org")
    assert consents.erase_due_leads(lead.purge_on - timedelta(days=1)) == 0
    Lead.objects.update(purge_on=timezone.localdate())
    assert tasks.erase_leads() == 1
    assert not Lead.objects.exists()


def test_taking_contact_back_erases_the_details_and_says_when(material: Material) -> None:
    consent, _ = made(material, contact=True, gallery=True)
    consents.leave_details(consent, name="Ada", reach="ada@example.org")
    consents.withdraw_contact(consent)
    consent.refresh_from_db()
    assert not Lead.objects.exists()
    assert (consent.contact, consent.gallery) == (False, True)
    assert consent.contact_withdrawn_at is not None
    assert consent.gallery_withdrawn_at is None


def test_taking_the_gallery_back_keeps_the_picture(material: Material) -> None:
    consent, result = made(material, gallery=True)
    consents.withdraw_gallery(consent, result)
    consent.refresh_from_db()
    assert result.gallery_state == Result.GalleryState.OFF
    assert result.erased_at is None
    assert (consent.gallery, consent.gallery_withdrawn_at is None) == (False, False)


def test_taking_all_back_leaves_the_record_alone(material: Material) -> None:
    consent, result = made(material, contact=True, gallery=True)
    consents.leave_details(consent, name="Ada", reach="ada@example.org")
    consents.withdraw_all(consent, result)
    consent.refresh_from_db()
    assert result.erased_why == Result.Why.OWNER
    assert not Lead.objects.exists()
    assert consent.withdrawn_at is not None
    assert not (consent.contact or consent.gallery)
