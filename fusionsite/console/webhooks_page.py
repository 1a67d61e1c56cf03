"""Webhooks: where partners' programs are told, what was sent, how it went, when it comes again."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import webhooks
from campaigns.access import Act, visible_to
from campaigns.models import Organisation, Person, WebhookDelivery, WebhookEndpoint, WebhookEvent
from campaigns.refusals import OutboundRefused
from fusionsite.console.credentials_page import next_links
from fusionsite.console.deeds import Deed, DeedForm, DeedLink, DeedPage, Once, Values
from fusionsite.console.page import ConsolePage

State = WebhookDelivery.State
DELIVERIES_PER_PAGE = 50
LATELY = timedelta(hours=24)
NEXT_PAGES = ((_("Check a delivery's signature, with code to copy"), "developers:webhooks"),)
EVENTS = [(value, label) for value, label in WebhookEvent.choices if value != WebhookEvent.TEST]


@dataclass(frozen=True)
class Health:
    """How an endpoint has answered in the last 24 hours."""

    delivered: int
    waiting: int
    given_up: int
    retrying: int
    newest: datetime | None

    @property
    def colour(self) -> str:
        """Of its dot; no colour while nothing was sent."""
        if self.given_up:
            return "bad"
        if self.retrying:
            return "warn"
        return "ok" if self.delivered else ""


@dataclass(frozen=True)
class EndpointSeen:
    """An endpoint that the person looks after: its health, its events, what can be done."""

    endpoint: WebhookEndpoint
    health: Health
    events: tuple[str, ...]
    deeds: dict[str, DeedLink]


class WebhooksPage(ConsolePage):
    """All endpoints a person looks after."""

    template_name = "console/office/webhooks.html"
    act = Act.WEBHOOK_MANAGE
    title = _("Webhooks")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        organisations = visible_to(self.person, Organisation.objects.all(), Act.WEBHOOK_MANAGE)
        endpoints = with_health(_endpoints(self.person))
        return super().get_context_data(
            endpoints=[_seen(endpoint) for endpoint in endpoints],
            organisations=organisations,
            links=list(next_links(NEXT_PAGES)),
            **more,
        )


class WebhookPage(ConsolePage):
    """One endpoint and the log of its deliveries."""

    template_name = "console/office/webhook.html"
    act = Act.WEBHOOK_MANAGE

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        mine = with_health(_endpoints(self.person))
        endpoint = get_object_or_404(mine, pk=self.kwargs["pk"])
        deliveries = endpoint.deliveries.order_by("-pk")
        state, before = self.request.GET.get("state", ""), self.request.GET.get("before", "")
        if state in State.values:
            deliveries = deliveries.filter(state=state)
        if before.isdecimal() and len(before) < 19:
            deliveries = deliveries.filter(pk__lt=int(before))
        page = list(deliveries[: DELIVERIES_PER_PAGE + 1])
        return super().get_context_data(
            title=endpoint.url,
            trail=[(WebhooksPage.title, reverse("admin:webhooks"))],
            seen=_seen(endpoint),
            deliveries=[DeliverySeen(one) for one in page[:DELIVERIES_PER_PAGE]],
            older=page[DELIVERIES_PER_PAGE - 1].pk if len(page) > DELIVERIES_PER_PAGE else None,
            states=State.choices,
            state=state,
            pauses=[pause.total_seconds() for pause in webhooks.PAUSES],
            attempts=len(webhooks.PAUSES) + 1,
            **more,
        )


@dataclass(frozen=True)
class DeliverySeen:
    """One delivery and whether it can be sent again."""

    delivery: WebhookDelivery

    @property
    def replay(self) -> str:
        """Where it is sent again; empty while it is on its way."""
        if self.delivery.state not in (State.DELIVERED, State.GIVEN_UP):
            return ""
        return reverse("admin:delivery_deed", args=[self.delivery.pk, "replay"])

    @property
    def colour(self) -> str:
        """Of its dot."""
        if self.delivery.state == State.WAITING and self.delivery.attempts:
            return "warn"
        return {State.DELIVERED: "ok", State.GIVEN_UP: "bad"}.get(State(self.delivery.state), "")


def _endpoints(person: Person) -> Any:
    rows = WebhookEndpoint.objects.select_related("organisation")
    return visible_to(person, rows, Act.WEBHOOK_MANAGE).order_by("disabled_at", "pk")


def with_health(endpoints: Any) -> Any:
    """Endpoints with the counts of their newest deliveries, in one query."""
    lately = Q(deliveries__created_at__gte=timezone.now() - LATELY)
    waiting = Q(deliveries__state__in=[State.WAITING, State.SENDING])
    return endpoints.annotate(
        delivered_n=Count("deliveries", filter=lately & Q(deliveries__state=State.DELIVERED)),
        waiting_n=Count("deliveries", filter=waiting),
        retrying_n=Count("deliveries", filter=waiting & Q(deliveries__attempts__gt=0)),
        given_up_n=Count("deliveries", filter=lately & Q(deliveries__state=State.GIVEN_UP)),
        newest_at=Max("deliveries__delivered_at"),
    )


def _seen(endpoint: Any) -> EndpointSeen:
    health = Health(
        endpoint.delivered_n,
        endpoint.waiting_n,
        endpoint.given_up_n,
        endpoint.retrying_n,
        endpoint.newest_at,
    )
    known = dict(WebhookEvent.choices)
    deeds = {
        deed.name: DeedLink(deed, reverse("admin:webhook_deed", args=[endpoint.pk, deed.name]))
        for deed in ENDPOINT_DEEDS
        if deed.shown(endpoint)
    }
    events = tuple(str(known.get(event, event)) for event in endpoint.events)
    return EndpointSeen(endpoint, health, events, deeds)


# --- Acts ------------------------------------------------------------------------------------


class EndpointForm(DeedForm):
    url = forms.URLField(
        label=_("Address"),
        assume_scheme="https",
        max_length=500,
        help_text=_("A public https address; it is told by POST."),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=EVENTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )

    def clean_url(self) -> str:
        """Refuses at once what every delivery would refuse: an address of this network."""
        url: str = self.cleaned_data["url"]
        if _is_of_this_network(urlsplit(url).hostname or ""):
            raise ValidationError(str(OutboundRefused().message()))
        return url


def _is_of_this_network(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:  # a name: where it leads is looked up at each delivery
        return host == "localhost" or host.endswith(".localhost")


def _add(organisation: Organisation, by: Person, values: Values) -> Once:
    events = [WebhookEvent(event) for event in values["events"]]
    added = webhooks.add_endpoint(organisation, by=by, url=values["url"], events=events)
    return Once(
        added.endpoint.url,
        [(_("Signing secret"), added.secret)],
        links=list(next_links(NEXT_PAGES)),
        says=_("Every delivery is signed with it, so that nobody else can speak in our name."),
    )


def _test(endpoint: WebhookEndpoint, by: Person, _values: Values) -> None:
    webhooks.test(endpoint, by=by)


def _replay(delivery: WebhookDelivery, by: Person, _values: Values) -> None:
    webhooks.replay(delivery, by=by)


def _disable(endpoint: WebhookEndpoint, by: Person, _values: Values) -> None:
    webhooks.disable_endpoint(endpoint, by=by)


def _active(endpoint: WebhookEndpoint) -> bool:
    return endpoint.disabled_at is None


ENDPOINT_DEEDS = (
    Deed(
        "test",
        _("Send a test"),
        Act.WEBHOOK_MANAGE,
        _test,
        _("A delivery that says nothing but that it is a test; it goes out within seconds."),
        shown=_active,
        done=_("The test is on its way. Reload in a few seconds."),
    ),
    Deed(
        "disable",
        _("Switch off"),
        Act.WEBHOOK_MANAGE,
        _disable,
        _("Nothing goes there any more, deliveries that wait included. It cannot be undone."),
        shown=_active,
        grave=True,
    ),
)


class NewWebhookPage(DeedPage):
    """A new endpoint for an organisation."""

    act = Act.WEBHOOK_MANAGE
    deeds = (
        Deed(
            "add",
            _("Add a webhook"),
            Act.WEBHOOK_MANAGE,
            _add,
            _("Its signing secret is shown once, on the next page."),
            EndpointForm,
        ),
    )

    def find(self) -> Organisation:
        rows = visible_to(self.person, Organisation.objects.all())
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def back(self) -> str:
        return reverse("admin:webhooks")


class WebhookDeedPage(DeedPage):
    """One act on one endpoint."""

    act = Act.WEBHOOK_MANAGE
    deeds = ENDPOINT_DEEDS

    def find(self) -> WebhookEndpoint:
        rows = WebhookEndpoint.objects.select_related("organisation")
        return get_object_or_404(visible_to(self.person, rows), pk=self.kwargs["pk"])

    def back(self) -> str:
        return reverse("admin:webhook_page", args=[self.subject.pk])


class DeliveryDeedPage(DeedPage):
    """Sends one delivery again."""

    act = Act.WEBHOOK_MANAGE
    deeds = (
        Deed(
            "replay",
            _("Send again"),
            Act.WEBHOOK_MANAGE,
            _replay,
            _("The same message under the same id, so a receiver that has seen it can drop it."),
            shown=lambda delivery: delivery.state in (State.DELIVERED, State.GIVEN_UP),
            done=_("On its way again. Reload in a few seconds."),
        ),
    )

    def find(self) -> WebhookDelivery:
        rows = WebhookDelivery.objects.select_related("endpoint__organisation")
        return get_object_or_404(visible_to(self.person, rows), pk=self.kwargs["pk"])

    def back(self) -> str:
        return reverse("admin:webhook_page", args=[self.subject.endpoint_id])
