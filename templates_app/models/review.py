"""Reviews and appeals: who asked, who decided, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from templates_app.models.material import MaterialVersion

if TYPE_CHECKING:
    from datetime import datetime

    from campaigns.models import Organisation


class Reason(models.TextChoices):
    """Why a material is rejected; free text is added, not instead."""

    FACE_SMALL = "face_small", _("a face is too small")
    FACE_TURNED = "face_turned", _("a face looks away")
    FACE_CUT = "face_cut", _("too little room round a face")
    FACE_COVERED = "face_covered", _("something covers a face")
    FACES_WRONG = "faces_wrong", _("the marked faces are not the right ones")
    BLURRED = "blurred", _("not sharp enough")
    DUPLICATE = "duplicate", _("the same picture is already there")
    LOOK = "look", _("does not fit the campaign")
    RIGHTS = "rights", _("the rights are not proven")
    CONSENT = "consent", _("the consent of the person shown is not proven")
    MARKS = "marks", _("shows somebody else's brand, emblem or work")
    MINOR = "minor", _("shows a minor")
    UNSUITABLE = "unsuitable", _("indecent, demeaning or unlawful")


LASTING_REASONS = frozenset({Reason.MINOR, Reason.UNSUITABLE})
"""Reasons that lie in the picture itself: the same file is turned down by machine next time."""


class Outcome(models.TextChoices):
    """How a review ended; blank while it is open."""

    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    RECALLED = "recalled", _("taken back by the submitter")


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reviews as the queue needs them."""

    def open(self) -> ReviewQuerySet:
        """Not decided yet, oldest first."""
        return self.filter(outcome="").order_by("submitted_at", "pk")

    def free_for(self, person_id: int, at: datetime) -> ReviewQuerySet:
        """Open, not this person's own submission, and not claimed by somebody else."""
        unclaimed = Q(claimed_by__isnull=True) | Q(claim_until__lte=at) | Q(claimed_by=person_id)
        return self.open().filter(unclaimed).exclude(submitted_by=person_id)


class Review(models.Model):
    """One submission of one version and what became of it.

    An undone decision keeps its row (``undone_at``); the version then gets a new one.
    """

    organisation_path: ClassVar[str] = "version__material__campaign__organisation"

    version = models.ForeignKey(
        MaterialVersion,
        verbose_name=_("version"),
        related_name="reviews",
        on_delete=models.CASCADE,
    )
    note = models.CharField(_("note of the submitter"), max_length=500, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitted by"),
        related_name="+",
        on_delete=models.PROTECT,
    )
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now, editable=False)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("claimed by"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    claim_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    by_machine = models.BooleanField(_("decided by machine"), default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(outcome=""), name="review_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.RECALLED) | ~Q(decided_by=F("submitted_by")),
                name="review_two_people",
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)

    @property
    def organisation(self) -> Organisation:
        return self.version.organisation

    def reason_sentences(self) -> list[str]:
        """The reasons in the reader's language."""
        return [str(Reason(reason).label) for reason in self.reasons]

    def is_claimed(self, at: datetime) -> bool:
        """Whether somebody holds it at that moment."""
        return self.claimed_by_id is not None and (self.claim_until or at) > at


class Appeal(models.Model):
    """The one objection to a rejection; another reviewer decides within a working day."""

    organisation_path: ClassVar[str] = "review__version__material__campaign__organisation"

    review = models.OneToOneField(
        Review, verbose_name=_("review"), related_name="appeal", on_delete=models.CASCADE
    )
    text = models.TextField(_("what the submitter says"), max_length=2000)
    appealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("appealed by"),
        related_name="+",
        on_delete=models.PROTECT,
    )
    appealed_at = models.DateTimeField(_("appealed"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due"))
    won = models.BooleanField(_("won"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    chased_at = models.DateTimeField(_("reviewers reminded"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("appealed_by")), name="appeal_two_people"
            ),
            models.CheckConstraint(
                condition=Q(won__isnull=True, decided_at__isnull=True)
                | Q(won__isnull=False, decided_at__isnull=False),
                name="appeal_decided_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.review)

    @property
    def organisation(self) -> Organisation:
        return self.review.organisation
