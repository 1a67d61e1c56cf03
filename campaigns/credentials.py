"""Keys of partners' programs: made, shown once, found again, changed over, switched off."""

import ipaddress
import secrets
import string
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from campaigns import audit, sealing
from campaigns.access import Act, require
from campaigns.models import (
    Account,
    Campaign,
    Credential,
    Dialect,
    Person,
    Scope,
    WebhookEndpoint,
)
from campaigns.models.credential import usual_scopes
from campaigns.prepared import Prepared, Slot
from campaigns.refusals import (
    AddressNotAllowed,
    CredentialDisabled,
    CredentialOfOtherKind,
    CredentialUnknown,
    NothingHere,
    OutOfScope,
    TooManyCredentials,
    WrongState,
)
from campaigns.remembered import Remembered

Kind = Credential.Kind
ACTIVE_AT_A_TIME = 2
OPENS: dict[Credential.Kind, frozenset[Dialect]] = {
    Kind.TENCENT: frozenset({Dialect.TENCENT_V3, Dialect.TENCENT_FUSEAPI}),
    Kind.JD: frozenset({Dialect.JD_MORPH, Dialect.JD_PARSER}),
    Kind.BEARER: frozenset({Dialect.API, Dialect.AIGS}),
    Kind.HMAC: frozenset({Dialect.API}),
}
# `last_used_at` is for people; a write at every call would cost more than it tells.
_TOUCH_EVERY = timedelta(minutes=1)
_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Made:
    """A new credential and its secret (SecretKey, secretkey or token), which is shown this once."""

    credential: Credential
    secret: str = field(repr=False)


def make(
    account: Account,
    *,
    by: Person,
    name: str,
    kind: Credential.Kind,
    dialects: Collection[Dialect],
    campaigns: Collection[Campaign] = (),
    addresses: Collection[str] = (),
    scopes: Collection[Scope] | None = None,
) -> Made:
    """A new key; without `scopes` it changes nothing at the own API.

    Raises TooManyCredentials, OutOfScope (a dialect its kind does not open), NothingHere (another
    account's campaign), ValueError (an address that is none).
    """
    require(by, Act.CREDENTIAL_MANAGE, account)
    if not dialects or not set(dialects) <= OPENS[kind]:
        raise OutOfScope
    if any(campaign.account_id != account.pk for campaign in campaigns):
        raise NothingHere
    networks = [str(ipaddress.ip_network(address, strict=False)) for address in addresses]
    with transaction.atomic():
        _check_room(account, kind, dialects)
        secret_id, secret = _new_pair(kind)
        credential = Credential.objects.create(
            account=account,
            name=name,
            kind=kind,
            secret_id=secret_id,
            secret_sealed="" if kind == Kind.BEARER else sealing.seal(secret),
            token_hash=Credential.hash_of(secret) if kind == Kind.BEARER else None,
            dialects=sorted(dialects),
            scopes=usual_scopes() if scopes is None else sorted(scopes),
            addresses=networks,
            created_by=by,
        )
        credential.campaigns.set(campaigns)
        audit.record(
            Act.CREDENTIAL_MANAGE,
            credential,
            by=by,
            after={
                "made": secret_id,
                "dialects": sorted(dialects),
                "scopes": credential.scopes,
                "addresses": networks,
            },
        )
    return Made(credential, secret)


def rotate(credential: Credential, *, by: Person) -> Made:
    """A second key with the same name and scopes; the first stays until it is disabled."""
    return make(
        credential.account,
        by=by,
        name=credential.name,
        kind=Kind(credential.kind),
        dialects=[Dialect(dialect) for dialect in credential.dialects],
        campaigns=list(credential.campaigns.all()),
        addresses=credential.addresses,
        scopes=[Scope(scope) for scope in credential.scopes],
    )


def disable(credential: Credential, *, by: Person, why: str = "") -> None:
    """Switches the key off for good; raises WrongState if it is off already.

    A process that has just read the key goes by what it read (`campaigns.remembered`).
    """
    require(by, Act.CREDENTIAL_MANAGE, credential)
    with transaction.atomic():
        off = Credential.objects.filter(pk=credential.pk, disabled_at=None).update(
            disabled_at=timezone.now()
        )
        credential.refresh_from_db()
        if not off:
            raise WrongState("disabled")
        audit.record(
            Act.CREDENTIAL_MANAGE,
            credential,
            by=by,
            after={"disabled": credential.secret_id},
            why=why,
        )


