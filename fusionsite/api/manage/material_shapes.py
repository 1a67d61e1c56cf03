"""How materials look in bodies and answers."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.models import Campaign
from fusionsite.api.fields import Body, Day, Flag, Number, Shape, Text, Word
from fusionsite.api.manage.campaign_shapes import LANGUAGES
from fusionsite.api.pictures.bodies import PictureIn
from fusionsite.api.pictures.shapes import BoxOut, PoseOut
from templates_app import findings, rights
from templates_app.models import (
    Consent,
    Depicted,
    Finding,
    Material,
    MaterialVersion,
    Source,
    State,
)
from templates_app.models.material import SERVING_STATES


class TitlesIn(serializers.DictField):
    """A title by language."""

    child = Text(allow_blank=True, max_length=120)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        found: dict[str, str] = super().to_internal_value(data)
        if strange := set(found) - set(LANGUAGES):
            raise serializers.ValidationError(
                {name: [_("There is no such language.")] for name in sorted(strange)}
            )
        return found


class MaterialEditIn(Body):
    """What may be changed of a material; null takes the campaign's value."""

    titles = TitlesIn(required=False)
    face_degree = Number(required=False, allow_null=True, min_value=0, max_value=100)
    profile_degree = Number(required=False, allow_null=True, min_value=0, max_value=100)
    skin_tone = Word(
        required=False,
        choices=[str(value) for value in Campaign.SkinTone.values],
        allow_blank=True,
        help_text="Empty takes the campaign's.",
    )


class PictureChangeIn(Body):
    """The picture of a material."""

    picture = PictureIn()
    layer = PictureIn(required=False, help_text="A PNG that lies in front of the face.")
    skin_mask = PictureIn(required=False, help_text="A grey PNG that marks its skin.")
    fit = Flag(
        required=False,
        default=False,
        help_text="Brings a picture that is too large within the limits first.",
    )


class NewMaterialIn(PictureChangeIn):
    """A new draft in a campaign."""

    campaign = Number(min_value=1, max_value=2**53)
    title = Text(required=False, allow_blank=True, max_length=120)


class PictureChangeForm(Body):
    """The picture of a material as a form."""

    picture = serializers.FileField()
    layer = serializers.FileField(required=False)
    skin_mask = serializers.FileField(required=False)
    fit = serializers.BooleanField(required=False, default=False)


class NewMaterialForm(PictureChangeForm):
    """A new draft as a form."""

    campaign = serializers.IntegerField(min_value=1)
    title = serializers.CharField(required=False, max_length=120)


