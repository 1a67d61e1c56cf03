"""Where partners try things out: an account's sandbox, and errors on purpose.

A sandbox is a campaign that is never published and never charged. There, and in every campaign
that was not published yet, a request may ask for an error: with the word `simulate.` and a code in
place of its material's id, or in place of a picture where the protocol knows no materials.
Programs need no change for it, and no real id, no base64 and no address begins like this.
"""

from django.db import transaction

from campaigns import audit, credentials
from campaigns.access import Act, require
from campaigns.models import (
    Account,
    Campaign,
    CampaignText,
    ConsentText,
    Credential,
    Person,
)
from campaigns.refusals import OutOfScope

PREFIX = "simulate."
_LONGEST = 100
_WORDS = {
    "en": ("Sandbox", "For first calls: nothing here is published or charged."),
    "zh-hans": ("沙箱", "用于最初的调用：这里的内容不会发布，也不收费。"),
}


def find(account: Account) -> Campaign | None:
    """The account's sandbox; None before it was made."""
    return Campaign.objects.filter(account=account, sandbox=True).order_by("pk").first()


def make(account: Account, *, by: Person) -> Campaign:
    """The account's sandbox, made unless it is there; it has no materials yet."""
    require(by, Act.CREDENTIAL_MANAGE, account)
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        if known := find(account):
            return known
        campaign = Campaign.objects.create(
            organisation=account.organisation,
            account=account,
            slug=f"sandbox-{account.appid}",
            sandbox=True,
            created_by=by,
        )
        _write_words(campaign)
        audit.record(Act.CREDENTIAL_MANAGE, campaign, by=by, after={"made": "sandbox"})
    return campaign


def _write_words(campaign: Campaign) -> None:
    for language, (name, what) in _WORDS.items():
        CampaignText.objects.create(
            campaign=campaign, language=language, name=name, description=what
        )
        ConsentText.objects.create(
            campaign=campaign,
            language=language,
            version=1,
            responsible=campaign.organisation.name,
            contact="-",
            body=what,
        )


def sandbox_of(credential: Credential) -> Campaign | None:
    """The sandbox that the key is kept to; None for a key that opens anything else.

    Calls that name no campaign are made there, so that first calls cost nothing in any protocol.
    """
    kept_to = list(credential.campaigns.select_related("organisation", "account")[:2])
    return kept_to[0] if len(kept_to) == 1 and kept_to[0].sandbox else None


def asked_error(*words: object) -> str:
    """The code after the first `simulate.` among the words; empty if none begins like that."""
    for word in words:
        if isinstance(word, str) and word.startswith(PREFIX):
            return word.removeprefix(PREFIX)[:_LONGEST]
    return ""


def obeys(credential: Credential, campaign: Campaign | None, *, door: str) -> bool:
    """Whether a call with this key may ask for errors there.

    Without a campaign it is the sandbox that the key is kept to; a key that opens more has none.
    """
    campaign = campaign or sandbox_of(credential)
    if campaign is None or campaign.state != Campaign.State.DRAFT:
        return False
    try:
        credentials.check_scope(credential, door=door, campaign=campaign)
    except OutOfScope:
        return False
    return campaign.account_id == credential.account_id
