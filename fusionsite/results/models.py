"""The picture that is kept, and the reports about it."""

import secrets
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Account, Campaign, Organisation, Person

# No look-alikes (0/O, 1/I/L): people read these off a screen and type them.
NUMBER_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NUMBER_LENGTH = 10


def new_key() -> str:
    """An address part that cannot be guessed: 96 random bits."""
    return secrets.token_urlsafe(12)


def new_number() -> str:
    """A number for a receipt or a report, about 49 random bits."""
    return "".join(secrets.choice(NUMBER_ALPHABET) for _ in range(NUMBER_LENGTH))


new_claim_code = new_number  # as the first migration calls it


class ResultQuerySet(models.QuerySet["Result"]):
    """Choices of results."""

    def live(self, now: datetime) -> "ResultQuerySet":
        """Those whose link still opens."""
        return self.filter(erased_at=None, expires_at__gt=now)

    def due(self, now: datetime) -> "ResultQuerySet":
        """Those whose picture must go: their link has ended, the file is still here."""
        return self.filter(erased_at=None, expires_at__lte=now)


class Result(models.Model):
    """One made picture behind one link. The row outlives the picture; it holds no image.

    kept -> erased (by its clock, its owner, an operator or a takedown); there is no way back.
    """

    class Why(models.TextChoices):
        """Why a picture was erased."""

        EXPIRED = "expired", _("its link ended")
        OWNER = "owner", _("deleted by the person who made it")
        OPERATOR = "operator", _("deleted by an operator")
        TAKEDOWN = "takedown", _("taken down")

    class GalleryState(models.TextChoices):
        """Whether the public gallery shows it; the moves are in `gallery`."""

        OFF = "off", _("not offered")
        WAITING = "waiting", _("waits for a person")
        SHOWN = "shown", _("shown")
        HIDDEN = "hidden", _("hidden")

    organisation_path: ClassVar[str] = "organisation"

    key = models.CharField(max_length=24, unique=True, default=new_key, editable=False)
    receipt_code = models.CharField(max_length=12, unique=True, default=new_number)
    # Finds the picture by its claim code, which itself is nowhere written down: see `claiming`.
    claim_digest = models.CharField(max_length=64, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+")
    visitor = models.CharField(max_length=64, blank=True)  # a salted hash; opens the owner's tools
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    byte_size = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    erase_failures = models.PositiveSmallIntegerField(default=0)
    gallery_state = models.CharField(
        max_length=7, choices=GalleryState.choices, default=GalleryState.OFF
    )
    gallery_offered_at = models.DateTimeField(null=True, blank=True)
    gallery_decided_at = models.DateTimeField(null=True, blank=True)
    opened_count = models.PositiveIntegerField(default=0)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(erased_at=None), name="result_due"),
            models.Index(fields=["campaign", "created_at"], name="result_of_campaign"),
            models.Index(
                fields=["campaign", "gallery_state", "gallery_offered_at"],
                condition=~Q(gallery_state="off"),
                name="result_in_gallery",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="result_link_has_a_life"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, erased_why="")
                | (Q(erased_at__isnull=False) & ~Q(erased_why="")),
                name="result_erased_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["claim_digest"],
                condition=~Q(claim_digest=""),
                name="result_claimed_by_one_code",
            ),
            models.CheckConstraint(
                condition=Q(gallery_state__in=["off", "waiting", "shown", "hidden"]),
                name="result_gallery_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def receipt(self) -> str:
        """What a person gets when their picture is deleted; it says nothing of the picture."""
        return f"{self.receipt_code[:3]}-{self.receipt_code[3:6]}"

    def count_opening(self) -> None:
        """One more person has seen it."""
        Result.objects.filter(pk=self.pk).update(opened_count=F("opened_count") + 1)


class Report(models.Model):
    """Somebody's word that a picture should not be there; decided within 48 hours."""

    class Ground(models.TextChoices):
        """What is wrong with the picture."""

        NOT_ME = "not_me", _("It shows me and I did not agree")
        MINOR = "minor", _("It shows a child")
        INTIMATE = "intimate", _("It is intimate or degrading")
        DECEPTIVE = "deceptive", _("It is used to deceive")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        """What became of a report; for people, the row says `upheld`."""

        TAKEN_DOWN = "taken_down", _("taken down")
        LEFT = "left", _("left where it is")

    organisation_path: ClassVar[str] = "result__organisation"

    result = models.ForeignKey(Result, models.CASCADE, related_name="reports")
    number = models.CharField(max_length=12, unique=True, default=new_number)
    ground = models.CharField(max_length=10, choices=Ground.choices)
    words = models.TextField(max_length=1000, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    upheld = models.BooleanField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("takedown report")
        verbose_name_plural = _("takedown reports")
        ordering = ["decided_at", "due_at"]

    def __str__(self) -> str:
        return self.number

    @property
    def organisation(self) -> Organisation:
        return self.result.organisation


class ErasureRun(models.Model):
    """One run of an erasure that erased something, failed at something, or was asked for."""

    class Kind(models.TextChoices):
        """What is erased."""

        PHOTOS = "photos", _("photos that a job left behind")
        RESULTS = "results", _("pictures whose link has ended")
        LEFTOVERS = "leftovers", _("pictures of lost attempts")
        LEADS = "leads", _("contact details")
        CONSENTS = "consents", _("consent records")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    erased = models.PositiveIntegerField()
    failed = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("erasure run")
        verbose_name_plural = _("erasure runs")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["at"], name="erasure_run_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
