"""One account with a campaign, a material and keys of every scope; jobs run in the call."""

from dataclasses import dataclass

import pytest
from django.conf import LazySettings

from campaigns import credentials
from campaigns.models import Account, Campaign, Credential, Dialect, Person, Role, Scope
from templates_app.models import Material
from tests.factories import a_campaign, a_person, add_role, an_account, an_approved_material

Kind = Credential.Kind


@dataclass(frozen=True)
class World:
    """Everything a call may name. `token` has every scope, the others are named after theirs."""

    account: Account
    partner: Person
    campaign: Campaign
    material: Material
    token: str
    fuse: str
    read: str
    manage: str
    signing: tuple[str, str]
    key: Credential


@pytest.fixture
def world(db: None, run_jobs_at_once: None, settings: LazySettings) -> World:
    """The rows."""
    settings.FUSION_BASE_URL = "http://127.0.0.1:8000"
    account = an_account()
    partner = a_person(Role.PARTNER, organisation=account.organisation)
    add_role(partner, Role.OPERATOR, account.organisation)
    campaign = a_campaign(account=account, slug="spring")
    everything = _key(account, partner, list(Scope))
    signing = _key(account, partner, list(Scope), Kind.HMAC)
    return World(
        account=account,
        partner=partner,
        campaign=campaign,
        material=an_approved_material(campaign),
        token=everything.secret,
        fuse=_narrowed(account, partner, Scope.FUSE),
        read=_narrowed(account, partner, Scope.READ),
        manage=_narrowed(account, partner, Scope.MANAGE),
        signing=(signing.credential.secret_id, signing.secret),
        key=everything.credential,
    )


def _key(
    account: Account, by: Person, scopes: list[Scope], kind: Credential.Kind = Kind.BEARER
) -> credentials.Made:
    return credentials.make(
        account, by=by, name="key", kind=kind, dialects=[Dialect.API], scopes=scopes
    )


def _narrowed(account: Account, by: Person, scope: Scope) -> str:
    """A token of one scope; two are active at a time, so it is made beside them."""
    secret = f"fk_{scope}_0123456789012345678901234567890123456789"
    Credential.objects.create(
        account=account,
        name=scope,
        kind=Kind.BEARER,
        secret_id=f"fk_{scope}",
        token_hash=Credential.hash_of(secret),
        dialects=[Dialect.API],
        scopes=[scope],
        created_by=by,
    )
    return secret
