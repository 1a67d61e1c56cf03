"""Proof of work: a small sum that the visitor's browser solves unseen before it sends a photo.

The challenge, its signature and its verification are those of django-altcha. Its widget is not
used: it computes with Web Crypto, which browsers keep from plain http addresses, and it writes
style elements that the pages' policy forbids. `proof.js` solves the same sum in one kilobyte.
"""

import json
from base64 import b64decode
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django_altcha import AltchaField, get_altcha_challenge

from campaigns import quota
from campaigns.addresses import network_of
from campaigns.models import Campaign, Layer
from campaigns.refusals import PaceUnknown, TooFast
from fusionsite.incoming import client_address
from fusionsite.jobs.models import FusionJob

FIELD = "altcha"
LIFE_S = 600
# Hashes at most; half of it on average. About 0.1 s on a desktop, 0.3 s on a mid-range phone.
EFFORT = 60_000
EFFORT_UNDER_LOAD = 180_000
BUSY_SHARE = 0.1  # of the queue's length


class ProofField(AltchaField):  # type: ignore[misc]  # the package ships no types
    """One solution, good for one photo.

    The package remembers used ones by reading a cache and then writing it; two requests at once
    would both pass. The quota store counts exactly, for all processes.
    """

    def replay_attack_protection(self, payload: str) -> None:
        """Raises ValidationError when the challenge was used before."""
        challenge = _challenge_in(payload)
        try:
            quota.take(Layer.SITE, f"proof:{challenge}", quota.Rate(1, LIFE_S))
        except (TooFast, PaceUnknown) as refusal:
            raise forms.ValidationError(self.error_messages["replay"]) from refusal


def is_needed(campaign: Campaign, request: HttpRequest) -> bool:
    """Whether a photo from there must come with a proof: by the campaign's rule and the moment."""
    rule = Campaign.Captcha(campaign.captcha)
    if rule == Campaign.Captcha.UNDER_LOAD:
        return _busy() or _half_used(request)
    return rule == Campaign.Captcha.ALWAYS


def challenge() -> dict[str, Any]:
    """A fresh sum with its signature; harder while the queue is long."""
    effort = EFFORT_UNDER_LOAD if _busy() else EFFORT
    made = get_altcha_challenge(max_number=effort, expires=LIFE_S * 1000)
    return {**made.to_dict(), "maxnumber": effort}


def is_solved(solution: str) -> bool:
    """Whether it is a right solution of one of our sums, in time, and for the first time."""
    try:
        ProofField().clean(solution)
    except forms.ValidationError:
        return False
    return True


def _challenge_in(payload: str) -> str:
    """What the payload names; its signature was verified before."""
    return str(json.loads(b64decode(payload))["challenge"])


def _busy() -> bool:
    return FusionJob.objects.waiting().count() >= settings.FUSION_QUEUE_LENGTH * BUSY_SHARE


def _half_used(request: HttpRequest) -> bool:
    rate = quota.rates()[Layer.ADDRESS]
    try:
        use = quota.used(Layer.ADDRESS, network_of(client_address(request)), rate)
    except PaceUnknown:
        return True
    # Past the whole rate the answer is "slow down"; a sum would not help.
    return rate.calls <= use.used * 2 and use.used < rate.calls
