"""The forms of the acts on materials."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from campaigns.admin.base import PlainForm
from campaigns.models import Campaign
from templates_app.models import Consent, Depicted, Reason, Source
from templates_app.rights import MAX_DOCUMENT_BYTES

SOURCES = [("", "—"), *Source.choices]
DEPICTED = [("", "—"), *Depicted.choices]
CONSENTS = [("", "—"), *Consent.choices]


class NoteForm(PlainForm):
    note = forms.CharField(label=_("Note for the reviewer"), max_length=500, required=False)


class CommentForm(PlainForm):
    comment = forms.CharField(
        label=_("Comment"), max_length=2000, required=False, widget=forms.Textarea
    )


class RejectForm(PlainForm):
    reasons = forms.MultipleChoiceField(
        label=_("Reasons"), choices=Reason.choices, widget=forms.CheckboxSelectMultiple
    )
    comment = forms.CharField(
        label=_("In your words, in addition"),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
    )


class AppealForm(PlainForm):
    text = forms.CharField(
        label=_("Why the decision is wrong"), max_length=2000, widget=forms.Textarea
    )


class DecideAppealForm(PlainForm):
    won = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("The appeal is won: approved")), ("no", _("The appeal is lost"))],
    )
    comment = forms.CharField(label=_("Comment"), max_length=2000, widget=forms.Textarea)

    def clean(self) -> dict[str, Any]:
        """The choice as a truth value."""
        values = super().clean() or {}
        return values | {"won": values.get("won") == "yes"}


class TitlesForm(PlainForm):
    """One field per language of the site."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[code] = forms.CharField(label=name, max_length=80, required=False)


class StrengthsForm(PlainForm):
    face_degree = forms.IntegerField(
        label=_("Face strength"), min_value=0, max_value=100, required=False
    )
    profile_degree = forms.IntegerField(
        label=_("Outline strength"), min_value=0, max_value=100, required=False
    )
    skin_tone = forms.ChoiceField(
        label=_("Skin tone"), choices=[("", "—"), *Campaign.SkinTone.choices], required=False
    )


class FaceForm(PlainForm):
    number = forms.IntegerField(label=_("Number of the face"), min_value=1)


class FaceNameForm(FaceForm):
    name = forms.CharField(label=_("Name"), max_length=60, required=False)


class RightsForm(PlainForm):
    source = forms.ChoiceField(label=_("Where it is from"), choices=SOURCES, required=False)
    source_note = forms.CharField(label=_("In words"), max_length=300, required=False)
    holder = forms.CharField(label=_("Holder of the rights"), max_length=200, required=False)
    depicted = forms.ChoiceField(label=_("Who is shown"), choices=DEPICTED, required=False)
    depicted_names = forms.CharField(label=_("Their names"), max_length=300, required=False)
    consent = forms.ChoiceField(label=_("Their consent"), choices=CONSENTS, required=False)
    ends_on = forms.DateField(label=_("Last day"), required=False)
    without_end = forms.BooleanField(label=_("Without an end date"), required=False)

    def clean(self) -> dict[str, Any]:
        """A last day and "no end" exclude each other."""
        values = super().clean() or {}
        if values.get("ends_on") and values.get("without_end"):
            self.add_error("ends_on", _("Give a last day or say that there is none, not both."))
        return values


class EndEarlyForm(PlainForm):
    ends_on = forms.DateField(label=_("Last day"))
    why = forms.CharField(label=_("Reason"), max_length=500)


class ManyFilesWidget(UnfoldAdminFileFieldWidget):  # type: ignore[misc]
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Files of one field, as a list."""

    widget = ManyFilesWidget

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file checked as a file field checks one."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class UploadForm(PlainForm):
    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none())
    pictures = ManyFilesField(label=_("Pictures"))
    fit = forms.BooleanField(
        label=_("Fit for me"),
        required=False,
        help_text=_("Makes larger pictures smaller: at most 1080 × 1080 px and 500 KB."),
    )


class ReplaceForm(PlainForm):
    file = forms.FileField(label=_("Picture"))
    layer = forms.FileField(label=_("Front layer (PNG with transparency)"), required=False)
    skin_mask = forms.FileField(label=_("Skin mask (grey PNG)"), required=False)
    fit = forms.BooleanField(label=_("Fit for me"), required=False)


class DocumentForm(PlainForm):
    file = forms.FileField(
        label=_("Release or licence"),
        help_text=_("PDF, JPEG or PNG, at most %(size)s MB.")
        % {"size": MAX_DOCUMENT_BYTES // 2**20},
    )
