"""Keys: shown once, sealed or hashed, found again, scoped, changed over, switched off."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from campaigns import audit, credentials, sealing, webhooks
from campaigns.models import AuditLine, Credential, Dialect, Role, Scope, WebhookEndpoint
from campaigns.refusals import (
    AddressNotAllowed,
    CredentialDisabled,
    CredentialOfOtherKind,
    CredentialUnknown,
    NotAllowed,
    NothingHere,
    OutOfScope,
    TooManyCredentials,
    WrongState,
)
from tests.factories import a_campaign, a_credential, a_person, an_account

pytestmark = pytest.mark.django_db
Kind = Credential.Kind
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("kind", [Kind.TENCENT, Kind.JD])
def test_a_signing_key_gives_its_secret_back_to_the_signature_check(
    kind: Credential.Kind,
) -> None:
    made = a_credential(kind=kind)
    found = credentials.by_secret_id(made.credential.secret_id, kind=kind)
    assert credentials.secret_of(found) == made.secret


def test_the_forms_are_those_the_partners_programs_expect() -> None:
    tencent, jd, bearer, own = (a_credential(kind=kind) for kind in Kind)
    assert (len(tencent.credential.secret_id), len(tencent.secret)) == (36, 32)
    assert tencent.credential.secret_id.startswith("AKID")
    assert (len(jd.credential.secret_id), len(jd.secret)) == (32, 32)
    assert bearer.secret.startswith(bearer.credential.secret_id)
    assert own.credential.secret_id.startswith("fk_") and own.secret.startswith("fs_")
    assert (len(own.credential.secret_id), len(own.secret)) == (19, 46)


def test_a_token_is_found_by_its_hash_and_kept_nowhere() -> None:
    made = a_credential(kind=Kind.BEARER)
    assert credentials.by_token(made.secret) == made.credential
    with pytest.raises(CredentialUnknown):
        credentials.by_token(made.secret + "x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM campaigns_credential")
        assert made.secret not in repr(cursor.fetchall())


def test_a_key_changes_nothing_unless_it_was_given_that_scope() -> None:
    made = a_credential(kind=Kind.HMAC)
    assert made.credential.scopes == [Scope.FUSE, Scope.READ]
    partner = a_person(Role.PARTNER, organisation=made.credential.organisation)
    wide = credentials.make(
        made.credential.account,
        by=partner,
        name="manager",
        kind=Kind.HMAC,
        dialects=[Dialect.API],
        scopes=[Scope.READ, Scope.MANAGE],
    )
    assert wide.credential.scopes == ["manage", "read"]
    credentials.disable(made.credential, by=partner)
    assert credentials.rotate(wide.credential, by=partner).credential.scopes == ["manage", "read"]


def test_keys_of_one_kind_that_open_other_doors_leave_each_other_room() -> None:
    account = an_account()
    for dialects in ([Dialect.API], [Dialect.AIGS]):
        for _key in range(2):
            a_credential(account, kind=Kind.BEARER, dialects=dialects)
    with pytest.raises(TooManyCredentials):
        a_credential(account, kind=Kind.BEARER, dialects=[Dialect.API])


def test_the_audit_trail_says_through_which_key_a_person_acted() -> None:
    made = a_credential()
    partner = made.credential.created_by
    with audit.through(made.credential):
        line = audit.record("test", made.credential, by=partner)
        clock = audit.record("test", made.credential, by=None)
    assert line.credential == made.credential and clock.credential is None
    assert audit.record("test", made.credential, by=partner).credential is None


def test_a_signing_secret_is_not_readable_in_the_database() -> None:
    made = a_credential()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM campaigns_credential")
        assert made.secret not in repr(cursor.fetchall())


def test_no_secret_in_repr_log_or_audit(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        made = a_credential()
        logging.getLogger("x").info("%r %s %r", made, made.credential, vars(made.credential))
    trail = repr(list(AuditLine.objects.values()))
    assert made.secret not in repr(made) + str(made.credential) + trail
    assert made.secret not in caplog.text


def test_the_database_keeps_tokens_hashed_and_secrets_sealed() -> None:
    made = a_credential()
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.filter(pk=made.credential.pk).update(secret_sealed="")


def test_two_active_at_a_time_so_that_one_can_change_over() -> None:
    account = an_account()
    partner = a_person(Role.PARTNER, organisation=account.organisation)
    first = a_credential(account)
    second = credentials.rotate(first.credential, by=partner)
    assert second.credential.dialects == first.credential.dialects
    with pytest.raises(TooManyCredentials) as refused:
        credentials.rotate(first.credential, by=partner)
    assert (refused.value.measured, refused.value.limit) == (2, 2)
    credentials.disable(first.credential, by=partner)
    credentials.rotate(second.credential, by=partner)
    a_credential(account, kind=Kind.JD)


def test_a_key_switched_off_is_refused_at_once() -> None:
    made = a_credential()
    partner = made.credential.created_by
    assert partner is not None
    credentials.disable(made.credential, by=partner, why="leaked")
    with pytest.raises(CredentialDisabled):
        credentials.by_secret_id(made.credential.secret_id, kind=Kind.TENCENT)
    with pytest.raises(WrongState):
        credentials.disable(made.credential, by=partner)


def test_a_key_of_another_kind_is_told_apart_from_one_that_is_not_known() -> None:
    made = a_credential(kind=Kind.JD)
    with pytest.raises(CredentialOfOtherKind):
        credentials.by_secret_id(made.credential.secret_id, kind=Kind.TENCENT)
    with pytest.raises(CredentialUnknown):
        credentials.by_secret_id("AKID-nobody", kind=Kind.TENCENT)


def test_a_key_opens_its_own_doors_only() -> None:
    campaign = a_campaign()
    other = a_campaign(account=campaign.account)
    made = a_credential(campaign.account, dialects=[Dialect.TENCENT_V3], campaigns=[campaign])
    credentials.check_scope(made.credential, door="tencent_v3", campaign=campaign)
    with pytest.raises(OutOfScope):
        credentials.check_scope(made.credential, door="tencent_fuseapi", campaign=campaign)
    with pytest.raises(OutOfScope):
        credentials.check_scope(made.credential, door="tencent_v3", campaign=other)


def test_a_key_without_campaigns_opens_all_of_its_account() -> None:
    campaign = a_campaign()
    made = a_credential(campaign.account)
    credentials.check_scope(made.credential, door="tencent_v3", campaign=campaign)


def test_a_kind_opens_only_its_own_dialects() -> None:
    with pytest.raises(OutOfScope):
        a_credential(kind=Kind.JD, dialects=[Dialect.TENCENT_V3])


def test_another_accounts_campaign_cannot_be_put_into_the_scope() -> None:
    with pytest.raises(NothingHere):
        a_credential(campaigns=[a_campaign()])


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("203.0.113.9", True),
        ("203.0.114.9", False),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("::ffff:203.0.113.9", True),
        ("not an address", False),
        ("", False),
    ],
)
def test_the_allow_list_is_kept(address: str, fine: bool) -> None:
    made = a_credential(addresses=["203.0.113.0/24", "2001:db8::/32"])
    if fine:
        credentials.check_address(made.credential, address)
    else:
        with pytest.raises(AddressNotAllowed):
            credentials.check_address(made.credential, address)


def test_without_a_list_every_address_is_fine() -> None:
    credentials.check_address(a_credential().credential, "198.51.100.1")


def test_last_use_is_remembered_to_the_minute() -> None:
    credential = a_credential().credential
    for seconds, expected in [(0, 0), (59, 0), (60, 60)]:
        credentials.touch(credential, now=NOW + timedelta(seconds=seconds))
        credential.refresh_from_db()
        assert credential.last_used_at == NOW + timedelta(seconds=expected)


def test_keys_are_rotated_without_losing_a_secret(settings: LazySettings) -> None:
    settings.FUSION_CREDENTIAL_KEYS = ["old passphrase"]
    made = a_credential()
    partner = made.credential.created_by
    assert partner is not None
    hook = webhooks.add_endpoint(
        made.credential.organisation, by=partner, url="https://example.org/", events=[]
    )
    settings.FUSION_CREDENTIAL_KEYS = ["new passphrase", "old passphrase"]
    call_command("reseal_secrets", verbosity=0)
    settings.FUSION_CREDENTIAL_KEYS = ["new passphrase"]
    assert credentials.secret_of(Credential.objects.get()) == made.secret
    assert sealing.unseal(WebhookEndpoint.objects.get().secret_sealed) == hook.secret


def test_a_lost_key_says_so_without_the_secret(settings: LazySettings) -> None:
    settings.FUSION_CREDENTIAL_KEYS = ["one"]
    credential = a_credential().credential
    settings.FUSION_CREDENTIAL_KEYS = ["two"]
    with pytest.raises(sealing.SealBroken):
        credentials.secret_of(credential)
    with pytest.raises(sealing.SealBroken):
        credentials.reseal_all()


def test_the_wrong_role_makes_no_key() -> None:
    account = an_account()
    with pytest.raises(NotAllowed):
        credentials.make(
            account,
            by=a_person(Role.OPERATOR, organisation=account.organisation),
            name="x",
            kind=Kind.JD,
            dialects=[Dialect.JD_MORPH],
        )
