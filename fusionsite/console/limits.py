"""Limits: every layer, its rate, its use right now, who set it and why; raises and decisions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns import quota
from campaigns.access import Act, allowed, visible_to
from campaigns.models import (
    Account,
    AuditLine,
    Campaign,
    Credential,
    Layer,
    Person,
    Quota,
    QuotaRaise,
)
from campaigns.refusals import PaceUnknown
from fusionsite.console.deeds import Deed, DeedForm, DeedPage, Values, WhyForm
from fusionsite.console.page import ConsolePage
from fusionsite.console.searching import words

# Rows of one layer on the page; whoever has more searches for the one they want.
ROWS_PER_LAYER = 60
SITE_WIDE = (Layer.ADDRESS, Layer.DEVICE, Layer.SITE)
_PAST = (Campaign.State.ENDED, Campaign.State.ARCHIVED)


@dataclass(frozen=True)
class LimitSeen:
    """One limit: whose, how fast, what is used of it now; used is None if it is not one counter."""

    name: str
    rate: quota.Rate
    used: int | None
    default: bool
    changed: Quota | None
    why: str
    url: str
    ask: bool = False

    @property
    def high(self) -> int:
        """From here on it is tight."""
        return self.rate.calls * 4 // 5


@dataclass(frozen=True)
class LayerSeen:
    """One layer and its limits; more: there are others that a search would find."""

    title: Any
    says: Any
    limits: tuple[LimitSeen, ...]
    more: bool = False


_TITLES = {
    Layer.ADDRESS: _("Each network address"),
    Layer.DEVICE: _("Each device"),
    Layer.CREDENTIAL: _("Keys of programs"),
    Layer.TRIAL: _("Campaigns before they are published"),
    Layer.CAMPAIGN: _("Published campaigns"),
    Layer.ACCOUNT: _("Accounts"),
    Layer.SITE: _("The whole site"),
}
_SAYS = {
    Layer.ADDRESS: _("For visitors. Counted for each network address by itself."),
    Layer.DEVICE: _("For visitors. Counted for each browser by itself."),
    Layer.CREDENTIAL: _("For partners' programs. Counted for each key."),
    Layer.TRIAL: _("For campaigns that are not published: previews and sandboxes."),
    Layer.CAMPAIGN: _("For published campaigns, visitors and partners together."),
    Layer.ACCOUNT: _("All campaigns and keys of an account together."),
    Layer.SITE: _("Everything together."),
}


class LimitsPage(ConsolePage):
    """Every layer in the order of checking."""

    template_name = "console/office/limits.html"
    title = _("Quotas")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        wanted = words(self.request.GET)
        raises = visible_to(self.person, QuotaRaise.objects.all())
        raises = raises.select_related("campaign__organisation", "asked_by", "decided_by")
        may = allowed(self.person, Act.QUOTA_GRANT)
        asked = raises.filter(state=QuotaRaise.State.ASKED)
        return super().get_context_data(
            layers=_Reader(self.person).layers(wanted),
            asked=[(one, may, one.asked_by_id == self.person.pk) for one in asked],
            decided=raises.exclude(state=QuotaRaise.State.ASKED)[:10],
            wanted=wanted,
            **more,
        )


class _Reader:
    """Reads the limits that one person may see."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.defaults = quota.defaults()
        self.may_set = allowed(person, Act.QUOTA_SET)
        asking = visible_to(person, Campaign.objects.exclude(state__in=_PAST), Act.QUOTA_ASK)
        self.may_ask = set(asking.values_list("pk", flat=True))
        self.whys: dict[tuple[str, str, str], str] = {}

    def layers(self, wanted: str) -> list[LayerSeen]:
        """All layers, those with rows narrowed to what is `wanted`."""
        campaigns = visible_to(self.person, Campaign.objects.exclude(state__in=_PAST))
        campaigns = campaigns.filter(_names("slug", "organisation__name", wanted))
        published = campaigns.filter(state__in=["published", "paused"])
        accounts = visible_to(self.person, Account.objects.select_related("organisation"))
        keys = Credential.objects.filter(disabled_at=None).select_related("account__organisation")
        keys = visible_to(self.person, keys, Act.REQUEST_LOG_SEE)
        return [
            self._site(Layer.ADDRESS),
            self._site(Layer.DEVICE),
            self._of(Layer.CREDENTIAL, keys.filter(_names("name", "secret_id", wanted))),
            self._of(Layer.TRIAL, campaigns.filter(state=Campaign.State.DRAFT)),
            self._of(Layer.CAMPAIGN, published),
            self._of(Layer.ACCOUNT, accounts.filter(_names("appid", "organisation__name", wanted))),
            self._site(Layer.SITE),
        ]

    def _site(self, layer: Layer) -> LayerSeen:
        row = Quota.objects.filter(layer=layer).select_related("changed_by").first()
        key = "site" if layer == Layer.SITE else None
        self._read_whys("campaigns.quota", [row] if row else [])
        url = reverse("admin:limit_site", args=[layer, "set"])
        return LayerSeen(_TITLES[layer], _SAYS[layer], (self._limit(layer, None, key, row, url),))

    def _of(self, layer: Layer, subjects: Any) -> LayerSeen:
        found: Sequence[Model] = list(subjects[: ROWS_PER_LAYER + 1])
        shown = found[:ROWS_PER_LAYER]
        column = {Layer.TRIAL: "campaign"}.get(layer, str(layer))
        rows = Quota.objects.filter(layer=layer, **{f"{column}__in": shown})
        by_subject = {
            getattr(row, f"{column}_id"): row for row in rows.select_related("changed_by")
        }
        self._read_whys(f"campaigns.{column}", shown)
        limits = tuple(
            self._limit(layer, one, one.pk, by_subject.get(one.pk), _url(layer, one))
            for one in shown
        )
        return LayerSeen(_TITLES[layer], _SAYS[layer], limits, len(found) > ROWS_PER_LAYER)

    def _limit(
        self, layer: Layer, subject: Model | None, key: object, row: Quota | None, url: str
    ) -> LimitSeen:
        rate = quota.Rate(row.calls, row.per_s) if row else self.defaults[layer]
        about = subject or row
        known = (about._meta.label_lower, str(about.pk), str(layer)) if about else ("", "", "")
        ask = layer in (Layer.TRIAL, Layer.CAMPAIGN)
        may = key in self.may_ask if ask else self.may_set
        return LimitSeen(
            name=_name(subject),
            rate=rate,
            used=None if key is None else _used(layer, key, rate),
            default=row is None,
            changed=row,
            why=self.whys.get(known, ""),
            url=url if may else "",
            ask=ask,
        )

    def _read_whys(self, label: str, subjects: Iterable[Model]) -> None:
        """The newest reason of each subject and layer, from the trail."""
        pks = [str(one.pk) for one in subjects]
        lines = AuditLine.objects.filter(
            act=Act.QUOTA_SET, object_type=label, object_id__in=pks
        ).order_by("pk")
        for line in lines:
            self.whys[label, line.object_id, str(line.after.get("layer"))] = line.why


