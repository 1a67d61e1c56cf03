"""Makes rows for tests: plain functions, each with only what it needs; override by keyword."""

import itertools
from datetime import timedelta
from functools import cache
from typing import Any

from django.utils import timezone

from campaigns import credentials, ledger
from campaigns.models import (
    SITE_ROLES,
    Account,
    Campaign,
    CampaignText,
    ConsentText,
    Credential,
    Dialect,
    LedgerEntry,
    Membership,
    Organisation,
    Pack,
    Person,
    Role,
    Standing,
)
from fusionsite.results import storing
from fusionsite.results.models import Result, new_key
from templates_app import intake, review, rights
from templates_app.models import Material, Review, Rights
from tests.pictures import a_face_picture, file_of

_counter = itertools.count(1)


def an_organisation(**fields: Any) -> Organisation:
    number = next(_counter)
    return Organisation.objects.create(
        **{"name": f"Organisation {number}", "slug": f"organisation-{number}"} | fields
    )


def a_person(
    *roles: Role | str,
    organisation: Organisation | None = None,
    role: Role | str | None = None,
    **fields: Any,
) -> Person:
    """Someone who holds the roles: in `organisation`, or site-wide for auditors, administrators.

    Without an organisation, a role that needs one gets a new one.
    """
    person = Person.objects.create(**{"username": f"person-{next(_counter)}"} | fields)
    for held in [*roles, *([role] if role else [])]:
        add_role(person, Role(held), organisation)
    return person


def add_role(person: Person, role: Role, organisation: Organisation | None = None) -> Membership:
    if role in SITE_ROLES:
        return Membership.objects.create(person=person, role=role)
    return Membership.objects.create(
        person=person, role=role, organisation=organisation or an_organisation()
    )


def an_account(
    *,
    standing: Standing | str = Standing.NORMAL,
    organisation: Organisation | None = None,
    balance_fen: int = 100_000,
    **fields: Any,
) -> Account:
    """An account that can be charged: 10 fen per picture, 1,000 yuan of balance."""
    appid, uin = Account.numbers()
    account = Account.objects.create(
        **{
            "organisation": organisation or an_organisation(),
            "appid": appid,
            "uin": uin,
            "standing": standing,
        }
        | fields
    )
    if balance_fen:
        kind = LedgerEntry.Kind.TOP_UP if balance_fen > 0 else LedgerEntry.Kind.ADJUSTMENT
        ledger.append(account, kind, balance_fen)
    return account


def a_pack(account: Account, *, pictures: int = 100, days: float = 30, **fields: Any) -> Pack:
    ends_at = timezone.now() + timedelta(days=days)
    return Pack.objects.create(
        **{"account": account, "pictures": pictures, "ends_at": ends_at} | fields
    )


def a_campaign(
    *,
    organisation: Organisation | None = None,
    account: Account | None = None,
    state: Campaign.State | str = Campaign.State.PUBLISHED,
    **fields: Any,
) -> Campaign:
    """A published, paid campaign with texts and consent texts in both languages."""
    if account is None:
        account = an_account(organisation=organisation)
    number = next(_counter)
    now = timezone.now()
    campaign = Campaign.objects.create(
        **{
            "organisation": account.organisation,
            "account": account,
            "slug": f"campaign-{number}",
            "state": state,
            "fee_state": Campaign.FeeState.PAID,
            "starts_at": now - timedelta(days=1),
            "ends_at": now + timedelta(days=30),
            "owner_contact": "owner@example.org",
        }
        | fields
    )
    for language, name in (("en", f"Campaign {number}"), ("zh-hans", f"活动 {number}")):
        CampaignText.objects.create(campaign=campaign, language=language, name=name)
        ConsentText.objects.create(
            campaign=campaign,
            language=language,
            version=1,
            responsible="Example Ltd",
            contact="privacy@example.org",
            body="This is me; use this photo once to make the picture.",
        )
    return campaign


def a_credential(
    account: Account | None = None,
    *,
    kind: Credential.Kind | str = Credential.Kind.TENCENT,
    dialects: list[Dialect] | None = None,
    campaigns: list[Campaign] | None = None,
    name: str = "test key",
    addresses: list[str] | None = None,
) -> credentials.Made:
    """A key with its clear secret; it opens every door of its kind unless dialects are given."""
    account = account or an_account()
    kind = Credential.Kind(kind)
    partner = a_person(Role.PARTNER, organisation=account.organisation)
    return credentials.make(
        account,
        by=partner,
        name=name,
        kind=kind,
        dialects=dialects or sorted(credentials.OPENS[kind]),
        campaigns=campaigns or [],
        addresses=addresses or [],
    )


# --- Materials -------------------------------------------------------------------------------


@cache
def a_look(faces: int = 1, seed: int = 1) -> intake.Looked:
    """A drawn picture of that many faces, looked at once per process by the real engine."""
    return intake.look(file_of(a_face_picture(360 * faces, 480, faces=faces, seed=seed)))


def a_draft_material(
    campaign: Campaign | None = None,
    *,
    by: Person | None = None,
    faces: int = 1,
    seed: int = 1,
    title: str = "Portrait",
) -> Material:
    """A draft of a drawn picture; different seeds are different pictures."""
    campaign = campaign or a_campaign()
    by = by or a_person(Role.OPERATOR, organisation=campaign.organisation)
    return intake.keep(campaign=campaign, looked=a_look(faces, seed), by=by, title=title)


def with_rights(material: Material, *, by: Person | None = None, **fields: Any) -> Rights:
    """A complete rights record of a drawn picture, without an end; not confirmed yet."""
    complete: dict[str, Any] = {
        "source": "generated",
        "holder": "Example Ltd",
        "depicted": "nobody",
        "consent": "not_needed",
        "without_end": "ends_on" not in fields,
    }
    return rights.record(material=material, by=by or material.created_by, **(complete | fields))


def a_submission(campaign: Campaign | None = None, **fields: Any) -> Review:
    """A draft with its rights, submitted by whoever made it."""
    material = a_draft_material(campaign, **fields)
    with_rights(material)
    return review.submit(material=material, by=material.created_by)


def an_approved_material(campaign: Campaign | None = None, **fields: Any) -> Material:
    """A material that was submitted by one person and approved by another; it can be served."""
    submitted = a_submission(campaign, **fields)
    reviewer = a_person(Role.REVIEWER, organisation=submitted.organisation)
    review.approve(review=submitted, by=reviewer)
    return Material.objects.select_related("current", "rights", "campaign").get(
        pk=submitted.version.material_id
    )


# --- Results ---------------------------------------------------------------------------------


def an_offered_picture(campaign: Campaign | None = None, **fields: Any) -> Result:
    """A kept picture whose maker offered it to the campaign's gallery; a person has to look."""
    campaign = campaign or a_campaign(gallery=Campaign.Gallery.AFTER_REVIEW)
    picture = storing.MadePicture(file_of(a_face_picture(120, 160)), "image/jpeg", 120, 160)
    result = storing.keep(
        picture,
        key=new_key(),
        attempt=1,
        organisation_id=campaign.organisation_id,
        account_id=campaign.account_id,
        campaign=campaign,
        life=timedelta(days=7),
    )
    result.gallery_state = Result.GalleryState.WAITING
    result.gallery_offered_at = result.created_at
    for name, value in fields.items():
        setattr(result, name, value)
    result.save()
    return result
