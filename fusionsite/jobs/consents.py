"""What a visitor agrees to, and what they may do with it: leave details, take anything back."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign, ConsentText
from campaigns.prepared import Prepared, Slot
from fusionsite.jobs.models import Consent, FusionJob, Lead
from fusionsite.jobs.refusals import ConsentMissing, ConsentOutdated
from fusionsite.results import gallery, storing
from fusionsite.results.models import Result

# Where the campaign names no day: contact details that nobody used in half a year are stale.
LEAD_LIFE = timedelta(days=180)


@dataclass(frozen=True)
class Agreement:
    """What a visitor ticked, and under which words."""

    text: ConsentText
    use_photo: bool
    of_age: bool | None = None
    by_guardian: bool = False
    contact: bool = False
    gallery: bool = False


def require(campaign: Campaign, agreement: Agreement | None) -> None:
    """Raises ConsentMissing or ConsentOutdated unless all was agreed to in today's words.

    Visitors must have agreed; partners answer for theirs.
    """
    if agreement is None or not agreement.use_photo or not _old_enough(campaign, agreement):
        raise ConsentMissing
    current = campaign.consent(agreement.text.language)
    if current is None or current.pk != agreement.text.pk:
        raise ConsentOutdated


def _old_enough(campaign: Campaign, agreement: Agreement) -> bool:
    """Whether the campaign's rule on age is kept: 14 or older, or a guardian's word for a child."""
    if campaign.age_rule == Campaign.AgeRule.NONE or agreement.of_age:
        return True
    said_young = agreement.of_age is False
    guardians_may = campaign.age_rule == Campaign.AgeRule.GUARDIAN
    return guardians_may and said_young and agreement.by_guardian


def note(job: FusionJob, agreement: Agreement) -> None:
    """Writes down what was agreed to, with the words and the time."""
    Consent.objects.create(
        job=job,
        campaign=agreement.text.campaign,
        text=agreement.text,
        use_photo=agreement.use_photo,
        of_age=agreement.of_age,
        by_guardian=agreement.by_guardian,
        contact=agreement.contact,
        gallery=agreement.gallery,
        given_at=job.created_at,
    )


def consent_for(result: Result) -> Consent | None:
    """What was agreed to for this picture; None for pictures of partners."""
    return _OF_RESULT.first(result=result.pk)


_OF_RESULT = Prepared(
    lambda: Consent.objects.select_related("campaign", "text", "lead").filter(
        job__result_id=Slot("result")
    )
)


def may_leave_details(consent: Consent | None) -> bool:
    """Whether its visitor ticked "may contact me", where the campaign asks, and has not yet."""
    return (
        consent is not None
        and consent.contact
        and consent.withdrawn_at is None
        and consent.campaign.lead_form
        and not hasattr(consent, "lead")
    )


def leave_details(consent: Consent, *, name: str, reach: str) -> Lead:
    """Keeps how to reach the visitor; leaving them again changes what was left."""
    now = timezone.now()
    purge_on = consent.campaign.leads_purged_at or (now + LEAD_LIFE).date()
    details = {
        "campaign": consent.campaign,
        "name": name,
        "reach": reach,
        "left_at": now,
        "purge_on": purge_on,
    }
    lead, _ = Lead.objects.update_or_create(consent=consent, defaults=details)
    return lead


def withdraw_contact(consent: Consent) -> None:
    """The brand may not write any more, and what it had is erased."""
    with transaction.atomic():
        Lead.objects.filter(consent=consent).delete()
        Consent.objects.filter(pk=consent.pk, contact=True).update(
            contact=False, contact_withdrawn_at=timezone.now()
        )


def withdraw_gallery(consent: Consent, result: Result) -> None:
    """The picture leaves the gallery; its own link still opens."""
    with transaction.atomic():
        gallery.withdraw(result)
        Consent.objects.filter(pk=consent.pk, gallery=True).update(
            gallery=False, gallery_withdrawn_at=timezone.now()
        )


def withdraw_all(consent: Consent | None, result: Result) -> None:
    """Takes back everything: the picture and the contact details are erased, gallery included."""
    if consent is not None:
        withdraw_contact(consent)
        withdraw_gallery(consent, result)
        Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    storing.erase(result, Result.Why.OWNER)


def erase_due_leads(today: date) -> int:
    """Erases contact details whose day has come; returns how many."""
    gone, _ = Lead.objects.filter(purge_on__lte=today).delete()
    return gone
