"""From nothing to a first picture: a sandbox, a key that is kept to it, a program to copy."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns import credentials, sandboxes
from campaigns.models import Account, Campaign, Credential, Dialect, Person
from campaigns.refusals import Refusal
from fusionsite import trying
from fusionsite.developers import snippets
from fusionsite.developers.page import Tool
from templates_app.models import Material

# What a first key is for: the kind it has and the doors it opens.
DOORS: dict[str, tuple[Credential.Kind, Dialect]] = {
    Dialect.API: (Credential.Kind.BEARER, Dialect.API),
    Dialect.TENCENT_V3: (Credential.Kind.TENCENT, Dialect.TENCENT_V3),
    Dialect.TENCENT_FUSEAPI: (Credential.Kind.TENCENT, Dialect.TENCENT_FUSEAPI),
    Dialect.JD_MORPH: (Credential.Kind.JD, Dialect.JD_MORPH),
    Dialect.JD_PARSER: (Credential.Kind.JD, Dialect.JD_PARSER),
    Dialect.AIGS: (Credential.Kind.BEARER, Dialect.AIGS),
}


class KeyForm(forms.Form):
    """The key to make."""

    account = forms.ModelChoiceField(Account.objects.none(), label=_("Account"), empty_label=None)
    door = forms.ChoiceField(
        label=_("Protocol"), choices=[(door, Dialect(door).label) for door in DOORS]
    )
    name = forms.CharField(label=_("Name of the key"), max_length=80, initial="first steps")
    sandbox = forms.BooleanField(
        label=_("Keep it to the sandbox"),
        help_text=_("Nothing is charged, one call a second, errors on request."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, accounts: QuerySet[Account], **more: Any) -> None:
        super().__init__(*args, **more)
        field: forms.ModelChoiceField[Account] = self.fields["account"]  # type: ignore[assignment]
        field.queryset = accounts
        field.initial = accounts.first()


@dataclass(frozen=True)
class Ready:
    """Everything for a first call; the secret is known only right after the key was made."""

    key: Credential
    secret: str
    door: Dialect
    campaign: Campaign | None
    material: Material | None
    programs: list[snippets.Snippet]
    pictures: Any


class StartPage(Tool):
    """One form, then the programs filled in."""

    template_name = "developers/start.html"
    tab = "index"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        form = more.pop("form", None) or KeyForm(accounts=self.accounts())
        known = self.usable_keys().filter(kind__in={kind for kind, _door in DOORS.values()})
        frame = {
            "form": form,
            "known": known[:12],
            "base_url": settings.FUSION_BASE_URL,
            "trail": ((_("Developers"), reverse("developers:index")),),
            **more,
        }
        return super().get_context_data(**frame) | {"title": _("Your first ten minutes")}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; with ?key=, the programs for a key that is there."""
        key = self.usable_keys().filter(secret_id=request.GET.get("key", "")).first()
        ready = None if key is None else ready_with(key, by=self.person)
        return self.render_to_response(self.get_context_data(ready=ready))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Makes the sandbox and the key, and shows the secret this once."""
        form = KeyForm(request.POST, accounts=self.accounts())
        ready = None
        if form.is_valid():
            try:
                ready = make_key(form.cleaned_data, by=self.person)
            except Refusal as refusal:
                form.add_error(None, str(refusal.message()))
        return self.render_to_response(self.get_context_data(form=form, ready=ready))


def make_key(wanted: dict[str, Any], *, by: Person) -> Ready:
    """The sandbox and a key for it; raises TooManyCredentials and the like."""
    kind, door = DOORS[wanted["door"]]
    campaign = trying.sandbox_for(wanted["account"], by=by)
    made = credentials.make(
        wanted["account"],
        by=by,
        name=wanted["name"],
        kind=kind,
        dialects=[door],
        campaigns=[campaign] if wanted["sandbox"] else [],
    )
    return _ready(made.credential, made.secret, door, campaign)


def ready_with(key: Credential, *, by: Person) -> Ready | None:
    """The programs for a key that is there already, without its secret."""
    door = next((Dialect(name) for name in key.dialects if name in DOORS), None)
    if door is None:
        return None
    kept_to = key.campaigns.first()
    campaign = kept_to or sandboxes.find(key.account) or trying.sandbox_for(key.account, by=by)
    return _ready(key, "", door, campaign)


def _ready(key: Credential, secret: str, door: Dialect, campaign: Campaign) -> Ready:
    material = trying.first_material(campaign)
    programs = snippets.snippets(
        door,
        key,
        secret=secret,
        project=str(campaign.project_id),
        model=material.model_id if material else "",
    )
    return Ready(key, secret, door, campaign, material, programs, snippets.PICTURES_NEEDED[door])
