"""Materials: a template portrait under its public id, its versions, faces and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Organisation
from templates_app.models.storage import materials_storage

if TYPE_CHECKING:
    from datetime import datetime


class State(models.TextChoices):
    """Where a material, or one of its versions, stands.

    A version moves: draft -> pending -> approved or rejected -> (rejected only) appealed ->
    appeal_won or appeal_lost. Pending falls back to draft when it is recalled; rejected and
    appeal_lost fall back to draft when they are revised. Only a material can be withdrawn.
    """

    DRAFT = "draft", _("Draft")
    PENDING = "pending", _("In review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    APPEALED = "appealed", _("Appeal in review")
    APPEAL_WON = "appeal_won", _("Appeal won")
    APPEAL_LOST = "appeal_lost", _("Appeal lost")
    WITHDRAWN = "withdrawn", _("Withdrawn")


SERVING_STATES = (State.APPROVED, State.APPEAL_WON)

STATUS_NUMBERS: dict[str, int] = {
    State.DRAFT: 0,
    State.PENDING: 0,
    State.APPROVED: 1,
    State.REJECTED: 2,
    State.APPEALED: 3,
    State.APPEAL_WON: 11,
    State.APPEAL_LOST: 12,
    State.WITHDRAWN: 2,
}
"""The numbers partners know; a decision made by the machine counts 20 more (21, 22)."""


class MaterialQuerySet(models.QuerySet["Material"]):
    """Materials, and the ones that may be fused with."""

    def in_rights(self, at: datetime) -> MaterialQuerySet:
        """Those with a confirmed rights record that holds at that moment."""
        return self.filter(
            Q(rights__ends_at__isnull=True) | Q(rights__ends_at__gt=at),
            rights__isnull=False,
            rights__starts_at__lte=at,
        )

    def servable(self, at: datetime) -> MaterialQuerySet:
        """Approved and in rights."""
        return self.filter(state__in=SERVING_STATES).in_rights(at)

    def with_newest(self) -> MaterialQuerySet:
        """With `newest_pk` and `newest_state`: the version that is worked on."""
        newest = MaterialVersion.objects.filter(material=OuterRef("pk")).order_by("-number")
        return self.annotate(
            newest_pk=Subquery(newest.values("pk")[:1]),
            newest_state=Subquery(newest.values("state")[:1]),
        )


class Material(models.Model):
    """A template portrait of one campaign.

    ``current`` is the version the world sees: the newest approved one, or the newest of all while
    none was ever approved. ``state`` is the state of ``current``, or withdrawn. ``rights`` is the
    newest rights record that a second person confirmed. A deleted material is withdrawn too, and
    can be brought back.
    """

    organisation_path: ClassVar[str] = "campaign__organisation"

    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaign"), related_name="materials", on_delete=models.PROTECT
    )
    model_id = models.CharField(_("model id"), max_length=64, unique=True, editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    titles = models.JSONField(_("titles"), default=dict, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    face_degree = models.PositiveSmallIntegerField(
        _("face strength"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    profile_degree = models.PositiveSmallIntegerField(
        _("outline strength"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    skin_tone = models.CharField(
        _("skin tone"),
        max_length=10,
        blank=True,
        choices=Campaign.SkinTone,
    )
    current = models.ForeignKey(
        "MaterialVersion",
        verbose_name=_("current version"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    rights = models.ForeignKey(
        "Rights",
        verbose_name=_("rights in force"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        related_name="+",
        on_delete=models.PROTECT,
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["campaign", "position", "number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="material_number_once"),
            models.CheckConstraint(
                condition=Q(face_degree__isnull=True) | Q(face_degree__lte=100),
                name="material_face_degree_0_100",
            ),
            models.CheckConstraint(
                condition=Q(profile_degree__isnull=True) | Q(profile_degree__lte=100),
                name="material_profile_degree_0_100",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "state"], name="material_campaign_state")]

    def __str__(self) -> str:
        return f"{self.title()} ({self.model_id})"

    @property
    def organisation(self) -> Organisation:
        return self.campaign.organisation

    def title(self, language: str | None = None) -> str:
        """The title in that language (default: the reader's), in another, or the model id."""
        wanted = self.titles.get(language or get_language() or "")
        return str(wanted or next((t for t in self.titles.values() if t), self.model_id))

    def settle(self) -> None:
        """Make ``current`` and ``state`` say what the versions say; the caller holds the lock."""
        newest_first = self.versions.order_by("-number")
        serving = newest_first.filter(state__in=SERVING_STATES).first()
        self.current = serving or newest_first.first()
        if self.state != State.WITHDRAWN and self.current is not None:
            self.state = self.current.state
        self.changed_at = timezone.now()
        self.save(update_fields=["current", "state", "changed_at"])

    @property
    def newest(self) -> MaterialVersion:
        """The version that is worked on: the last one uploaded."""
        return self.versions.order_by("-number").select_related("material")[0]

    @property
    def status_number(self) -> int:
        """0 in review, 1 approved, 2 rejected, 3 appeal, 11/12 appeal won/lost, 21/22 by machine.

        A draft counts as in review, a withdrawn material as rejected: neither can be used.
        """
        number = STATUS_NUMBERS[self.state]
        if self.state not in (State.APPROVED, State.REJECTED) or self.current is None:
            return number
        return number + 20 if self.current.decided_by_machine else number

    def analysis_bytes(self) -> bytes:
        """The stored template analysis of the current version."""
        if self.current is None:
            raise FileNotFoundError(self.model_id)
        return self.current.analysis_bytes()

    @property
    def faces(self) -> models.QuerySet[MaterialFace]:
        """The faces of the current version that a visitor's face may take, in their order."""
        return MaterialFace.objects.filter(version=self.current_id, removed=False)


class MaterialVersion(models.Model):
    """One picture of a material with everything computed from it at intake."""

    organisation_path: ClassVar[str] = "material__campaign__organisation"

    material = models.ForeignKey(
        Material, verbose_name=_("material"), related_name="versions", on_delete=models.CASCADE
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    decided_by_machine = models.BooleanField(_("decided by machine"), default=False)
    image = models.FileField(_("picture"), storage=materials_storage, max_length=200)
    thumbnail = models.FileField(_("thumbnail"), storage=materials_storage, max_length=200)
    layer = models.FileField(
        _("front layer"), storage=materials_storage, max_length=200, blank=True
    )
    skin_mask = models.FileField(
        _("skin mask"), storage=materials_storage, max_length=200, blank=True
    )
    analysis = models.FileField(
        _("analysis"), storage=materials_storage, max_length=200, blank=True
    )
    analysis_key = models.CharField(_("analysis key"), max_length=80, blank=True)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size_bytes = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    dhash = models.CharField(_("difference hash"), max_length=16)
    changes = models.JSONField(_("changes made at intake"), default=list, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        related_name="+",
        on_delete=models.PROTECT,
    )
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)

    FILE_FIELDS: ClassVar[tuple[str, ...]] = (
        "image",
        "thumbnail",
        "layer",
        "skin_mask",
        "analysis",
    )

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["material", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["material", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["material"],
                condition=Q(state="pending"),
                name="version_one_pending",
            ),
            models.CheckConstraint(condition=~Q(state="withdrawn"), name="version_never_withdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.material.model_id} v{self.number}"

    @property
    def organisation(self) -> Organisation:
        return self.material.organisation

    def analysis_bytes(self) -> bytes:
        """The stored template analysis; FileNotFoundError when it was lost."""
        with self.analysis.open("rb") as stored:
            return bytes(stored.read())

    def image_bytes(self) -> bytes:
        """The picture's file."""
        with self.image.open("rb") as stored:
            return bytes(stored.read())


class MaterialFace(models.Model):
    """A face of a version: `<model_id>_<number>` to partners, a seat to visitors.

    Numbers run from 1 from left to right; the stored analysis holds all faces in that order, and
    removing one renumbers nothing. ``position`` is the order in which seats are offered; equal
    ones go by number.
    """

    organisation_path: ClassVar[str] = "version__material__campaign__organisation"

    version = models.ForeignKey(
        MaterialVersion, verbose_name=_("version"), related_name="faces", on_delete=models.CASCADE
    )
    number = models.PositiveSmallIntegerField(_("number"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=60, blank=True)
    removed = models.BooleanField(_("removed"), default=False)
    left = models.IntegerField(_("left"))
    top = models.IntegerField(_("top"))
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    yaw = models.FloatField(_("turn to the side"))
    pitch = models.FloatField(_("turn up or down"))
    roll = models.FloatField(_("lean"))
    sharpness = models.FloatField(_("sharpness"))

    class Meta:
        verbose_name = _("face")
        verbose_name_plural = _("faces")
        ordering = ["version", "position", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="face_number_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.face_id

    @property
    def organisation(self) -> Organisation:
        return self.version.organisation

    @property
    def face_id(self) -> str:
        """The name partners use in TemplateFaceID."""
        return f"{self.version.material.model_id}_{self.number}"

    @property
    def template_face(self) -> int:
        """Its place in the stored analysis, from 0."""
        return self.number - 1

    @property
    def area(self) -> int:
        """Square pixels of the box; the largest face is a template's default."""
        return self.width * self.height


class Finding(models.Model):
    """What one rule measured on a version, or on one of its faces, beside its limit.

    A fact for the reviewer, never a verdict: nothing is refused because ``met`` is false.
    """

    organisation_path: ClassVar[str] = "version__material__campaign__organisation"

    version = models.ForeignKey(
        MaterialVersion,
        verbose_name=_("version"),
        related_name="findings",
        on_delete=models.CASCADE,
    )
    face = models.ForeignKey(
        MaterialFace,
        verbose_name=_("face"),
        related_name="findings",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
    )
    rule = models.CharField(_("rule"), max_length=20)
    measured = models.FloatField(_("measured"))
    limit = models.FloatField(_("limit"))
    met = models.BooleanField(_("within the limit"))
    other = models.ForeignKey(
        Material,
        verbose_name=_("other material"),
        related_name="+",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = [F("face__number").asc(nulls_first=True), "rule"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "face", "rule"], name="finding_once_per_face"
            ),
            models.UniqueConstraint(
                fields=["version", "rule"],
                condition=Q(face__isnull=True),
                name="finding_once_per_picture",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.rule} {self.measured:g} ({self.limit:g})"

    @property
    def organisation(self) -> Organisation:
        return self.version.organisation
