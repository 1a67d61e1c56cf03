"""How fast a layer may go: exact moving windows, shared by every process.

Unlike a fixed window, a moving one never allows two bursts back to back.
"""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns import audit, notices, prepared
from campaigns.access import Act, require, require_other
from campaigns.models import (
    Account,
    Campaign,
    Credential,
    Layer,
    Person,
    Quota,
    QuotaRaise,
)
from campaigns.refusals import PaceUnknown, ReasonMissing, TooFast, WrongState
from campaigns.remembered import Remembered
from campaigns.windows import Store, StoreAway, Window, store_at

log = structlog.get_logger(__name__)

_COLUMN = {
    Layer.CREDENTIAL: "credential",
    Layer.TRIAL: "campaign",
    Layer.CAMPAIGN: "campaign",
    Layer.ACCOUNT: "account",
}
_MARK_LIFE_S = 600  # a signature is good for five minutes before and after its time
# Plain SQL: it is asked at every call.
_OF_PAYER = """
    SELECT quota.layer, quota.campaign_id, quota.calls, quota.per_s
    FROM campaigns_quota quota
    LEFT JOIN campaigns_campaign campaign ON campaign.id = quota.campaign_id
    WHERE quota.layer IN ('address', 'device', 'site')
       OR quota.account_id = %s OR campaign.account_id = %s OR quota.credential_id = %s
"""


@dataclass(frozen=True)
class Rate:
    """At most `calls` in any `per_s` seconds."""

    calls: int
    per_s: int = 1


@dataclass(frozen=True)
class Rates:
    """What was set for one caller, by layer and, where the layer is a campaign's, its number."""

    found: Mapping[tuple[Layer, int | None], Rate]

    def of(self, campaign: Campaign | None) -> dict[Layer, Rate]:
        """The rate of every layer for a call of that campaign: what was set, else the default."""
        ours = {None, campaign.pk if campaign is not None else None}
        set_here = {layer: rate for (layer, pk), rate in self.found.items() if pk in ours}
        return defaults() | set_here


@dataclass(frozen=True)
class Use:
    """What a layer has used of its rate just now."""

    used: int
    rate: Rate


_remembered = Remembered[Rates]()


def defaults() -> dict[Layer, Rate]:
    """The rates where nothing else was set."""
    return {
        Layer.ADDRESS: Rate(settings.FUSION_ADDRESS_RATE_PER_MIN, 60),
        Layer.DEVICE: Rate(20, 60),
        Layer.CREDENTIAL: Rate(50),
        Layer.TRIAL: Rate(1),
        Layer.CAMPAIGN: Rate(50),
        Layer.ACCOUNT: Rate(100),
        Layer.SITE: Rate(settings.FUSION_SITE_RATE_PER_S),
    }


def rates(
    *,
    campaign: Campaign | None = None,
    credential: Credential | None = None,
    account: Account | None = None,
) -> Mapping[Layer, Rate]:
    """The rate of every layer for this call: what was set, else the default. One query."""
    wanted = Q(campaign=campaign) if campaign is not None else Q()
    return _read(_every_call(credential, account) | wanted).of(campaign)


def rates_of_payer(account: Account, credential: Credential | None = None) -> Rates:
    """The rates of an account and its key, whichever campaign will be called. One query."""
    key = credential.pk if credential else None
    return _remembered.of((account.pk, key), lambda: _read_of_payer(account.pk, key))


def _read_of_payer(account: int, credential: int | None) -> Rates:
    return _rates(prepared.ask(_OF_PAYER, [account, account, credential]))


def _every_call(credential: Credential | None, account: Account | None) -> Q:
    wanted = Q(layer__in=[Layer.ADDRESS, Layer.DEVICE, Layer.SITE])
    if credential is not None:
        wanted |= Q(credential=credential)
    if account is not None:
        wanted |= Q(account=account)
    return wanted


def _read(wanted: Q) -> Rates:
    rows = Quota.objects.filter(wanted).values_list("layer", "campaign_id", "calls", "per_s")
    return _rates(rows)


def _rates(rows: Iterable[Sequence[Any]]) -> Rates:
    found: dict[tuple[Layer, int | None], Rate] = {}
    for layer, campaign_id, calls, per_s in rows:
        found[Layer(layer), campaign_id] = Rate(calls, per_s)
    return Rates(found)


def take(layer: Layer, key: object, rate: Rate) -> None:
    """Counts one call; raises TooFast with the seconds to wait, and then nothing is counted.

    If the store is away: PaceUnknown, or let through, as FUSION_QUOTA_WHEN_AWAY says.
    """
    take_all([(layer, key, rate)])


def take_all(layers: Iterable[tuple[Layer, object, Rate]], *, mark: str = "") -> bool:
    """Counts one call in several layers, or in none: raises as `take` for the first full one.

    mark: what no other call should bear; says whether one has, of those let through lately.
    """
    wanted = list(layers)
    windows = [_window(*one) for one in wanted]
    marks = [Window(f"mark/{mark}", 1, _MARK_LIFE_S)] if mark else []
    if not windows:
        return False
    try:
        full = _store().acquire_all([*windows, *marks])
        seen = full is not None and full.number == len(windows)
        if seen:
            full = _store().acquire_all(windows)
    except StoreAway as problem:
        _when_away(problem)
        return False
    if full is not None:
        layer, _key, rate = wanted[full.number]
        raise TooFast(
            layer,
            max(full.free_at - time.time(), 0.001),
            measured=rate.calls,
            limit=rate.calls,
            unit=f"{rate.per_s} s",
        )
    return seen


