"""How campaigns look in bodies and answers."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.models import Campaign, CampaignText, ConsentText
from campaigns.models.campaign import LINK_LIFE_S
from fusionsite.api.fields import Body, Day, Email, Flag, Moment, Number, Shape, Slug, Text, Word
from templates_app.publishing import Unmet, unmet

LANGUAGES = [code for code, _name in settings.LANGUAGES]
_COLOUR = r"^#[0-9a-fA-F]{6}$"


def _word(choices: Any) -> Word:
    return Word(choices=[str(value) for value, _name in choices], required=False)


def _percent() -> Number:
    return Number(required=False, min_value=0, max_value=100)


def _cap() -> Number:
    return Number(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)


def _colour() -> serializers.RegexField:
    return serializers.RegexField(_COLOUR, required=False, help_text="As #1a2b3c.")


class CampaignIn(Body):
    """Settings of a campaign; those that are left out stay as they are."""

    owner_contact = Email(required=False, max_length=254)
    languages = serializers.ListField(
        child=Word(choices=LANGUAGES), required=False, min_length=1, max_length=len(LANGUAGES)
    )
    starts_at = Moment(required=False, allow_null=True)
    ends_at = Moment(required=False, allow_null=True)
    time_zone = Text(required=False, max_length=64, help_text="As Asia/Shanghai.")
    brand_colour = _colour()
    stage_colour = _colour()
    label_text = Text(required=False, allow_blank=True, max_length=40)
    label_corner = _word(Campaign.LabelCorner.choices)
    label_height_percent = Number(required=False, min_value=5, max_value=20)
    face_degree = _percent()
    profile_degree = _percent()
    skin_tone = _word(Campaign.SkinTone.choices)
    age_rule = _word(Campaign.AgeRule.choices)
    link_life_s = Number(required=False, min_value=LINK_LIFE_S[0], max_value=LINK_LIFE_S[1])
    gallery = _word(Campaign.Gallery.choices)
    lead_form = Flag(required=False)
    leads_purged_at = Day(required=False, allow_null=True)
    daily_cap = _cap()
    total_cap = _cap()
    caps_hard = Flag(required=False)


class NewCampaignIn(CampaignIn):
    """A new draft; the account of the key pays for it."""

    slug = Slug(max_length=60, help_text="Its short name, once on the whole site.")


class TextIn(Body):
    """What visitors read, in one language."""

    name = Text(max_length=80)
    tagline = Text(required=False, allow_blank=True, max_length=160)
    description = Text(required=False, allow_blank=True, max_length=2000)
    call_to_action = Text(required=False, allow_blank=True, max_length=60)
    call_to_action_url = Text(required=False, allow_blank=True, max_length=500)
    ended_text = Text(required=False, allow_blank=True, max_length=300)


class ConsentTextIn(Body):
    """What visitors agree to, in one language; it becomes a new version."""

    responsible = Text(max_length=200)
    contact = Text(max_length=200)
    body = Text(max_length=5000)
    contact_body = Text(required=False, allow_blank=True, max_length=2000)
    gallery_body = Text(required=False, allow_blank=True, max_length=2000)


class WhyIn(Body):
    """Why."""

    why = Text(required=False, allow_blank=True, max_length=500)


class NothingIn(Body):
    """No field at all."""


class TextOut(serializers.ModelSerializer[CampaignText]):
    """What visitors read, in one language."""

    language = serializers.CharField()
    name = serializers.CharField()
    tagline = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    call_to_action = serializers.CharField(allow_blank=True)
    call_to_action_url = serializers.CharField(allow_blank=True)
    ended_text = serializers.CharField(allow_blank=True)

    class Meta:
        model = CampaignText
        fields = [
            "language",
            "name",
            "tagline",
            "description",
            "call_to_action",
            "call_to_action_url",
            "ended_text",
        ]


class ConsentTextOut(serializers.ModelSerializer[ConsentText]):
    """What visitors agree to, in one language."""

    language = serializers.CharField()
    version = serializers.IntegerField(min_value=1)
    responsible = serializers.CharField()
    contact = serializers.CharField()
    body = serializers.CharField()
    contact_body = serializers.CharField(allow_blank=True)
    gallery_body = serializers.CharField(allow_blank=True)

    class Meta:
        model = ConsentText
        fields = [
            "language",
            "version",
            "responsible",
            "contact",
            "body",
            "contact_body",
            "gallery_body",
            "created_at",
        ]


class UnmetOut(Shape):
    """One point that keeps it from being published."""

    code = serializers.CharField()
    step = serializers.CharField()
    sentence = serializers.CharField()


class CampaignOut(Shape):
    """A campaign."""

    id = serializers.IntegerField(source="project_id", help_text="The campaign's number.")
    slug = serializers.CharField()
    url = serializers.SerializerMethodField(help_text="Its own address.")
    page_url = serializers.SerializerMethodField(help_text="Where visitors start.")
    state = serializers.ChoiceField(choices=Campaign.State.choices)
    sandbox = serializers.BooleanField()
    owner_contact = serializers.CharField(allow_blank=True)
    languages = serializers.ListField(child=serializers.CharField())
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    time_zone = serializers.CharField()
    brand_colour = serializers.CharField()
    stage_colour = serializers.CharField(allow_blank=True)
    label_text = serializers.CharField(allow_blank=True)
    label_corner = serializers.ChoiceField(choices=Campaign.LabelCorner.choices)
    label_height_percent = serializers.IntegerField()
    face_degree = serializers.IntegerField()
    profile_degree = serializers.IntegerField()
    skin_tone = serializers.ChoiceField(choices=Campaign.SkinTone.choices)
    age_rule = serializers.ChoiceField(choices=Campaign.AgeRule.choices)
    link_life_s = serializers.IntegerField()
    gallery = serializers.ChoiceField(choices=Campaign.Gallery.choices)
    lead_form = serializers.BooleanField()
    leads_purged_at = serializers.DateField(allow_null=True)
    daily_cap = serializers.IntegerField(allow_null=True)
    total_cap = serializers.IntegerField(allow_null=True)
    caps_hard = serializers.BooleanField()
    fee_state = serializers.ChoiceField(choices=Campaign.FeeState.choices)
    pictures_total = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    texts = TextOut(many=True)

    def get_url(self, campaign: Campaign) -> str:
        return reverse("api:campaign", args=[campaign.project_id])

    def get_page_url(self, campaign: Campaign) -> str:
        return settings.FUSION_BASE_URL + reverse("upload:landing", args=[campaign.slug])


class CampaignDetailOut(CampaignOut):
    """A campaign with its consent texts and what keeps it from being published."""

    consent_texts = serializers.SerializerMethodField(help_text="The newest version of each.")
    unmet = serializers.SerializerMethodField(help_text="Empty: it can be published.")

    @extend_schema_field(ConsentTextOut(many=True))
    def get_consent_texts(self, campaign: Campaign) -> Any:
        newest = {text.language: text for text in campaign.consent_texts.order_by("version")}
        return ConsentTextOut(list(newest.values()), many=True).data

    @extend_schema_field(UnmetOut(many=True))
    def get_unmet(self, campaign: Campaign) -> list[dict[str, Any]]:
        return [_point(point) for point in unmet(campaign)]


def _point(point: Unmet) -> dict[str, Any]:
    return {"code": point.code, "step": point.step, "sentence": str(point.sentence)}


class RefusedOut(Shape):
    """A material that was not submitted, and why."""

    material = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class SubmittedOut(Shape):
    """What became of each draft material."""

    submitted = serializers.ListField(child=serializers.CharField(), help_text="Their ids.")
    refused = RefusedOut(many=True)
