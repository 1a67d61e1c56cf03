"""Every documented error, asked for with one press in an account's sandbox."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from campaigns.models import Credential
from fusionsite import trying
from fusionsite.developers.calls import OPERATIONS, Operation, Wish
from fusionsite.developers.explorer import Shown, call
from fusionsite.developers.explorer_form import secret_for
from fusionsite.developers.guides import GUIDES, Guide
from fusionsite.developers.page import Tool
from fusionsite.incoming import client_address


class SimulatorForm(forms.Form):
    """Which error, through which operation, with which key."""

    call = forms.ChoiceField(label=_("Operation"))
    key = forms.ModelChoiceField(Credential.objects.none(), label=_("Key"), empty_label=None)
    token = forms.CharField(
        label=_("Token"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False),
        help_text=_("We keep only its hash. It is used for this one call and not kept."),
    )

    def __init__(self, *args: Any, guide: Guide, keys: list[Credential], **more: Any) -> None:
        super().__init__(*args, **more)
        operations = [op for op in OPERATIONS if op.door in guide.doors]
        self.fields["call"].choices = [  # type: ignore[attr-defined]
            (operation.slug, operation.title) for operation in operations
        ]
        field: forms.ModelChoiceField[Credential] = self.fields["key"]  # type: ignore[assignment]
        field.queryset = Credential.objects.filter(pk__in=[key.pk for key in keys])
        if all(key.kind != Credential.Kind.BEARER for key in keys):
            del self.fields["token"]


class SimulatorPage(Tool):
    """A table of codes, each with a button."""

    template_name = "developers/simulator.html"
    tab = "simulator"

    def guide(self) -> Guide:
        """The chosen protocol, else the first."""
        slug = self.request.GET.get("guide", "")
        return GUIDES.get(slug, next(iter(GUIDES.values())))()

    def fitting(self, guide: Guide) -> list[Credential]:
        """The keys that open one of the guide's doors."""
        doors = {str(door) for door in guide.doors}
        return [key for key in self.usable_keys() if doors & set(key.dialects)]

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        guide = self.guide()
        keys = self.fitting(guide)
        frame = {
            "guide": guide,
            "guides": [make() for make in GUIDES.values()],
            "keys": keys,
            "form": SimulatorForm(guide=guide, keys=keys),
            **more,
        }
        return super().get_context_data(**frame) | {"title": _("Errors on purpose")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Asks for the error whose button was pressed."""
        guide = self.guide()
        form = SimulatorForm(request.POST, guide=guide, keys=self.fitting(guide))
        words = {mistake.word for mistake in guide.mistakes if mistake.word}
        word = request.POST.get("word", "")
        shown = None
        if form.is_valid() and word in words:
            shown = self._provoked(form.cleaned_data, word)
        return self.render_to_response(
            self.get_context_data(form=form, shown=shown, word=word if shown else "")
        )

    def _provoked(self, given: dict[str, Any], word: str) -> Shown:
        key: Credential = given["key"]
        operation = next(op for op in OPERATIONS if op.slug == given["call"])
        campaign = trying.sandbox_for(key.account, by=self.person)
        wish = Wish(
            key=key,
            secret=secret_for(key, given.get("token", "")),
            project_id=str(campaign.project_id),
            model_id=word,
            photo=b"simulated",
            template=b"simulated",
        )
        address = client_address(self.request)
        return call(operation, asking(operation, wish, word), by=self.person, address=address)


def asking(operation: Operation, wish: Wish, word: str) -> Wish:
    """The wish with the word where this operation looks for it."""
    return replace(wish, more={operation.error_goes_in: word})