def by_secret_id(secret_id: str, *, kind: Credential.Kind) -> Credential:
    """The active key with this SecretId or appkey.

    Raises CredentialUnknown, CredentialOfOtherKind, CredentialDisabled.
    """
    credential = _found(_BY_SECRET_ID, secret_id)
    if credential.kind != kind:
        raise CredentialOfOtherKind
    return _active(credential)


def by_token(token: str) -> Credential:
    """The active key with this bearer token; raises CredentialUnknown or CredentialDisabled."""
    return _active(_found(_BY_TOKEN_HASH, Credential.hash_of(token)))


def secret_of(credential: Credential) -> str:
    """The secret in clear, to check a signature with; never to show, never to log."""
    return sealing.unseal(credential.secret_sealed)


def check_scope(credential: Credential, *, door: str, campaign: Campaign | None) -> None:
    """Raises OutOfScope if the key does not open this door or is kept to other campaigns."""
    if door not in credential.dialects:
        raise OutOfScope
    if campaign is None or not getattr(credential, "is_kept", True):  # `_found` has asked that
        return
    kept_to = set(credential.campaigns.values_list("pk", flat=True))
    if kept_to and campaign.pk not in kept_to:
        raise OutOfScope


def check_address(credential: Credential, address: str) -> None:
    """Raises AddressNotAllowed if the key has a list and the address is not on it."""
    if not credential.addresses:
        return
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        raise AddressNotAllowed from None
    if isinstance(caller, ipaddress.IPv6Address) and caller.ipv4_mapped:
        caller = caller.ipv4_mapped
    if not any(caller in ipaddress.ip_network(network) for network in credential.addresses):
        raise AddressNotAllowed


def touch(credential: Credential, *, now: datetime | None = None) -> None:
    """Notes that the key was used, to the minute."""
    now = now or timezone.now()
    if credential.last_used_at is None or now - credential.last_used_at >= _TOUCH_EVERY:
        same = Credential.objects.filter(pk=credential.pk)
        # The key may be a remembered one, which does not know of the note yet.
        _touched.of(credential.pk, lambda: same.update(last_used_at=now))


def reseal_all() -> int:
    """Puts every kept secret under the first of FUSION_CREDENTIAL_KEYS; how many there are."""
    with transaction.atomic():
        sealed = Credential.objects.select_for_update().exclude(secret_sealed="")
        for credential in sealed:
            credential.secret_sealed = sealing.reseal(credential.secret_sealed)
            credential.save(update_fields=["secret_sealed"])
        endpoints = WebhookEndpoint.objects.select_for_update()
        for endpoint in endpoints:
            endpoint.secret_sealed = sealing.reseal(endpoint.secret_sealed)
            endpoint.save(update_fields=["secret_sealed"])
        return len(sealed) + len(endpoints)


def _check_room(account: Account, kind: Credential.Kind, dialects: Collection[Dialect]) -> None:
    """Room for a key and the one it takes over from, per kind and what it opens.

    Locks the account, so that two makers at once do not both find room.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    same = account.credentials.filter(kind=kind, dialects=sorted(dialects), disabled_at=None)
    active = same.count()
    if active >= ACTIVE_AT_A_TIME:
        raise TooManyCredentials(measured=active, limit=ACTIVE_AT_A_TIME)


def _new_pair(kind: Credential.Kind) -> tuple[str, str]:
    """(public id, secret) in the form the dialect's own programs expect."""
    if kind == Kind.TENCENT:
        return "AKID" + _letters(32), _letters(32)
    if kind == Kind.JD:
        return secrets.token_hex(16), secrets.token_hex(16)
    if kind == Kind.HMAC:
        return "fk_" + _letters(16), "fs_" + _letters(43)
    public = "fk_" + _letters(8)
    return public, f"{public}_{secrets.token_urlsafe(32)}"


def _letters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))


_touched = Remembered[int]()


def _by(column: str) -> Prepared[Credential]:
    """The key with that value in the column, its account, and whether campaigns are named in it."""

    def wanted() -> QuerySet[Credential]:
        kept = Credential.campaigns.through.objects.filter(credential_id=OuterRef("pk"))
        known = Credential.objects.select_related("account").annotate(is_kept=Exists(kept))
        return known.filter(**{column: Slot("value")}).order_by()

    return Prepared(wanted, remembered=True)


_BY_SECRET_ID = _by("secret_id")
_BY_TOKEN_HASH = _by("token_hash")


def _found(known: Prepared[Credential], value: str) -> Credential:
    credential = known.first(value=value)
    if credential is None:
        raise CredentialUnknown
    return credential


def _active(credential: Credential) -> Credential:
    if not credential.active:
        raise CredentialDisabled
    return credential
