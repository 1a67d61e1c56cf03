"""The explorer's form: one for every operation, with the fields that it needs."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import credentials
from campaigns.access import visible_to
from campaigns.models import Campaign, Credential
from fusionsite.developers.calls import Operation, Wish
from fusionsite.painted import NO_FACE, PICTURES, VISITORS
from templates_app.models import Material

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.db.models import QuerySet

    from fusionsite.developers.page import DeveloperPage

PHOTOS = [
    (VISITORS[0], _("Painted visitor A")),
    (VISITORS[1], _("Painted visitor B")),
    (VISITORS[2], _("Painted visitor C")),
    (NO_FACE, _("A picture without a face")),
]
TEMPLATES = [
    ("old_master.jpg", _("Painting: old master")),
    ("lantern_keeper.jpg", _("Painting: lantern keeper")),
    ("snow_rider.jpg", _("Painting: snow rider")),
    (NO_FACE, _("A picture without a face")),
]
MOST_MATERIALS = 200


class CallForm(forms.Form):
    """What to call with. Fields that the operation does not need are not there."""

    key = forms.ModelChoiceField(Credential.objects.none(), label=_("Key"), empty_label=None)
    token = forms.CharField(
        label=_("Token"),
        required=False,
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False),
        help_text=_("We keep only its hash. It is used for this one call and not kept."),
    )
    campaign = forms.ChoiceField(label=_("Campaign"))
    material = forms.ChoiceField(label=_("Campaign and material"))
    photo = forms.ChoiceField(label=_("Photo"), choices=PHOTOS)
    own_photo = forms.FileField(label=_("Or your own photo"), required=False)
    template = forms.ChoiceField(label=_("Template"), choices=TEMPLATES)
    own_template = forms.FileField(label=_("Or your own template"), required=False)
    answer = forms.ChoiceField(
        label=_("Answer with"), choices=[("url", "url"), ("base64", "base64")]
    )
    public_id = forms.CharField(label=_("Id of the picture"), max_length=80)
    more = forms.CharField(
        label=_("More fields"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("A JSON object; its fields go before ours, null takes one away."),
    )

    def __init__(
        self, *args: Any, operation: Operation, page: "DeveloperPage", **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.operation, self.page = operation, page
        keys = [key for key in page.usable_keys() if operation.door in key.dialects]
        field: forms.ModelChoiceField[Credential] = self.fields["key"]  # type: ignore[assignment]
        field.queryset = page.usable_keys().filter(pk__in=[key.pk for key in keys])
        self._drop_what_is_not_needed(keys)
        self._fill_choices({key.account_id for key in keys})

    def _drop_what_is_not_needed(self, keys: Iterable[Credential]) -> None:
        needs = self.operation.needs
        dropped = {
            "token": all(key.kind != Credential.Kind.BEARER for key in keys),
            "campaign": "campaign" not in needs or "material" in needs,
            "material": "material" not in needs,
            "photo": "photo" not in needs,
            "own_photo": "photo" not in needs,
            "template": "template" not in needs,
            "own_template": "template" not in needs,
            "answer": "answer" not in needs,
            "public_id": "id" not in needs,
        }
        for name, gone in dropped.items():
            if gone:
                del self.fields[name]

    def _fill_choices(self, accounts: set[int]) -> None:
        mine = Campaign.objects.filter(account__in=accounts).exclude(state=Campaign.State.ARCHIVED)
        campaigns = visible_to(self.page.person, mine).order_by("-sandbox", "-project_id")
        if "campaign" in self.fields:
            shown = [
                (str(c.project_id), f"{c} ({c.project_id})") for c in campaigns[:MOST_MATERIALS]
            ]
            self.fields["campaign"].choices = shown  # type: ignore[attr-defined]
        if "material" in self.fields:
            self.fields["material"].choices = _materials(campaigns)  # type: ignore[attr-defined]

    def clean_more(self) -> dict[str, Any]:
        """The object, empty without one."""
        text = self.cleaned_data["more"].strip()
        try:
            found = json.loads(text) if text else {}
        except ValueError as error:
            raise ValidationError(_("This is not JSON: %s") % error) from error
        if not isinstance(found, dict):
            raise ValidationError(_("This is not a JSON object."))
        return found

    def clean(self) -> dict[str, Any]:
        """A bearer's key needs its token; a file may not be too large."""
        cleaned = super().clean() or {}
        key = cleaned.get("key")
        if key and key.kind == Credential.Kind.BEARER and not cleaned.get("token"):
            self.add_error("token", _("Paste the token; nobody but you has it."))
        for name in ("own_photo", "own_template"):
            file = cast("UploadedFile[Any] | None", cleaned.get(name))
            if file and (file.size or 0) > settings.FUSION_PHOTO_MAX_BYTES:
                limit = settings.FUSION_PHOTO_MAX_BYTES // 2**20
                self.add_error(name, _("At most %s MB.") % limit)
        return cleaned

    def wish(self) -> Wish:
        """The call that the form asks for."""
        given = self.cleaned_data
        project, _colon, model = given.get("material", "").partition(":")
        key: Credential = given["key"]
        return Wish(
            key=key,
            secret=secret_for(key, given.get("token", "")),
            project_id=given.get("campaign") or project,
            model_id=model,
            photo=_picture(given, "photo"),
            template=_picture(given, "template"),
            answer=given.get("answer", "url"),
            public_id=given.get("public_id", ""),
            more=given["more"],
        )


def secret_for(key: Credential, token: str) -> str:
    """The key's secret: unsealed here, or the token that only its owner has."""
    return token if key.kind == Credential.Kind.BEARER else credentials.secret_of(key)


def _materials(campaigns: "QuerySet[Campaign]") -> list[tuple[str, list[tuple[str, str]]]]:
    """Materials that can be called with, under their campaigns."""
    groups: dict[str, list[tuple[str, str]]] = {}
    materials = Material.objects.filter(campaign__in=campaigns).servable(timezone.now())
    for material in materials.select_related("campaign").order_by(
        "-campaign__sandbox", "-campaign", "number"
    )[:MOST_MATERIALS]:
        campaign = material.campaign
        value = f"{campaign.project_id}:{material.model_id}"
        name = f"{campaign} ({campaign.project_id})"
        groups.setdefault(name, []).append((value, f"{material.title()} ({material.model_id})"))
    return list(groups.items())


def _picture(given: dict[str, Any], name: str) -> bytes:
    """The uploaded file, else the chosen painting; nothing where none is needed."""
    file = cast("UploadedFile[Any] | None", given.get(f"own_{name}"))
    if file:
        content: bytes = file.read()
        return content
    chosen = given.get(name)
    return (PICTURES / chosen).read_bytes() if chosen else b""