def _names(first: str, second: str, wanted: str) -> Q:
    if not wanted:
        return Q()
    return Q(**{f"{first}__icontains": wanted}) | Q(**{f"{second}__icontains": wanted})


def _name(subject: Model | None) -> str:
    return "" if subject is None else str(subject)


def _used(layer: Layer, key: object, rate: quota.Rate) -> int | None:
    try:
        return quota.used(layer, key, rate).used
    except PaceUnknown:
        return None


def _url(layer: Layer, subject: Model) -> str:
    if layer in (Layer.TRIAL, Layer.CAMPAIGN):
        return reverse("admin:limit_ask", args=[subject.pk, "ask"])
    return reverse(f"admin:limit_{layer}", args=[subject.pk, "set"])


# --- Acts ------------------------------------------------------------------------------------


class RateForm(WhyForm):
    calls = forms.IntegerField(label=_("Calls"), min_value=1, max_value=100_000)
    per_s = forms.IntegerField(
        label=_("In so many seconds"), min_value=1, max_value=86_400, initial=1
    )
    field_order = ["calls", "per_s", "why"]


class AskForm(DeedForm):
    layer = forms.ChoiceField(
        label=_("For"),
        choices=[
            (Layer.CAMPAIGN, _("the published campaign")),
            (Layer.TRIAL, _("trials before it is published")),
        ],
    )
    calls = forms.IntegerField(label=_("Calls per second"), min_value=1, max_value=100_000)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is coming, when, how many people. Whoever decides reads this."),
    )


