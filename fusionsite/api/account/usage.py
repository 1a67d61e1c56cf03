"""What was used, from the request log: calls, charges, errors and latency, by key and campaign."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from campaigns import ledger, quota
from campaigns.models import Account, Campaign, Credential, Layer
from campaigns.refusals import PaceUnknown
from fusionsite.requestlog.models import LoggedRequest


@dataclass
class Used:
    """Sums of some calls. `took` counts calls by their milliseconds."""

    calls: int = 0
    charged: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    took: Counter[int] = field(default_factory=Counter)

    def add(self, row: Mapping[str, Any]) -> None:
        """One group of equal calls."""
        count = row["calls"]
        self.calls += count
        self.charged += count if row["charged"] else 0
        if row["code"]:
            self.codes[row["code"]] += count
        self.took[row["took_ms"]] += count

    def facts(self) -> dict[str, Any]:
        """As the answer says them."""
        return {
            "calls": self.calls,
            "charged": self.charged,
            "refused": sum(self.codes.values()),
            "errors": [{"code": code, "calls": n} for code, n in self.codes.most_common()],
            "p50_ms": percentile(self.took, 50),
            "p95_ms": percentile(self.took, 95),
        }


def percentile(took: Counter[int], percent: int) -> int | None:
    """The smallest value that so many percent of all do not exceed; None without any."""
    wanted = -(-took.total() * percent // 100)
    seen = 0
    for value in sorted(took):
        seen += took[value]
        if seen >= wanted:
            return value
    return None


def lines(credential: Credential, *, since: datetime, until: datetime) -> "QuerySet[LoggedRequest]":
    """The calls that the key may count: all of its account, or of the campaigns it is kept to."""
    kept_to = list(credential.campaigns.values_list("pk", flat=True))
    rows = LoggedRequest.objects.filter(
        organisation=credential.account.organisation_id,
        credential__account=credential.account_id,
        at__gte=since,
        at__lt=until,
    )
    return rows.filter(campaign__in=kept_to) if kept_to else rows


def summed(rows: "QuerySet[LoggedRequest]") -> dict[str, Any]:
    """All of it, by key and by campaign. One query for the lines, two for the names."""
    groups = list(
        rows.values("credential", "campaign", "code", "charged", "took_ms").annotate(
            calls=Count("pk")
        )
    )
    total = Used()
    keys: dict[int, Used] = {}
    campaigns: dict[int, Used] = {}
    for row in groups:
        total.add(row)
        keys.setdefault(row["credential"], Used()).add(row)
        if row["campaign"] is not None:
            campaigns.setdefault(row["campaign"], Used()).add(row)
    return {
        **total.facts(),
        "by_key": _by_key(keys),
        "by_campaign": _by_campaign(campaigns),
    }


def allowance(credential: Credential) -> dict[str, Any]:
    """What is left: pictures that can be paid for, and calls of the running window per layer."""
    account = Account.objects.get(pk=credential.account_id)
    left = ledger.remaining(account)
    rates = quota.rates(credential=credential, account=account)
    layers = ((Layer.CREDENTIAL, credential.pk), (Layer.ACCOUNT, account.pk))
    return {
        "pictures": None if left == ledger.UNLIMITED else left,
        "standing": account.standing,
        "rates": [_rate(layer, key, rates[layer]) for layer, key in layers],
    }


def _rate(layer: Layer, key: int, rate: quota.Rate) -> dict[str, Any]:
    try:
        used = quota.used(layer, key, rate).used
    except PaceUnknown:
        used = 0
    left = max(rate.calls - used, 0)
    return {"layer": str(layer.value), "calls": rate.calls, "per_s": rate.per_s, "left": left}


def _by_key(keys: dict[int, Used]) -> list[dict[str, Any]]:
    known = Credential.objects.in_bulk(list(keys))
    found = [
        {"key": known[pk].secret_id, "name": known[pk].name, **used.facts()}
        for pk, used in keys.items()
    ]
    return sorted(found, key=lambda each: (-each["calls"], each["key"]))


def _by_campaign(campaigns: dict[int, Used]) -> list[dict[str, Any]]:
    known = Campaign.objects.in_bulk(list(campaigns))
    found = [
        {"campaign": known[pk].project_id, "slug": known[pk].slug, **used.facts()}
        for pk, used in campaigns.items()
    ]
    return sorted(found, key=lambda each: (-each["calls"], each["campaign"]))
