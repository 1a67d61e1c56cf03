"""The forms of the campaign wizard's steps; what they accept is decided by the models."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Account, Campaign, CampaignText, ConsentText
from fusion import FusionError, read_picture
from fusionsite.console.deeds import DayField

MOST_PICTURE_BYTES = 2 * 1024 * 1024
_LOCAL_TIME = "%Y-%m-%dT%H:%M"
LINK_LIVES = [
    (3_600, _("1 hour")),
    (86_400, _("1 day")),
    (259_200, _("3 days")),
    (604_800, _("7 days")),
    (1_209_600, _("14 days")),
    (2_592_000, _("30 days")),
]


def language_choices() -> list[tuple[str, str]]:
    """The languages of the site, each by its own name."""
    return list(settings.LANGUAGES)


class PictureInput(forms.ClearableFileInput):
    """A file, and whether to take away the one there is; private files have no address to show."""

    template_name = "console/campaigns/picture_input.html"

    def is_initial(self, value: Any) -> bool:
        return bool(value)


class StepForm(forms.ModelForm[Campaign]):
    """Fields of the campaign, and texts in each of its languages as `<name>_<language>`.

    `seen` says which state of the campaign the page was made from: a page that was overtaken by
    somebody else's change is shown again, with what was typed, instead of undoing that change.
    """

    text_fields: ClassVar[tuple[str, ...]] = ()
    consent_fields: ClassVar[tuple[str, ...]] = ()
    required_texts: ClassVar[frozenset[str]] = frozenset()

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = stamp(self.instance)
        for name in [*self.text_fields, *self.consent_fields]:
            for language in self.instance.languages:
                self._add_text(name, language)

    def _add_text(self, name: str, language: str) -> None:
        model = CampaignText if name in self.text_fields else ConsentText
        source: Any = model._meta.get_field(name)
        field: Any = source.formfield()
        field.required = name in self.required_texts
        field.initial = getattr(self._written(model).get(language), name, "")
        field.widget.attrs["lang"] = language
        if isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 3
        self.fields[f"{name}_{language}"] = field

    def _written(self, model: type[CampaignText] | type[ConsentText]) -> Mapping[str, Any]:
        """The texts there are, by language; of consent texts the newest."""
        if self.instance.pk is None:
            return {}
        rows: QuerySet[Any] = model._default_manager.filter(campaign=self.instance)
        if model is ConsentText:
            rows = rows.order_by("version")
        return {row.language: row for row in rows}

    def full_clean(self) -> None:
        """Times are those of the campaign's clock, also when the same page changes the clock."""
        with timezone.override(_zone(self.data.get("time_zone") or self.instance.time_zone)):
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.instance.pk and cleaned.get("seen") and cleaned["seen"] != stamp(self.instance):
            self.data = {**self.data.dict(), "seen": stamp(self.instance)}  # type: ignore[attr-defined]
            raise forms.ValidationError(
                _(
                    "Somebody changed this campaign since you opened the page. Your entries are"
                    " still here: compare them, then save again."
                )
            )
        return cleaned

    def clean_logo(self) -> Any:
        return _picture(self.cleaned_data["logo"])

    def clean_frame_overlay(self) -> Any:
        return _picture(self.cleaned_data["frame_overlay"])

    def clean_label_mark(self) -> Any:
        return _picture(self.cleaned_data["label_mark"])

    def plain(self) -> list[forms.BoundField]:
        """The fields that are the same in every language."""
        own = self._meta.fields or ()
        names = [name for name in self.fields if name in own or name == "account"]
        return [self[name] for name in names if not self[name].is_hidden]

    def by_language(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The texts as (code, name of the language, fields)."""
        names = dict(settings.LANGUAGES)
        words = [*self.text_fields, *self.consent_fields]
        return [
            (code, names.get(code, code), [self[f"{name}_{code}"] for name in words])
            for code in (self.instance.languages if words else [])
        ]

    def settings_given(self) -> dict[str, Any]:
        """The campaign's own fields that were changed; a moment keeps its seconds otherwise."""
        changed = self.changed_data
        return {
            name: self.cleaned_data[name] for name in self._meta.fields or () if name in changed
        }

    def texts_given(self) -> dict[str, dict[str, str]]:
        """The texts of each language that has any, or had."""
        return self._by_language(CampaignText, self.text_fields)

    def consents_given(self) -> dict[str, dict[str, str]]:
        """The consent texts that changed: each becomes a new version."""
        return self._by_language(ConsentText, self.consent_fields)

    def _by_language(
        self, model: type[CampaignText] | type[ConsentText], names: tuple[str, ...]
    ) -> dict[str, dict[str, str]]:
        written, found = self._written(model), {}
        for language in self.cleaned_data.get("languages", self.instance.languages):
            words = {name: self.cleaned_data.get(f"{name}_{language}", "") for name in names}
            before = {name: getattr(written.get(language), name, "") for name in names}
            if words != before:
                found[language] = words
        return found


def stamp(campaign: Campaign) -> str:
    """Changes with every change of the campaign or its texts."""
    if campaign.pk is None:
        return ""
    newest = [
        campaign.history.order_by("-history_id").values_list("history_id", flat=True).first(),
        CampaignText.history.filter(campaign=campaign)
        .order_by("-history_id")
        .values_list("history_id", flat=True)
        .first(),
        campaign.consent_texts.order_by("-pk").values_list("pk", flat=True).first(),
    ]
    return "-".join(str(number or 0) for number in newest)


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name) if name in available_timezones() else ZoneInfo("UTC")