class NoteForm(DeedForm):
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Refusing needs one; whoever asked reads it."),
    )


def _ask(campaign: Campaign, by: Person, values: Values) -> None:
    quota.ask(campaign, by=by, **(values | {"layer": Layer(values["layer"])}))


def _grant(asked: QuotaRaise, by: Person, values: Values) -> None:
    quota.grant(asked, by=by, **values)


def _refuse(asked: QuotaRaise, by: Person, values: Values) -> None:
    quota.refuse(asked, by=by, **values)


def _set(layer: Layer, subject: Account | Credential | None, by: Person, values: Values) -> None:
    rate = quota.Rate(values["calls"], values["per_s"])
    quota.set_rate(layer, rate, by=by, why=values["why"], subject=subject)


class _Back(DeedPage):
    def back(self) -> str:
        return reverse("admin:limits")


class AskPage(_Back):
    """Asks for a faster campaign."""

    act = Act.QUOTA_ASK
    deeds = (
        Deed(
            "ask",
            _("Ask for a raise"),
            Act.QUOTA_ASK,
            _ask,
            _("Somebody else decides. Until then the limit stays as it is."),
            AskForm,
            done=_("Asked. You are told when it is decided."),
        ),
    )

    def find(self) -> Campaign:
        rows = visible_to(self.person, Campaign.objects.select_related("organisation"))
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class RaisePage(_Back):
    """Decides a raise."""

    act = Act.QUOTA_GRANT
    deeds = (
        Deed(
            "grant",
            _("Grant"),
            Act.QUOTA_GRANT,
            _grant,
            _("Counts from the next call on."),
            NoteForm,
            shown=lambda asked: asked.state == QuotaRaise.State.ASKED,
        ),
        Deed(
            "refuse",
            _("Refuse"),
            Act.QUOTA_GRANT,
            _refuse,
            _("The limit stays as it is."),
            NoteForm,
            shown=lambda asked: asked.state == QuotaRaise.State.ASKED,
            grave=True,
        ),
    )

    def find(self) -> QuotaRaise:
        rows = visible_to(self.person, QuotaRaise.objects.select_related("campaign__organisation"))
        return get_object_or_404(rows, pk=self.kwargs["pk"])


def _setting(run: Callable[[Any, Person, Values], None]) -> Deed:
    """The deed of setting a rate, whosever it is."""
    says = _("Counts from the next call on.")
    return Deed("set", _("Set the limit"), Act.QUOTA_SET, run, says, RateForm)


class AccountLimitPage(_Back):
    """The rate of an account."""

    act = Act.QUOTA_SET
    deeds = (_setting(lambda account, by, values: _set(Layer.ACCOUNT, account, by, values)),)

    def find(self) -> Account:
        rows = visible_to(self.person, Account.objects.select_related("organisation"))
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class CredentialLimitPage(_Back):
    """The rate of a key."""

    act = Act.QUOTA_SET
    deeds = (_setting(lambda key, by, values: _set(Layer.CREDENTIAL, key, by, values)),)

    def find(self) -> Credential:
        rows = visible_to(self.person, Credential.objects.select_related("account__organisation"))
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class SiteLimitPage(_Back):
    """The rate of a layer of the whole site."""

    act = Act.QUOTA_SET
    deeds = (_setting(lambda layer, by, values: _set(layer, None, by, values)),)

    def find(self) -> Any:
        if self.kwargs["layer"] not in SITE_WIDE:
            raise Http404
        return Layer(self.kwargs["layer"])
