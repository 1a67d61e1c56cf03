"""A campaign: what visitors see, when it runs, and what its pictures look like."""

import re
import zoneinfo
from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import (
    FileExtensionValidator,
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
    URLValidator,
)
from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from campaigns.models.account import Account
from campaigns.models.organisation import Organisation
from campaigns.models.series import Series

FIRST_PROJECT_ID = 100_646
LINK_LIFE_S = (3_600, 2_592_000)  # one hour to thirty days
LINK_LIFE_DEFAULT_S = 604_800

_Text = TypeVar("_Text", "CampaignText", "ConsentText")

_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour looks like #1a2b3c."))
_PICTURE_FILE = FileExtensionValidator(["png", "webp", "jpg", "jpeg"])
_WEB_ADDRESS = URLValidator(schemes=["https", "http"])
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(rf"https://(?:\*\.)?{_LABEL}(?:\.{_LABEL})+(?::[0-9]{{1,5}})?")
_PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


def _is_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("No such time zone: %(name)s."), params={"name": name})


def _site_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _look_path(campaign: "Campaign", filename: str) -> str:
    return f"look/{campaign.project_id}/{filename}"


def _are_origins(origins: Any) -> None:
    """A list of pages' origins, as `frame-ancestors` takes them: https, a host, perhaps a port."""
    if not isinstance(origins, list):
        raise ValidationError(_("A list of addresses is needed."))
    for origin in origins:
        if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
            raise ValidationError(
                _("“%(origin)s” is not an address like https://www.example.org."),
                params={"origin": origin},
            )


