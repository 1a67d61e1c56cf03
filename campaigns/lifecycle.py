"""The life of a campaign: made, published, paused, ended, archived, copied.

Every move compares and sets, so of two people one wins and the other is told the state.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import transaction
from django.db.models import Field, Max
from django.utils import timezone

from campaigns import audit, notices
from campaigns.access import Act, require
from campaigns.models import Account, Campaign, CampaignText, ConsentText, Organisation, Person
from campaigns.refusals import (
    CampaignEnded,
    CampaignNotOpen,
    CampaignNotStarted,
    CampaignPaused,
    FeeStopped,
    FeeUnpaid,
    NothingHere,
    Refusal,
    WrongState,
)

State = Campaign.State

# What a copy does not take over: identity, state, dates, money, and everything about people.
_NOT_COPIED = frozenset(
    {
        "id",
        "project_id",
        "slug",
        "state",
        "sandbox",
        "starts_at",
        "ends_at",
        "fee_state",
        "leads_purged_at",
        "created_by",
        "created_at",
        "published_at",
        "ended_at",
        "preview_key",
        "preview_until",
    }
)


def make_campaign(
    organisation: Organisation, account: Account, *, by: Person, slug: str, **fields: object
) -> Campaign:
    """A new draft. `fields` are fields of Campaign; raises ValidationError if one does not fit."""
    require(by, Act.CAMPAIGN_EDIT, organisation)
    if account.organisation_id != organisation.pk:
        raise NothingHere
    campaign = Campaign(
        organisation=organisation, account=account, slug=slug, created_by=by, **fields
    )
    with transaction.atomic():
        campaign.full_clean(exclude=["project_id"])
        campaign.save()
        audit.record(Act.CAMPAIGN_EDIT, campaign, by=by, after={"slug": slug})
    return campaign


# States in which what visitors see may still be changed.
EDITABLE = frozenset({State.DRAFT, State.PUBLISHED, State.PAUSED})


def change(campaign: Campaign, *, by: Person, **fields: object) -> list[str]:
    """Sets fields of a campaign that is not over; the names of those that changed.

    Raises WrongState once it is over, ValidationError if a value does not fit.
    """
    require(by, Act.CAMPAIGN_EDIT, campaign)
    with transaction.atomic():
        locked = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
        if State(locked.state) not in EDITABLE:
            raise WrongState(State(locked.state))
        before = {name: str(getattr(locked, name)) for name in fields}
        for name, value in fields.items():
            _field(name).save_form_data(locked, value)
        locked.full_clean(exclude=["project_id"])
        changed = [name for name in fields if str(getattr(locked, name)) != before[name]]
        if changed:
            locked.save()
            after = {name: str(getattr(locked, name)) for name in changed}
            was = {name: before[name] for name in changed}
            audit.record(Act.CAMPAIGN_EDIT, locked, by=by, before=was, after=after)
    campaign.refresh_from_db()
    return changed


def _field(name: str) -> "Field[object, object]":
    """A field that people may set; states, money and counts have functions of their own."""
    field = Campaign._meta.get_field(name)
    if not isinstance(field, Field) or not field.editable:
        raise ValueError(f"{name} is not set by people")
    return field


def write_text(campaign: Campaign, language: str, *, by: Person, **fields: str) -> CampaignText:
    """Writes the texts of one language; raises ValidationError if one does not fit."""
    require(by, Act.CAMPAIGN_EDIT, campaign)
    text = campaign.texts.filter(language=language).first() or CampaignText(
        campaign=campaign, language=language
    )
    for name, value in fields.items():
        setattr(text, name, value)
    text.full_clean()
    text.save()
    return text


def write_consent(campaign: Campaign, language: str, *, by: Person, **fields: str) -> ConsentText:
    """A new version of the consent text in one language; older ones stay, consents name them."""
    require(by, Act.CAMPAIGN_EDIT, campaign)
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        newest = campaign.consent_texts.filter(language=language).aggregate(v=Max("version"))["v"]
        text = ConsentText(
            campaign=campaign, language=language, version=(newest or 0) + 1, **fields
        )
        text.full_clean()
        text.save()
        audit.record(
            Act.CAMPAIGN_EDIT,
            campaign,
            by=by,
            after={"consent": language, "version": text.version},
        )
    return text


def publish(campaign: Campaign, *, by: Person, now: datetime | None = None) -> None:
    """The bare move DRAFT or PAUSED -> PUBLISHED.

    `templates_app.publishing` calls it once the gate is passed; nothing else may.
    """
    require(by, Act.CAMPAIGN_PUBLISH, campaign)
    if campaign.sandbox:
        raise WrongState(State(campaign.state))
    first = {} if campaign.published_at else {"published_at": now or timezone.now()}
    _move(
        campaign,
        State.PUBLISHED,
        {State.DRAFT, State.PAUSED},
        Act.CAMPAIGN_PUBLISH,
        by,
        stamps=first,
    )


def pause(campaign: Campaign, *, by: Person, why: str = "") -> None:
    """PUBLISHED -> PAUSED; the next request is refused."""
    require(by, Act.CAMPAIGN_PAUSE, campaign)
    _move(campaign, State.PAUSED, {State.PUBLISHED}, Act.CAMPAIGN_PAUSE, by, why=why)


def end(campaign: Campaign, *, by: Person | None, now: datetime | None = None) -> None:
    """PUBLISHED or PAUSED -> ENDED, for good; `by` is None for the clock."""
    if by is not None:
        require(by, Act.CAMPAIGN_END, campaign)
    _move(
        campaign,
        State.ENDED,
        {State.PUBLISHED, State.PAUSED},
        Act.CAMPAIGN_END,
        by,
        stamps={"ended_at": now or timezone.now()},
    )


def archive(campaign: Campaign, *, by: Person) -> None:
    """ENDED or DRAFT -> ARCHIVED."""
    require(by, Act.CAMPAIGN_ARCHIVE, campaign)
    _move(campaign, State.ARCHIVED, {State.ENDED, State.DRAFT}, Act.CAMPAIGN_ARCHIVE, by)


def end_those_over(now: datetime) -> int:
    """Ends campaigns whose last moment has passed; how many."""
    over = Campaign.objects.filter(state__in=[State.PUBLISHED, State.PAUSED], ends_at__lte=now)
    ended = 0
    for campaign in over:
        try:
            end(campaign, by=None, now=now)
        except WrongState:
            continue  # a person was faster
        ended += 1
    return ended


def clone(campaign: Campaign, *, by: Person, slug: str) -> Campaign:
    """A new draft with the same look, texts, consent texts and settings; no people's data.

    Dates, fee, counts and keys start anew. Materials are copied by the package above.
    """
    require(by, Act.CAMPAIGN_CLONE, campaign)
    copied = {
        field.name: getattr(campaign, field.name)
        for field in Campaign._meta.concrete_fields
        if field.name not in _NOT_COPIED
    }
    with transaction.atomic():
        copy = Campaign(**copied, slug=slug, created_by=by)
        copy.full_clean(exclude=["project_id"])
        copy.save()
        for text in campaign.texts.all():
            text.pk, text.campaign = None, copy
            text.save(force_insert=True)
        newest = {text.language: text for text in campaign.consent_texts.order_by("version")}
        for consent in newest.values():
            consent.pk, consent.campaign, consent.version = None, copy, 1
            consent.save(force_insert=True)
        audit.record(Act.CAMPAIGN_CLONE, copy, by=by, after={"copy of": campaign.project_id})
    return copy


def check_open(campaign: Campaign, *, trial: bool, now: datetime) -> None:
    """Raises unless the campaign may be used now.

    trial: whether the caller may use a campaign that is not published (a partner's program with a
    credential, or a preview in the console); the public may not.
    """
    closed = _closed(campaign, trial=trial, now=now)
    if closed is not None:
        raise closed


def _closed(campaign: Campaign, *, trial: bool, now: datetime) -> Refusal | None:
    state = State(campaign.state)
    if state in (State.ENDED, State.ARCHIVED) or (campaign.ends_at and now >= campaign.ends_at):
        return CampaignEnded(state)
    if campaign.fee_state == Campaign.FeeState.STOPPED:
        return FeeStopped()
    if state == State.DRAFT:
        return None if trial else CampaignNotOpen(state)
    if state == State.PAUSED:
        return CampaignPaused(state)
    if campaign.fee_state == Campaign.FeeState.UNPAID:
        return FeeUnpaid()
    if campaign.starts_at and now < campaign.starts_at:
        wait_s = (campaign.starts_at - now).total_seconds()
        return CampaignNotStarted(state, retry_after_s=wait_s)
    return None


def _move(
    campaign: Campaign,
    to: Campaign.State,
    expected: Collection[Campaign.State],
    act: Act,
    by: Person | None,
    *,
    why: str = "",
    stamps: Mapping[str, datetime] = MappingProxyType({}),
) -> None:
    """Compare and set from the state `campaign` was read in; raises WrongState for the loser."""
    before = State(campaign.state)
    with transaction.atomic():
        moved = before in expected and Campaign.objects.filter(pk=campaign.pk, state=before).update(
            state=to, **stamps
        )
        campaign.refresh_from_db()
        if not moved:
            raise WrongState(State(campaign.state))
        audit.record(act, campaign, by=by, before={"state": before}, after={"state": to}, why=why)
        notices.tell(
            campaign.organisation,
            notices.CAMPAIGN_STATE,
            facts={"campaign": campaign.project_id, "before": before, "after": to},
            campaign=campaign,
        )