def _picture(file: Any) -> Any:
    """A picture that was sent just now must be one: its ending alone proves nothing."""
    if not isinstance(file, UploadedFile):
        return file
    if file.size and file.size > MOST_PICTURE_BYTES:
        raise forms.ValidationError(
            _("The file has %(kb)s KB; at most 2,048 KB fit."), params={"kb": file.size // 1024}
        )
    try:
        read_picture(file.read())
    except FusionError as problem:
        raise forms.ValidationError(_("This file is no picture we can read.")) from problem
    finally:
        file.seek(0)
    return file


def local_time(moment: datetime | None, zone: str) -> str:
    """What a browser's field for a moment wants, on the campaign's clock."""
    return moment.astimezone(_zone(zone)).strftime(_LOCAL_TIME) if moment else ""


class LocalTimeField(forms.DateTimeField):
    """A moment on the campaign's clock, with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        calendar = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL_TIME)
        super().__init__(widget=calendar, input_formats=[_LOCAL_TIME], required=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """By what stands in the field: it shows no seconds, so it must not take them away."""
        return (initial or "") != (data or "")


class BasicsForm(StepForm):
    """Name, code, languages, dates, time zone."""

    text_fields = ("name",)
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=language_choices, widget=forms.CheckboxSelectMultiple
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
    )
    starts_at = LocalTimeField(label=_("First moment"))
    ends_at = LocalTimeField(label=_("Last moment"))

    class Meta:
        model = Campaign
        fields = ["slug", "languages", "starts_at", "ends_at", "time_zone", "owner_contact"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].help_text = _("The last part of the visitors' address: /c/…/")
        self.fields["owner_contact"].help_text = _("Who answers for it. Visitors do not see it.")
        for name in ("starts_at", "ends_at"):
            moment = getattr(self.instance, name)
            self.initial[name] = local_time(moment, self.instance.time_zone)
        if self.instance.published_at:
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = _("Links and codes are out there: it stays as it is.")


class NewForm(BasicsForm):
    """The first step of a campaign that does not exist yet."""

    account = forms.ModelChoiceField(label=_("Who pays"), queryset=Account.objects.none())
    field_order = ["name_en", "name_zh-hans", "slug", "account"]

    class Meta(BasicsForm.Meta):
        fields = ["slug", "languages", "time_zone", "starts_at", "ends_at", "owner_contact"]

    def __init__(self, *args: Any, accounts: QuerySet[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["account"]
        chosen.queryset = accounts
        chosen.label_from_instance = lambda row: f"{row.organisation.name} · {row.appid}"
        if len(accounts) == 1:
            chosen.initial, chosen.widget = accounts[0], forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not any(cleaned.get(f"name_{code}") for code in cleaned.get("languages", [])):
            self.add_error(None, _("Give it a name in at least one of its languages."))
        return cleaned


class LookForm(StepForm):
    """Colours, logo, frame, texts."""

    text_fields = ("tagline", "description", "call_to_action", "call_to_action_url", "ended_text")

    class Meta:
        model = Campaign
        fields = [
            "brand_colour",
            "stage_colour",
            "logo",
            "logo_on_picture",
            "frame_overlay",
            "nickname",
            "kiosk",
        ]
        widgets = {
            "brand_colour": forms.TextInput(attrs={"type": "color"}),
            "logo": PictureInput,
            "frame_overlay": PictureInput,
        }


class ConsentForm(StepForm):
    """Consent, age and label; and how strongly the faces are blended."""

    consent_fields = ("responsible", "contact", "body", "contact_body", "gallery_body")

    class Meta:
        model = Campaign
        fields = [
            "age_rule",
            "photo_may_be_looked_at",
            "label_text",
            "label_corner",
            "label_height_percent",
            "label_mark",
            "skin_tone",
            "face_degree",
            "profile_degree",
        ]
        widgets = {"label_mark": PictureInput}

    def clean(self) -> dict[str, Any]:
        """A consent text is whole or not there."""
        cleaned = super().clean()
        for language in self.instance.languages:
            needed = [f"{name}_{language}" for name in ("responsible", "contact", "body")]
            given = [name for name in needed if cleaned.get(name)]
            for name in set(needed) - set(given) if given else ():
                if name not in self.errors:
                    self.add_error(name, _("A consent text needs this."))
        return cleaned

    def consents_given(self) -> dict[str, dict[str, str]]:
        found = super().consents_given()
        return {language: words for language, words in found.items() if words["body"]}


class LimitsForm(StepForm):
    """Caps; the fee and the account are not the operator's."""

    class Meta:
        model = Campaign
        fields = ["daily_cap", "total_cap", "caps_hard"]


class OriginsField(forms.CharField):
    """One address per line; the cleaned value is a list."""

    widget = forms.Textarea(attrs={"rows": 3, "placeholder": "https://www.example.org"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines: str = super().clean(value)
        return [line.strip().rstrip("/") for line in lines.splitlines() if line.strip()]


class DeliveryForm(StepForm):
    """Link life, gallery, contact form, protection, embedding."""

    link_life_s = forms.TypedChoiceField(label=_("Links live"), coerce=int, choices=LINK_LIVES)
    leads_purged_at = DayField(label=_("Contact details erased on"), required=False)
    frame_ancestors = OriginsField(
        label=_("Sites that may embed it"),
        required=False,
        help_text=_("One address per line. Empty: no other site may."),
    )

    class Meta:
        model = Campaign
        fields = [
            "link_life_s",
            "gallery",
            "lead_form",
            "leads_purged_at",
            "captcha",
            "frame_ancestors",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.instance.link_life_s
        choices: Any = self.fields["link_life_s"]
        if own not in dict(LINK_LIVES):
            choices.choices = [*LINK_LIVES, (own, _hours(own))]

    def clean_leads_purged_at(self) -> Any:
        day = self.cleaned_data["leads_purged_at"]
        if day and "leads_purged_at" in self.changed_data and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose today or later."))
        return day


def _hours(seconds: int) -> str:
    return gettext("%(count)s h") % {"count": f"{seconds / 3600:g}"}
