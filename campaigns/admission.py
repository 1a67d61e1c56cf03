"""The one gate for every fusion call: may this caller use this campaign, now, and who pays?

Cheapest first: the key's own facts, then counters, then the account and the campaign, and at
last the money. Nothing is decoded before this. The ledger's `hold` decides money for good.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from django.db import DatabaseError, OperationalError
from django.utils import timezone

from campaigns import credentials, ledger, lifecycle, purse, quota, standing
from campaigns.addresses import network_of
from campaigns.models import Account, Campaign, Credential, Dialect, Layer
from campaigns.prepared import Prepared, Slot
from campaigns.purse import Purse
from campaigns.refusals import (
    AccountLowBalance,
    AuthInfoError,
    CampaignNotFound,
    CredentialDisabled,
    CredentialUnknown,
)
from campaigns.remembered import Remembered

log = structlog.get_logger(__name__)

PUBLIC_DOORS = frozenset({"upload", "demo"})
# The faceswap dialect promises "once per second" for each token, if nothing else was set.
_AIGS_RATE = quota.Rate(1)
_purses = Remembered[Purse]()
_BY_SLUG = Prepared(
    lambda: Campaign.objects.select_related("organisation", "account").filter(slug=Slot("slug")),
    remembered=True,
)
_OF_PAYER = Prepared(
    lambda: Campaign.objects.filter(project_id=Slot("project_id"), account_id=Slot("account")),
    remembered=True,
)


@dataclass(frozen=True)
class Caller:
    """Who knocks, where. address: the network address, proxies already counted off.

    door: "upload", "demo" or a Dialect. device: whatever tells one browser from another.
    preview: someone of the console tries the campaign; it need not be published.
    signature: what the call was signed with; the same one twice leaves a line in the log.
    rates: `knock` has counted this call at its key already, and these are the payer's.
    """

    door: str
    address: str
    device: str = ""
    credential: Credential | None = None
    preview: bool = False
    signature: str = ""
    rates: quota.Rates | None = None


@dataclass(frozen=True)
class Admission:
    """The way is free. published: False while a campaign is only tried out."""

    account: Account
    campaign: Campaign | None
    caller: Caller
    published: bool


def find_campaign(slug: str) -> Campaign:
    """The campaign of this short name as it was a moment ago, with its organisation and account.

    Raises CampaignNotFound.
    """
    campaign = _BY_SLUG.first(slug=slug)
    if campaign is None:
        raise CampaignNotFound
    return campaign


def campaign_of_payer(account: Account, *, project_id: int) -> Campaign:
    """The campaign of this number as it was a moment ago, if this account pays it.

    Raises CampaignNotFound.
    """
    campaign = _OF_PAYER.first(project_id=project_id, account=account.pk)
    if campaign is None:
        raise CampaignNotFound
    campaign.account = account
    return campaign


def knock(caller: Caller) -> Caller:
    """The caller, its key checked and this call counted at it before anything else is read.

    For dialects whose order of checks has the key's rate before the body. `admit` then counts the
    other layers only. Raises CredentialUnknown, CredentialDisabled, AddressNotAllowed, OutOfScope
    or TooFast.

    A signature that comes twice is not refused: two equal calls of the same second are signed
    alike. Its window and the rates bound what a copy can do, an idempotency key makes it harmless.
    """
    _check_key(caller, None)
    key = caller.credential
    rates = quota.rates_of_payer(_payer(caller, None), key)
    mark = f"{key.pk}/{caller.signature[:44]}" if key is not None and caller.signature else ""
    if quota.take_all(_caller_layers(caller, rates.of(None)), mark=mark) and key is not None:
        log.warning("signature_replayed", credential=key.secret_id)
    return replace(caller, rates=rates)


def admit(caller: Caller, *, campaign: Campaign | None, now: datetime | None = None) -> Admission:
    """Lets the call through or raises the Refusal that fits.

    campaign: None for a call that belongs to an account only; the account is the credential's.
    Layers are counted in this order: address, device, credential, campaign, account, site.
    """
    now = now or timezone.now()
    _check_key(caller, campaign)
    payer = _payer(caller, campaign)
    rates = (caller.rates or quota.rates_of_payer(payer, caller.credential)).of(campaign)
    quota.take_all(_caller_layers(caller, rates))
    has = _purse(payer, now)
    account = has.account
    if campaign is None or not campaign.sandbox:
        standing.check_served(account, now=now)
    if campaign is not None:
        trial = caller.preview or caller.credential is not None
        lifecycle.check_open(campaign, trial=trial, now=now)
    published = campaign is None or campaign.published
    quota.take_all(_campaign_layers(campaign, account, rates, published=published))
    _check_money(has, campaign, now)
    if caller.credential is not None:
        credentials.touch(caller.credential, now=now)
    return Admission(account, campaign, caller, published)


def _check_key(caller: Caller, campaign: Campaign | None) -> None:
    """The facts of the key itself. A dialect that needs one and has none is refused."""
    credential = caller.credential
    if credential is None:
        if campaign is None or not (caller.door in PUBLIC_DOORS or caller.preview):
            raise CredentialUnknown
        return
    if not credential.active:
        raise CredentialDisabled
    credentials.check_address(credential, caller.address)
    if campaign is not None and campaign.account_id != credential.account_id:
        raise CampaignNotFound
    credentials.check_scope(credential, door=caller.door, campaign=campaign)


def _payer(caller: Caller, campaign: Campaign | None) -> Account:
    if campaign is not None:
        return campaign.account
    if caller.credential is None:
        raise CredentialUnknown
    return caller.credential.account


def _purse(account: Account, now: datetime) -> Purse:
    """The account and its money a moment ago; raises AuthInfoError if they cannot be read."""
    try:
        return _purses.of(account.pk, lambda: purse.read(account.pk, now))
    except OperationalError:
        raise  # the database is away: nothing is wrong with this account
    except (Account.DoesNotExist, DatabaseError) as problem:
        log.error("account_unreadable", account=account.pk, problem=type(problem).__name__)
        raise AuthInfoError from problem


_Layers = Iterable[tuple[Layer, object, quota.Rate]]


def _caller_layers(caller: Caller, rates: Mapping[Layer, quota.Rate]) -> _Layers:
    """A partner's program is counted by its key, a visitor by address and device."""
    if caller.rates is not None:
        return
    if caller.credential is not None:
        rate = rates[Layer.CREDENTIAL]
        if caller.door == Dialect.AIGS and rate == quota.defaults()[Layer.CREDENTIAL]:
            rate = _AIGS_RATE
        yield Layer.CREDENTIAL, caller.credential.pk, rate
        return
    yield Layer.ADDRESS, network_of(caller.address), rates[Layer.ADDRESS]
    if caller.device:
        yield Layer.DEVICE, caller.device, rates[Layer.DEVICE]


def _campaign_layers(
    campaign: Campaign | None,
    account: Account,
    rates: Mapping[Layer, quota.Rate],
    *,
    published: bool,
) -> _Layers:
    if campaign is not None:
        layer = Layer.CAMPAIGN if published else Layer.TRIAL
        yield layer, campaign.pk, rates[layer]
    yield Layer.ACCOUNT, account.pk, rates[Layer.ACCOUNT]
    yield Layer.SITE, "site", rates[Layer.SITE]


def _check_money(has: Purse, campaign: Campaign | None, now: datetime) -> None:
    """Raises what a hold would, before any work; a balance that fell short changes the state."""
    try:
        ledger.check_cover(has.account, campaign, now=now, has=has)
    except AccountLowBalance:
        standing.settle(has.account, now=now)
        raise
