"""The one gate: what lets a call in, what keeps it out, in which order."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import DatabaseError
from pytest_django import DjangoAssertNumQueries

from campaigns import ledger, quota
from campaigns.addresses import network_of
from campaigns.admission import Caller, admit, find_campaign
from campaigns.models import Account, Campaign, Credential, Dialect, Layer, Quota, Standing
from campaigns.refusals import (
    AccountFreeze,
    AccountLowBalance,
    AddressNotAllowed,
    AuthInfoError,
    CampaignEnded,
    CampaignNotFound,
    CampaignNotOpen,
    CampaignPaused,
    CapReached,
    CredentialDisabled,
    CredentialUnknown,
    FeeUnpaid,
    OutOfScope,
    PackUsedUp,
    Refusal,
    TooFast,
)
from tests.factories import a_campaign, a_credential, an_account

pytestmark = pytest.mark.django_db
ADDRESS = "198.51.100.7"


def a_visitor(**facts: Any) -> Caller:
    return Caller(**{"door": "upload", "address": ADDRESS} | facts)


def a_partner(campaign: Campaign, **scope: Any) -> Caller:
    made = a_credential(campaign.account, **scope)
    return Caller("tencent_v3", ADDRESS, credential=made.credential)


def test_a_visitor_comes_in() -> None:
    campaign = a_campaign()
    admission = admit(a_visitor(device="d"), campaign=campaign)
    assert admission.account == campaign.account
    assert admission.published


def test_a_partner_comes_in_and_the_key_is_marked_used() -> None:
    campaign = a_campaign()
    caller = a_partner(campaign)
    admit(caller, campaign=campaign)
    assert Credential.objects.get().last_used_at is not None


def test_a_call_without_a_campaign_is_paid_by_the_keys_account() -> None:
    made = a_credential(kind=Credential.Kind.JD)
    admission = admit(Caller("jd_parser", ADDRESS, credential=made.credential), campaign=None)
    assert admission.account == made.credential.account
    assert admission.campaign is None


def test_admission_changes_no_money() -> None:
    campaign = a_campaign()
    before = ledger.balance(campaign.account)
    admit(a_visitor(), campaign=campaign)
    assert ledger.balance(campaign.account) == before
    assert not campaign.account.holds.exists()


def test_the_number_of_queries_is_known(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    campaign = find_campaign(a_campaign(daily_cap=10**6).slug)
    with django_assert_num_queries(3):
        admit(a_visitor(), campaign=campaign)


# --- Campaigns -------------------------------------------------------------------------------


def test_a_campaign_is_found_by_its_short_name() -> None:
    campaign = a_campaign()
    assert find_campaign(campaign.slug) == campaign
    with pytest.raises(CampaignNotFound):
        find_campaign("nothing")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"state": "draft"}, CampaignNotOpen),
        ({"state": "paused"}, CampaignPaused),
        ({"state": "ended"}, CampaignEnded),
        ({"fee_state": "unpaid"}, FeeUnpaid),
    ],
)
def test_the_public_meets_a_closed_door(fields: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        admit(a_visitor(), campaign=a_campaign(**fields))


def test_a_draft_is_tried_at_one_a_second_by_partners_and_in_the_preview() -> None:
    campaign = a_campaign(state="draft", fee_state="unpaid")
    assert not admit(a_partner(campaign), campaign=campaign).published
    with pytest.raises(TooFast) as refused:
        admit(a_visitor(preview=True), campaign=campaign)
    assert refused.value.layer == Layer.TRIAL
    assert refused.value.limit == 1


def test_another_accounts_campaign_is_not_there() -> None:
    with pytest.raises(CampaignNotFound):
        admit(a_partner(a_campaign()), campaign=a_campaign())


# --- Keys ------------------------------------------------------------------------------------


def test_a_dialect_without_a_key_is_refused() -> None:
    with pytest.raises(CredentialUnknown):
        admit(Caller("tencent_v3", ADDRESS), campaign=a_campaign())
    with pytest.raises(CredentialUnknown):
        admit(a_visitor(), campaign=None)


def test_a_disabled_key_is_refused() -> None:
    campaign = a_campaign()
    caller = a_partner(campaign)
    assert caller.credential is not None
    caller.credential.disabled_at = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(CredentialDisabled):
        admit(caller, campaign=campaign)


def test_a_key_from_elsewhere_is_refused() -> None:
    campaign = a_campaign()
    with pytest.raises(AddressNotAllowed):
        admit(a_partner(campaign, addresses=["10.0.0.0/8"]), campaign=campaign)


def test_a_key_for_another_door_is_refused() -> None:
    campaign = a_campaign()
    with pytest.raises(OutOfScope):
        admit(a_partner(campaign, dialects=[Dialect.TENCENT_FUSEAPI]), campaign=campaign)


# --- Accounts and money ----------------------------------------------------------------------


def test_a_frozen_account_is_refused_even_if_the_campaign_was_read_before() -> None:
    campaign = a_campaign()
    Account.objects.update(standing=Standing.FREEZE)
    with pytest.raises(AccountFreeze):
        admit(a_visitor(), campaign=campaign)


def test_an_empty_account_is_refused_and_marked() -> None:
    campaign = a_campaign(account=an_account(balance_fen=9))
    for _ in range(2):
        with pytest.raises(AccountLowBalance):
            admit(a_visitor(), campaign=campaign)
    assert Account.objects.get().standing == Standing.LOW_BALANCE


def test_used_up_packs_are_told_apart() -> None:
    campaign = a_campaign(account=an_account(balance_fen=0, billing="packs_only"))
    with pytest.raises(PackUsedUp):
        admit(a_visitor(), campaign=campaign)


def test_a_hard_cap_is_seen_before_any_work() -> None:
    with pytest.raises(CapReached):
        admit(a_visitor(), campaign=a_campaign(daily_cap=0))


def test_an_account_that_cannot_be_read_is_its_own_answer() -> None:
    campaign = a_campaign()
    unreadable = mock.Mock(side_effect=DatabaseError("gone"))
    with mock.patch("campaigns.admission.purse.read", unreadable), pytest.raises(AuthInfoError):
        admit(a_visitor(), campaign=campaign)


def test_a_sandbox_works_before_the_service_is_opened() -> None:
    account = an_account(standing=Standing.NOT_EXIST, balance_fen=0)
    campaign = a_campaign(account=account, state="draft", sandbox=True)
    assert not admit(a_partner(campaign), campaign=campaign).published


# --- Pace ------------------------------------------------------------------------------------


def slow(layer: Layer, **subject: Any) -> None:
    Quota.objects.create(layer=layer, calls=1, per_s=3600, **subject)


@pytest.mark.parametrize("layer", [Layer.ADDRESS, Layer.DEVICE, Layer.SITE])
def test_a_visitor_is_slowed_by_each_layer_of_the_site(layer: Layer) -> None:
    campaign = a_campaign()
    slow(layer)
    admit(a_visitor(device="d"), campaign=campaign)
    with pytest.raises(TooFast) as refused:
        admit(a_visitor(device="d"), campaign=campaign)
    assert refused.value.layer == layer
    assert 3590 < (refused.value.retry_after_s or 0) <= 3600


@pytest.mark.parametrize("layer", [Layer.CREDENTIAL, Layer.CAMPAIGN, Layer.ACCOUNT])
def test_a_partner_is_slowed_by_each_layer_of_its_own(layer: Layer) -> None:
    campaign = a_campaign()
    caller = a_partner(campaign)
    subject = {
        Layer.CREDENTIAL: caller.credential,
        Layer.CAMPAIGN: campaign,
        Layer.ACCOUNT: campaign.account,
    }[layer]
    slow(layer, **{str(layer): subject})
    admit(caller, campaign=campaign)
    with pytest.raises(TooFast) as refused:
        admit(caller, campaign=campaign)
    assert refused.value.layer == layer


def test_a_partner_is_not_slowed_by_its_address() -> None:
    campaign = a_campaign()
    caller = a_partner(campaign)
    slow(Layer.ADDRESS)
    for _ in range(3):
        admit(caller, campaign=campaign)


def test_the_faceswap_door_is_open_once_a_second_for_each_token() -> None:
    made = a_credential(kind=Credential.Kind.BEARER)
    caller = Caller("aigs", ADDRESS, credential=made.credential)
    admit(caller, campaign=None)
    with pytest.raises(TooFast) as refused:
        admit(caller, campaign=None)
    assert (refused.value.layer, refused.value.limit) == (Layer.CREDENTIAL, 1)


def test_the_layers_are_asked_in_order() -> None:
    campaign = a_campaign()
    asked = []
    with mock.patch.object(
        quota, "take_all", lambda layers: asked.append([layer for layer, _key, _rate in layers])
    ):
        admit(a_visitor(device="d"), campaign=campaign)
        admit(a_partner(campaign), campaign=campaign)
    site = [Layer.CAMPAIGN, Layer.ACCOUNT, Layer.SITE]
    assert asked == [[Layer.ADDRESS, Layer.DEVICE], site, [Layer.CREDENTIAL], site]


def test_a_refused_key_uses_up_nothing() -> None:
    campaign = a_campaign()
    with mock.patch.object(quota, "take_all") as take_all, pytest.raises(OutOfScope):
        admit(a_partner(campaign, dialects=[Dialect.TENCENT_FUSEAPI]), campaign=campaign)
    take_all.assert_not_called()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("", "unknown"),
    ],
)
def test_an_ipv6_customer_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_campaign_that_starts_later_opens_on_time() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    campaign = a_campaign(starts_at=now + timedelta(hours=1), ends_at=None)
    with pytest.raises(CampaignNotOpen):
        admit(a_visitor(), campaign=campaign, now=now)
    admit(a_visitor(), campaign=campaign, now=now + timedelta(hours=1))