class Campaign(models.Model):
    """One campaign of one organisation, paid by one account.

        draft -> published <-> paused
        published, paused -> ended -> archived
        draft -> archived

    The moves are in `lifecycle`; publishing a draft goes through `templates_app.publishing`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")
        ARCHIVED = "archived", _("Archived")

    class FeeState(models.TextChoices):
        UNPAID = "unpaid", _("Unpaid")
        PAID = "paid", _("Paid")
        STOPPED = "stopped", _("Stopped")

    class SkinTone(models.TextChoices):
        TEMPLATE = "template", _("As in the template")
        OWN = "own", _("The visitor's own")

    class LabelCorner(models.TextChoices):
        BOTTOM_RIGHT = "bottom_right", _("Bottom right")
        BOTTOM_LEFT = "bottom_left", _("Bottom left")
        TOP_RIGHT = "top_right", _("Top right")
        TOP_LEFT = "top_left", _("Top left")

    class Gallery(models.TextChoices):
        OFF = "off", _("No gallery")
        AFTER_REVIEW = "after_review", _("Shown once a person has looked")
        AT_ONCE = "at_once", _("Shown at once, looked at later")

    class AgeRule(models.TextChoices):
        NONE = "none", _("Not asked")
        GUARDIAN = "guardian", _("Below 14 with a guardian")
        REFUSE = "refuse", _("Below 14 refused")

    class Captcha(models.TextChoices):
        OFF = "off", _("Never")
        UNDER_LOAD = "under_load", _("When it is busy, or somebody sends a lot")
        ALWAYS = "always", _("For every picture")

    organisation_path: ClassVar[str] = "organisation"

    # What it is
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="campaigns", verbose_name=_("organisation")
    )
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="campaigns", verbose_name=_("account")
    )
    project_id = models.PositiveBigIntegerField(_("campaign number"), unique=True, editable=False)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    sandbox = models.BooleanField(
        _("sandbox"),
        default=False,
        editable=False,
        help_text=_("For partners' first calls: never published, never charged."),
    )
    owner_contact = models.EmailField(_("owner contact"), blank=True)
    languages = models.JSONField(_("languages"), default=_site_languages)
    # When it runs
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Asia/Shanghai", validators=[_is_time_zone]
    )
    # Look
    brand_colour = models.CharField(
        _("brand colour"), max_length=7, default="#3b3bd6", validators=[_COLOUR]
    )
    stage_colour = models.CharField(
        _("stage colour"),
        max_length=7,
        blank=True,
        validators=[_COLOUR],
        help_text=_("Behind the title. Empty: a dark shade of the brand colour."),
    )
    logo = models.FileField(_("logo"), upload_to=_look_path, blank=True, validators=[_PICTURE_FILE])
    frame_overlay = models.FileField(
        _("frame over the result"), upload_to=_look_path, blank=True, validators=[_PICTURE_FILE]
    )
    logo_on_picture = models.BooleanField(
        _("logo on the result"),
        default=False,
        help_text=_("In the corner opposite the label, small."),
    )
    nickname = models.BooleanField(
        _("nickname on the result"),
        default=False,
        help_text=_("Visitors may write a name of up to 12 characters into their picture."),
    )
    kiosk = models.BooleanField(_("kiosk"), default=False)
    # Label
    label_text = models.CharField(
        _("label text"),
        max_length=40,
        blank=True,
        help_text=_("Empty: AI 合成 / AI generated. The words for AI-made are always there."),
    )
    label_mark = models.FileField(
        _("own mark beside the label"),
        upload_to=_look_path,
        blank=True,
        validators=[_PICTURE_FILE],
    )
    label_corner = models.CharField(
        _("label corner"),
        max_length=14,
        choices=LabelCorner.choices,
        default=LabelCorner.BOTTOM_RIGHT,
    )
    label_height_percent = models.PositiveSmallIntegerField(
        _("label text height (% of the short side)"),
        default=5,
        validators=[MinValueValidator(5), MaxValueValidator(20)],
    )
    # Engine
    face_degree = models.PositiveSmallIntegerField(
        _("face strength"), default=100, validators=_PERCENT
    )
    profile_degree = models.PositiveSmallIntegerField(
        _("profile strength"), default=40, validators=_PERCENT
    )
    skin_tone = models.CharField(
        _("skin tone"), max_length=10, choices=SkinTone.choices, default=SkinTone.TEMPLATE
    )
    # Consent and age
    age_rule = models.CharField(
        _("age"), max_length=10, choices=AgeRule.choices, default=AgeRule.NONE
    )
    photo_may_be_looked_at = models.BooleanField(
        _("a person may look at held photos"),
        default=False,
        help_text=_("Only with the visitor's consent; 24 hours at most."),
    )
    # Delivery
    link_life_s = models.PositiveIntegerField(
        _("result links live (seconds)"),
        default=LINK_LIFE_DEFAULT_S,
        validators=[MinValueValidator(LINK_LIFE_S[0]), MaxValueValidator(LINK_LIFE_S[1])],
    )
    gallery = models.CharField(
        _("gallery"), max_length=14, choices=Gallery.choices, default=Gallery.OFF
    )
    lead_form = models.BooleanField(_("ask for contact details"), default=False)
    leads_purged_at = models.DateField(_("contact details erased on"), null=True, blank=True)
    # Protection and spreading
    captcha = models.CharField(
        _("proof of work"),
        max_length=10,
        choices=Captcha.choices,
        default=Captcha.UNDER_LOAD,
        help_text=_(
            "The visitor's phone solves a small sum in the background, which makes sending"
            " thousands of photos expensive. Nobody has to read or click anything."
        ),
    )
    frame_ancestors = models.JSONField(
        _("sites that may embed it"),
        default=list,
        blank=True,
        validators=[_are_origins],
        help_text=_("Addresses like https://www.example.org. Empty: no other site may."),
    )
    # A preview link opens while its key is the row's and its time has not passed.
    preview_key = models.CharField(max_length=24, blank=True, editable=False)
    preview_until = models.DateTimeField(null=True, editable=False)
    # Limits and money
    fee_state = models.CharField(
        _("authorization fee"),
        max_length=10,
        choices=FeeState.choices,
        default=FeeState.UNPAID,
        editable=False,
    )
    daily_cap = models.PositiveIntegerField(_("pictures per day, at most"), null=True, blank=True)
    total_cap = models.PositiveIntegerField(_("pictures in all, at most"), null=True, blank=True)
    caps_hard = models.BooleanField(
        _("stop at the caps"), default=True, help_text=_("Off: only tell. On: refuse.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    history = HistoricalRecords(excluded_fields=["preview_key", "preview_until"])

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-project_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "paused", "ended", "archived"]),
                name="campaign_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(link_life_s__range=LINK_LIFE_S),
                name="campaign_link_life_1h_to_30d",
                violation_error_message=_("Links live from one hour to thirty days."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="campaign_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(face_degree__lte=100, profile_degree__lte=100),
                name="campaign_degrees_to_100",
            ),
            models.CheckConstraint(
                condition=Q(label_height_percent__range=(5, 20)),
                name="campaign_label_is_legible",
                violation_error_message=_("The label is at least 5 % of the short side."),
            ),
            models.CheckConstraint(
                condition=Q(sandbox=False) | ~Q(state__in=["published", "paused"]),
                name="campaign_sandbox_is_never_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.slug}"

    def save(self, **kwargs: Any) -> None:
        """Gives a new campaign its number; numbers are never given out again."""
        if not self.project_id:
            self.project_id = Series.take("project_id", first=FIRST_PROJECT_ID)
        super().save(**kwargs)

    def clean(self) -> None:
        self.frame_ancestors = self.frame_ancestors or []  # an emptied form field says None
        if self.account_id and self.account.organisation_id != self.organisation_id:
            raise ValidationError({"account": _("This account belongs to another organisation.")})

    @property
    def published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @cached_property
    def pictures_total(self) -> int:
        """Pictures held or charged since the beginning; a sandbox counts none.

        For many campaigns at once: `with_pictures_total`.
        """
        total: int | None = self.tallies.aggregate(sum=Sum("pictures"))["sum"]
        return total or 0

    def text(self, language: str) -> "CampaignText":
        """The texts in `language`, else the organisation's language, else any.

        Without any text: an unsaved one whose name is the campaign's number.
        """
        found = _first_in(self.texts.all(), [language, self.organisation.default_language])
        return found or CampaignText(campaign=self, language=language, name=str(self.project_id))

    def consent(self, language: str) -> "ConsentText | None":
        """The newest consent text in `language`, else the organisation's language, else any."""
        newest = self.consent_texts.order_by("language", "version")
        return _first_in(newest, [language, self.organisation.default_language])