class RightsIn(Body):
    """Where the picture is from, who holds the rights, who is shown, until when."""

    source = Word(choices=[str(v) for v in Source.values])  # type: ignore[assignment]  # a field here
    source_note = Text(required=False, allow_blank=True, max_length=300)
    holder = Text(max_length=200)
    depicted = Word(choices=[str(value) for value in Depicted.values])
    depicted_names = Text(required=False, allow_blank=True, max_length=300)
    consent = Word(choices=[str(value) for value in Consent.values])
    ends_on = Day(required=False, allow_null=True)
    without_end = Flag(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["without_end"] and attrs.get("ends_on"):
            message = _("Either a last day or no end.")
            raise serializers.ValidationError({"ends_on": [message]}, code="one-of")
        return attrs


class NoteIn(Body):
    """A word to the reviewer."""

    note = Text(required=False, allow_blank=True, max_length=500)


class ReasonIn(Body):
    """Why."""

    why = Text(max_length=500)


class FindingOut(Shape):
    """What one rule measured beside its limit: a fact, never a verdict."""

    rule = serializers.CharField()
    measured = serializers.FloatField()
    limit = serializers.FloatField()
    met = serializers.BooleanField()
    sentence = serializers.SerializerMethodField()

    def get_sentence(self, finding: Finding) -> str:
        return findings.sentence(finding)


class SeatOut(Shape):
    """A face of the material that a visitor's face may take."""

    id = serializers.CharField(source="face_id")
    number = serializers.IntegerField(help_text="Name it as `template_face`.")
    name = serializers.CharField(allow_blank=True)
    box = BoxOut(source="*")
    pose = PoseOut(source="*")
    sharpness = serializers.FloatField()


class VersionOut(Shape):
    """One picture of a material."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=State.choices)
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    bytes = serializers.IntegerField(source="size_bytes")
    sha256 = serializers.CharField()
    created_at = serializers.DateTimeField()
    changes = serializers.ListField(
        child=serializers.CharField(), help_text="Made when it was taken in."
    )
    faces = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()

    @extend_schema_field(SeatOut(many=True))
    def get_faces(self, version: MaterialVersion) -> Any:
        seats = version.faces.filter(removed=False).select_related("version__material")
        return SeatOut(seats.order_by("number"), many=True).data

    @extend_schema_field(FindingOut(many=True))
    def get_findings(self, version: MaterialVersion) -> Any:
        return FindingOut(version.findings.select_related("face", "other"), many=True).data


class MaterialOut(Shape):
    """A material: a template portrait of one campaign."""

    id = serializers.CharField(source="model_id")
    url = serializers.SerializerMethodField(help_text="Its own address.")
    picture_url = serializers.SerializerMethodField(help_text="The picture, for holders of a key.")
    campaign = serializers.IntegerField(source="campaign.project_id")
    state = serializers.ChoiceField(choices=State.choices)
    servable = serializers.SerializerMethodField(help_text="Approved and in rights: usable now.")
    titles = serializers.DictField(child=serializers.CharField(allow_blank=True))
    position = serializers.IntegerField()
    face_degree = serializers.IntegerField(allow_null=True)
    profile_degree = serializers.IntegerField(allow_null=True)
    skin_tone = serializers.CharField(allow_blank=True)
    width = serializers.IntegerField(source="current.width", default=None, allow_null=True)
    height = serializers.IntegerField(source="current.height", default=None, allow_null=True)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()

    def get_url(self, material: Material) -> str:
        return reverse("api:material", args=[material.model_id])

    def get_picture_url(self, material: Material) -> str:
        return reverse("api:material-picture", args=[material.model_id])

    def get_servable(self, material: Material) -> bool:
        held = material.rights is not None and material.rights.holds(timezone.now())
        return material.state in SERVING_STATES and held


class RightsOut(Shape):
    """The newest record of the rights."""

    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field here
    source_note = serializers.CharField(allow_blank=True)
    holder = serializers.CharField(allow_blank=True)
    depicted = serializers.CharField(allow_blank=True)
    depicted_names = serializers.CharField(allow_blank=True)
    consent = serializers.CharField(allow_blank=True)
    ends_on = serializers.DateField(allow_null=True)
    without_end = serializers.BooleanField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    missing = serializers.SerializerMethodField(help_text="Sentences; empty: complete.")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_missing(self, record: Any) -> list[str]:
        return rights.missing(record)


class ReviewOut(Shape):
    """The newest review."""

    submitted_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True, help_text="Empty while it is open.")
    reasons = serializers.ListField(child=serializers.CharField())
    comment = serializers.CharField(allow_blank=True)


class MaterialDetailOut(MaterialOut):
    """A material with its newest version, its rights and its review."""

    version = serializers.SerializerMethodField(help_text="The newest one, which is worked on.")
    rights = serializers.SerializerMethodField()
    review = serializers.SerializerMethodField()

    @extend_schema_field(VersionOut())
    def get_version(self, material: Material) -> Any:
        return VersionOut(material.newest).data

    @extend_schema_field(RightsOut(allow_null=True))
    def get_rights(self, material: Material) -> Any:
        record = rights.newest_record(material)
        return None if record is None else RightsOut(record).data

    @extend_schema_field(ReviewOut(allow_null=True))
    def get_review(self, material: Material) -> Any:
        last = material.newest.reviews.order_by("-pk").first()
        return None if last is None else ReviewOut(last).data
