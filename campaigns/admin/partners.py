"""Keys and webhooks of partners."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from campaigns import credentials, webhooks
from campaigns.access import Act
from campaigns.admin.accounts import AccountAdmin
from campaigns.admin.base import ActPage, PlainForm, ReadOnlyAdmin, Values, WhyForm
from campaigns.admin.organisations import OrganisationAdmin
from campaigns.models import (
    Account,
    Credential,
    Dialect,
    Organisation,
    Person,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)


class KeyForm(PlainForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Credential.Kind.choices)
    dialects = forms.MultipleChoiceField(
        label=_("Doors"), choices=Dialect.choices, widget=forms.CheckboxSelectMultiple
    )
    addresses = forms.CharField(
        label=_("Allowed addresses"),
        required=False,
        widget=forms.Textarea,
        help_text=_("One address or network per line; empty: any."),
    )


class EndpointForm(PlainForm):
    url = forms.URLField(label=_("Address"), assume_scheme="https")
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=WebhookEvent.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )


def _make(account: Account, by: Person, values: Values) -> str:
    try:
        made = credentials.make(
            account,
            by=by,
            name=values["name"],
            kind=Credential.Kind(values["kind"]),
            dialects=[Dialect(dialect) for dialect in values["dialects"]],
            addresses=values["addresses"].split(),
        )
    except ValueError as problem:
        raise forms.ValidationError(str(problem)) from problem
    return _shown(made)


def _rotate(credential: Credential, by: Person, _values: Values) -> str:
    return _shown(credentials.rotate(credential, by=by))


def _shown(made: credentials.Made) -> str:
    return f"{made.credential.secret_id}\n{made.secret}"


def _add_endpoint(organisation: Organisation, by: Person, values: Values) -> str:
    events = [WebhookEvent(event) for event in values["events"]]
    added = webhooks.add_endpoint(organisation, by=by, url=values["url"], events=events)
    return added.secret


def _test(endpoint: WebhookEndpoint, by: Person, _values: Values) -> None:
    webhooks.test(endpoint, by=by)


AccountAdmin.act_pages = [
    *AccountAdmin.act_pages,
    ActPage("make-key", _("New key"), Act.CREDENTIAL_MANAGE, _make, KeyForm),
]
OrganisationAdmin.act_pages = [
    *OrganisationAdmin.act_pages,
    ActPage("add-webhook", _("New webhook"), Act.WEBHOOK_MANAGE, _add_endpoint, EndpointForm),
]


@admin.register(Credential)
class CredentialAdmin(ReadOnlyAdmin):
    see_act = Act.CREDENTIAL_MANAGE
    list_display = ["name", "secret_id", "kind", "account", "last_used_at", "disabled_at"]
    list_filter = ["kind"]
    search_fields = ["name", "secret_id"]
    list_select_related = ["account__organisation"]
    exclude = ["secret_sealed", "token_hash"]
    act_pages = [
        ActPage(
            "rotate",
            _("Second key to change over"),
            Act.CREDENTIAL_MANAGE,
            _rotate,
            shown=lambda credential: credential.active,
        ),
        ActPage(
            "disable",
            _("Switch off"),
            Act.CREDENTIAL_MANAGE,
            lambda credential, by, values: credentials.disable(credential, by=by, **values),
            WhyForm,
            shown=lambda credential: credential.active,
        ),
    ]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    see_act = Act.WEBHOOK_MANAGE
    list_display = ["url", "organisation", "created_at", "disabled_at"]
    list_select_related = ["organisation"]
    exclude = ["secret_sealed"]
    act_pages = [
        ActPage("test", _("Send a test"), Act.WEBHOOK_MANAGE, _test),
        ActPage(
            "disable",
            _("Switch off"),
            Act.WEBHOOK_MANAGE,
            lambda endpoint, by, _values: webhooks.disable_endpoint(endpoint, by=by),
            shown=lambda endpoint: endpoint.disabled_at is None,
        ),
    ]


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    see_act = Act.WEBHOOK_MANAGE
    list_display = ["event", "endpoint", "state", "attempts", "due_at", "answer_status", "problem"]
    list_filter = ["state", "event"]
    list_select_related = ["endpoint"]
    act_pages = [
        ActPage(
            "replay",
            _("Send again"),
            Act.WEBHOOK_MANAGE,
            lambda delivery, by, _values: webhooks.replay(delivery, by=by),
        ),
    ]