def used(layer: Layer, key: object, rate: Rate) -> Use:
    """What is used of a rate now, without counting; raises PaceUnknown if the store is away."""
    window = _window(layer, key, rate)
    try:
        taken = _store().used(window)
    except StoreAway as problem:
        raise PaceUnknown(retry_after_s=5) from problem
    return Use(taken, rate)


def set_rate(
    layer: Layer, rate: Rate, *, by: Person, why: str, subject: Account | Credential | None = None
) -> Quota:
    """Sets the rate of an account, a credential, or a layer of the whole site.

    Campaigns are raised by `ask` and `grant` instead, which takes two people.
    """
    require(by, Act.QUOTA_SET, subject)
    if not why.strip():
        raise ReasonMissing
    if layer in (Layer.TRIAL, Layer.CAMPAIGN):
        raise ValueError("campaigns are raised by two people: ask and grant")
    return _write(layer, rate, by=by, why=why, subject=subject)


def ask(
    campaign: Campaign, *, by: Person, calls: int, reason: str, layer: Layer = Layer.CAMPAIGN
) -> QuotaRaise:
    """Asks for a faster campaign. Raises ReasonMissing, WrongState if one is asked already."""
    require(by, Act.QUOTA_ASK, campaign)
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        if campaign.quota_raises.filter(layer=layer, state=QuotaRaise.State.ASKED).exists():
            raise WrongState(QuotaRaise.State.ASKED)
        asked = QuotaRaise.objects.create(
            campaign=campaign, layer=layer, calls=calls, reason=reason, asked_by=by
        )
        audit.record(
            Act.QUOTA_ASK, asked, by=by, after={"layer": layer, "calls": calls}, why=reason
        )
    return asked


def grant(asked: QuotaRaise, *, by: Person, note: str = "") -> Quota:
    """Grants a raise; nobody grants their own. Raises WrongState if it was decided already."""
    with transaction.atomic():
        _decide(asked, QuotaRaise.State.GRANTED, by=by, note=note)
        rate = Rate(asked.calls)
        return _write(Layer(asked.layer), rate, by=by, why=asked.reason, subject=asked.campaign)


def refuse(asked: QuotaRaise, *, by: Person, note: str) -> None:
    """Refuses a raise, with a reason; nobody refuses their own. Raises WrongState."""
    if not note.strip():
        raise ReasonMissing
    with transaction.atomic():
        _decide(asked, QuotaRaise.State.REFUSED, by=by, note=note)


def _decide(asked: QuotaRaise, state: QuotaRaise.State, *, by: Person, note: str) -> None:
    require(by, Act.QUOTA_GRANT, asked)
    require_other(by, asked.asked_by)
    decided = QuotaRaise.objects.filter(pk=asked.pk, state=QuotaRaise.State.ASKED).update(
        state=state, decided_by=by, decided_at=timezone.now(), decision_note=note
    )
    if not decided:
        asked.refresh_from_db()
        raise WrongState(QuotaRaise.State(asked.state))
    asked.refresh_from_db()
    audit.record(Act.QUOTA_GRANT, asked, by=by, after={"state": state}, why=note)
    notices.tell(
        asked.campaign.organisation,
        notices.QUOTA_DECIDED,
        facts={"calls": asked.calls, "after": state, "note": note},
        campaign=asked.campaign,
        person=asked.asked_by,
    )


def _write(
    layer: Layer,
    rate: Rate,
    *,
    by: Person,
    why: str,
    subject: Campaign | Credential | Account | None,
) -> Quota:
    column = _COLUMN.get(layer)
    if (subject is None) != (column is None):
        raise ValueError(f"{layer} is not a limit of {subject!r}")
    row = Quota(layer=layer, **({column: subject} if column else {}))
    same = Quota.objects.filter(
        layer=layer, campaign=row.campaign, credential=row.credential, account=row.account
    )
    with transaction.atomic():
        before = same.select_for_update().first()
        row.pk = before.pk if before else None
        row.calls, row.per_s = rate.calls, rate.per_s
        row.changed_by, row.changed_at = by, timezone.now()
        row.save()
        audit.record(
            Act.QUOTA_SET,
            subject or row,
            by=by,
            before={"layer": layer, "calls": before.calls if before else None},
            after={"layer": layer, "calls": rate.calls, "per_s": rate.per_s},
            why=why,
        )
    return row


def _when_away(problem: StoreAway) -> None:
    if settings.FUSION_QUOTA_WHEN_AWAY == "open":
        log.warning("quota_store_away_let_through", problem=type(problem.__cause__).__name__)
        return
    raise PaceUnknown(retry_after_s=5) from problem


def _window(layer: Layer, key: object, rate: Rate) -> Window:
    # A changed rate is another window: it starts empty.
    name = f"quota/{layer}/{key}/{rate.calls}/{rate.per_s}"
    return Window(name, rate.calls, rate.per_s)


_stores: dict[str, Store] = {}
_opening = threading.Lock()


def _store() -> Store:
    """Where calls are counted, opened by the first thread that asks for it."""
    url = settings.FUSION_QUOTA_URL
    with suppress(KeyError):
        return _stores[url]
    with _opening:
        if url not in _stores:
            _stores[url] = store_at(url)
        return _stores[url]
