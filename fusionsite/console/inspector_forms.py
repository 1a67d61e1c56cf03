"""The forms of the acts on one material; what they mean is decided by the functions they call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from templates_app.models import Consent, Depicted, Material, Source
from templates_app.rights import MAX_DOCUMENT_BYTES, newest_record

NOTHING = [("", "—")]


class ActForm(forms.Form):
    """A form about one material; `first_values` fills it before anybody has typed."""

    use_required_attribute = False

    def __init__(self, material: Material, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.material = material
        self.initial = {**self.first_values(material), **self.initial}

    def first_values(self, material: Material) -> dict[str, Any]:
        """What is known already."""
        return {}


class PlainAct(ActForm):
    """An act without questions."""


class NoteForm(ActForm):
    note = forms.CharField(
        label=_("Note for the reviewer"), max_length=500, required=False, widget=forms.Textarea
    )


class WhyForm(ActForm):
    why = forms.CharField(label=_("Reason"), max_length=500)


class DeleteForm(WhyForm):
    """Deleting is confirmed by naming."""

    name = forms.CharField(label=_("Type the material's name to confirm"), max_length=80)

    def clean_name(self) -> str:
        """The material's title in any language, or its id."""
        name = str(self.cleaned_data["name"]).strip()
        if name not in {*self.material.titles.values(), self.material.model_id}:
            wanted = self.material.title()
            raise forms.ValidationError(_("Type “%(name)s”."), params={"name": wanted})
        return name


class AppealForm(ActForm):
    text = forms.CharField(
        label=_("Why the decision is wrong"), max_length=2000, widget=forms.Textarea
    )


class TitlesForm(ActForm):
    """One field per language of the site."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[code] = forms.CharField(label=name, max_length=80, required=False)

    def first_values(self, material: Material) -> dict[str, Any]:
        return dict(material.titles)


class StrengthsForm(ActForm):
    """Empty strengths take the campaign's."""

    face_degree = forms.IntegerField(min_value=0, max_value=100, required=False)
    profile_degree = forms.IntegerField(min_value=0, max_value=100, required=False)
    skin_tone = forms.ChoiceField(choices=[*NOTHING, *Campaign.SkinTone.choices], required=False)

    def first_values(self, material: Material) -> dict[str, Any]:
        campaign = material.campaign
        own = material.face_degree, material.profile_degree
        return {
            "face_degree": campaign.face_degree if own[0] is None else own[0],
            "profile_degree": campaign.profile_degree if own[1] is None else own[1],
            "skin_tone": material.skin_tone or campaign.skin_tone,
        }


class FacesForm(ActForm):
    """The names of all faces and their order; `move` is "number:step" from a button."""

    def clean(self) -> dict[str, Any]:
        """Numbers of this version only; names cut to what is kept."""
        version = self.material.newest
        numbers = set(version.faces.values_list("number", flat=True))
        order = [int(text) for text in self._listed("order") if text.isdecimal()]
        order = [number for number in order if number in numbers]
        names = {
            number: str(self.data.get(f"name_{number}", ""))[:60]
            for number in numbers
            if f"name_{number}" in self.data
        }
        return {"names": names, "order": _moved(order, str(self.data.get("move", "")))}

    def _listed(self, name: str) -> list[str]:
        listed = getattr(self.data, "getlist", None)
        return list(listed(name)) if listed else []


class FaceForm(ActForm):
    number = forms.IntegerField(min_value=1)


class RightsForm(ActForm):
    source = forms.ChoiceField(
        label=_("Where it is from"), choices=[*NOTHING, *Source.choices], required=False
    )
    source_note = forms.CharField(label=_("In words"), max_length=300, required=False)
    holder = forms.CharField(label=_("Holder of the rights"), max_length=200, required=False)
    depicted = forms.ChoiceField(
        label=_("Who is shown"), choices=[*NOTHING, *Depicted.choices], required=False
    )
    depicted_names = forms.CharField(label=_("Their names"), max_length=300, required=False)
    consent = forms.ChoiceField(
        label=_("Their consent"), choices=[*NOTHING, *Consent.choices], required=False
    )
    ends_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    without_end = forms.BooleanField(label=_("Without an end date"), required=False)

    def first_values(self, material: Material) -> dict[str, Any]:
        record = newest_record(material)
        return {name: getattr(record, name) for name in self.base_fields} if record else {}

    def clean(self) -> dict[str, Any]:
        """A last day and "no end" exclude each other."""
        values = super().clean() or {}
        if values.get("ends_on") and values.get("without_end"):
            self.add_error("ends_on", _("Give a last day or say that there is none, not both."))
        return values


class EndEarlyForm(ActForm):
    ends_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    why = forms.CharField(label=_("Reason"), max_length=500)


class ReplaceForm(ActForm):
    file = forms.FileField(label=_("Picture"))
    layer = forms.FileField(label=_("Front layer (PNG with transparency)"), required=False)
    skin_mask = forms.FileField(label=_("Skin mask (grey PNG)"), required=False)
    fit = forms.BooleanField(
        label=_("Fit for me"),
        required=False,
        help_text=_("Makes larger pictures smaller: at most 1080 × 1080 px and 500 KB."),
    )


class DocumentForm(ActForm):
    file = forms.FileField(
        label=_("Release or licence"),
        help_text=_("PDF, JPEG or PNG, at most %(size)s MB.")
        % {"size": MAX_DOCUMENT_BYTES // 2**20},
    )


def _moved(order: list[int], move: str) -> list[int]:
    """The order after one step up or down; as it was for a step that leads nowhere."""
    number, _colon, step = move.partition(":")
    if not number.isdecimal() or step not in ("-1", "1") or int(number) not in order:
        return order
    place = order.index(int(number))
    other = place + int(step)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order
