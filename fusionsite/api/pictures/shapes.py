"""How jobs and what they made look in answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from fusion.parsing import PALETTE, REGIONS
from fusionsite.api import problems
from fusionsite.api.fields import Shape
from fusionsite.api.pictures.facts import (
    WHY,
    Paid,
    address_of,
    charge_of,
    paid_for,
    picture_of,
)
from fusionsite.api.problem_shapes import ProblemOut
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.progress import seconds_left

State = FusionJob.State


class BoxOut(Shape):
    """A rectangle in pixels of the upright picture."""

    left = serializers.IntegerField()
    top = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class ChargeOut(Shape):
    """Whether it is paid for, and why or why not."""

    charged = serializers.BooleanField()
    why = serializers.ChoiceField(
        choices=WHY,
        help_text="held: until it ends. released: nothing was delivered. never: it is free. "
        "The others: what paid for it.",
    )
    amount_fen = serializers.IntegerField(help_text="From the balance or the month's bill, in fen.")


class PictureOut(Shape):
    """A made picture: behind a link, or as bytes."""

    url = serializers.URLField(allow_null=True, help_text="The picture itself; no key is needed.")
    page_url = serializers.URLField(allow_null=True, help_text="A page around it, to share.")
    base64 = serializers.CharField(allow_null=True, help_text="With `answer: bytes`.")
    content_type = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    bytes = serializers.IntegerField(allow_null=True)
    expires_at = serializers.DateTimeField(help_text="Then it is erased.")
    expires_in_s = serializers.IntegerField()


class JobOut(Shape):
    """A job: how far it is, what it cost, and what became of it."""

    id = serializers.UUIDField(source="public_id")
    url = serializers.SerializerMethodField(help_text="Its own address.")
    state = serializers.ChoiceField(choices=State.choices)
    stage = serializers.ChoiceField(choices=FusionJob.Stage.choices)
    place = serializers.SerializerMethodField(help_text="In the queue; 0 when it is at work.")
    seconds_left = serializers.SerializerMethodField(help_text="About; null when it has ended.")
    campaign = serializers.SerializerMethodField(help_text="The campaign's number.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    request_id = serializers.CharField(help_text="Of the request that asked for it.")
    charge = serializers.SerializerMethodField()
    problem = serializers.SerializerMethodField(help_text="Why there is nothing; else null.")

    def get_url(self, job: FusionJob) -> str:
        return address_of(job)

    def get_place(self, job: FusionJob) -> int:
        return 0 if job.ended else job.place_in_queue

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_seconds_left(self, job: FusionJob) -> int | None:
        return None if job.ended else round(seconds_left(job.place_in_queue))

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_campaign(self, job: FusionJob) -> int | None:
        return job.campaign.project_id if job.campaign else None

    @extend_schema_field(ChargeOut())
    def get_charge(self, job: FusionJob) -> dict[str, Any]:
        paid: Paid | None = self.context.get("paid")
        return charge_of(job, paid_for([job]) if paid is None else paid)

    @extend_schema_field(ProblemOut(allow_null=True))
    def get_problem(self, job: FusionJob) -> dict[str, Any] | None:
        refusal = job.refusal
        return None if refusal is None else problems.problem(refusal, request_id=job.request_id)


class FusionOut(JobOut):
    """A fusion."""

    material = serializers.CharField(source="material.model_id", default=None, allow_null=True)
    answer = serializers.ChoiceField(choices=FusionJob.Answer.choices)
    picture = serializers.SerializerMethodField(help_text="Null until it is made, and when gone.")

    @extend_schema_field(PictureOut(allow_null=True))
    def get_picture(self, job: FusionJob) -> dict[str, Any] | None:
        taken: bytes | None = self.context.get("taken")
        return picture_of(job, taken)


class RegionOut(Shape):
    """One of the eleven regions."""

    id = serializers.IntegerField(help_text="The grey value of its pixels.")
    name = serializers.CharField()
    colour = serializers.CharField(help_text="In the painted picture, as #rrggbb.")


class ParseOut(JobOut):
    """A parse: a picture of the same size that says which part of a face each pixel shows."""

    answer = serializers.ChoiceField(choices=FusionJob.Answer.choices)
    picture = serializers.SerializerMethodField(help_text="Null until it is made, and when gone.")
    regions = serializers.SerializerMethodField()

    @extend_schema_field(PictureOut(allow_null=True))
    def get_picture(self, job: FusionJob) -> dict[str, Any] | None:
        return picture_of(job, self.context.get("taken"), content_type="image/png")

    @extend_schema_field(RegionOut(many=True))
    def get_regions(self, job: FusionJob) -> list[dict[str, Any]]:
        return [
            {"id": number, "name": name, "colour": "#{:02x}{:02x}{:02x}".format(*PALETTE[number])}
            for number, name in enumerate(REGIONS)
        ]


class PoseOut(Shape):
    """Where the head points, in degrees; all zero looks straight into the camera."""

    yaw = serializers.FloatField()
    pitch = serializers.FloatField()
    roll = serializers.FloatField()


class VerdictOut(Shape):
    """One measure beside its limit."""

    rule = serializers.ChoiceField(
        choices=["size", "outside", "yaw", "pitch", "sharpness", "covered"]
    )
    met = serializers.BooleanField()
    measured = serializers.FloatField()
    limit = serializers.FloatField()
    limit_is = serializers.ChoiceField(choices=["minimum", "maximum"])
    unit = serializers.CharField(allow_blank=True)


class FaceOut(Shape):
    """One face of the photo."""

    number = serializers.IntegerField(help_text="Name it by this in `faces` of a fusion.")
    box = BoxOut()
    size_px = serializers.IntegerField(help_text="The shorter side of the box.")
    eye_distance_px = serializers.FloatField()
    pose = PoseOut()
    sharpness = serializers.FloatField()
    brightness = serializers.FloatField(help_text="0 is black, 100 is white.")
    glasses = serializers.BooleanField(help_text="A hint: thin frames are not seen.")
    score = serializers.FloatField(help_text="How sure the detector is, 0 to 1.")
    usable = serializers.BooleanField(help_text="Whether a fusion would take it.")
    verdicts = VerdictOut(many=True)


class MeasuredOut(Shape):
    """What was found; boxes count pixels of the upright picture of this size."""

    width = serializers.IntegerField()
    height = serializers.IntegerField()
    faces = FaceOut(many=True)


class FacesOut(JobOut):
    """A measuring."""

    measured = serializers.SerializerMethodField(help_text="Null until it ends, and when gone.")

    @extend_schema_field(MeasuredOut(allow_null=True))
    def get_measured(self, job: FusionJob) -> dict[str, Any] | None:
        measured: dict[str, Any] | None = self.context.get("measured")
        return measured


class ResultOut(Shape):
    """A picture that a key of this account had made."""

    id = serializers.CharField(source="result.key")
    fusion = serializers.UUIDField(source="public_id", help_text="The job that made it.")
    kind = serializers.ChoiceField(choices=["fuse", "parse"])
    campaign = serializers.SerializerMethodField(help_text="The campaign's number.")
    material = serializers.CharField(source="material.model_id", default=None, allow_null=True)
    created_at = serializers.DateTimeField(source="result.created_at")
    erased_at = serializers.DateTimeField(source="result.erased_at", allow_null=True)
    erased_why = serializers.CharField(source="result.erased_why", allow_blank=True)
    hidden = serializers.SerializerMethodField(help_text="Taken out of sight by a moderator.")
    opened = serializers.IntegerField(source="result.opened_count")
    picture = serializers.SerializerMethodField(help_text="Null when it is gone.")

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_campaign(self, job: FusionJob) -> int | None:
        return job.campaign.project_id if job.campaign else None

    def get_hidden(self, job: FusionJob) -> bool:
        return job.result is not None and job.result.hidden_at is not None

    @extend_schema_field(PictureOut(allow_null=True))
    def get_picture(self, job: FusionJob) -> dict[str, Any] | None:
        return picture_of(job, None)