def _first_in(rows: Iterable[_Text], languages: list[str]) -> _Text | None:
    """The last row of the first of `languages` that has one, else of any language."""
    by_language = {row.language: row for row in rows}
    for language in languages:
        if language in by_language:
            return by_language[language]
    return next(iter(by_language.values()), None)


class CampaignText(models.Model):
    """What visitors read, in one language."""

    organisation_path: ClassVar[str] = "campaign__organisation"

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="texts", verbose_name=_("campaign")
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    name = models.CharField(_("name"), max_length=80)
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    call_to_action = models.CharField(_("call to action"), max_length=60, blank=True)
    call_to_action_url = models.CharField(
        _("where it leads"), max_length=500, blank=True, validators=[_WEB_ADDRESS]
    )
    ended_text = models.CharField(_("said when it has ended"), max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "language"], name="campaign_text_once_per_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def organisation(self) -> Organisation:
        return self.campaign.organisation


class ConsentText(models.Model):
    """One version of what a visitor agrees to, in one language; kept because consents name it."""

    organisation_path: ClassVar[str] = "campaign__organisation"

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="consent_texts", verbose_name=_("campaign")
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    version = models.PositiveIntegerField(_("version"))
    responsible = models.CharField(_("who is responsible"), max_length=200)
    contact = models.CharField(_("how to reach them"), max_length=200)
    body = models.TextField(_("required: use of the photo"), max_length=5000)
    contact_body = models.TextField(
        _("optional: contact by the brand"), max_length=2000, blank=True
    )
    gallery_body = models.TextField(_("optional: public gallery"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["language", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "language", "version"], name="consent_text_once_per_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} v{self.version}"

    @property
    def organisation(self) -> Organisation:
        return self.campaign.organisation
