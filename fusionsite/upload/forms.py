"""The one form of a visitor: which scene, which photo, which face, and what they agreed to."""

from typing import Any

from django import forms
from django.conf import settings

from campaigns.models import Campaign, ConsentText
from fusion import Box
from fusionsite.jobs.consents import Agreement
from fusionsite.jobs.orders import FaceOrder, Order
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.refusals import (
    ConsentMissing,
    ConsentOutdated,
    NoSuchFace,
    PhotoMissing,
    PhotoTooHeavy,
)


class MakeForm(forms.Form):
    """Shape only: the rules about photo, scene and consent are `jobs.submission`'s."""

    model_id = forms.CharField(max_length=64)
    photo = forms.FileField(required=False, allow_empty_file=True)
    face = forms.CharField(max_length=60, required=False)
    consent_version = forms.IntegerField(required=False)
    consent_language = forms.CharField(max_length=10, required=False)
    agrees = forms.BooleanField(required=False)
    old_enough = forms.BooleanField(required=False)
    gallery = forms.BooleanField(required=False)
    contact = forms.BooleanField(required=False)
    idempotency_key = forms.RegexField(r"^[0-9a-f]{16,64}$", required=False)

    cleaned_data: dict[str, Any]

    def taken_photo(self) -> Photo:
        """The uploaded file, read only if it is small enough. Raises PhotoMissing or -TooHeavy."""
        upload = self.cleaned_data.get("photo")
        if not upload:
            raise PhotoMissing
        most = settings.FUSION_PHOTO_MAX_BYTES
        if upload.size > most:
            raise PhotoTooHeavy(
                measured=round(upload.size / 1e6, 1), limit=round(most / 1e6, 1), unit="MB"
            )
        return Photo(encoded=upload.read())

    def order(self) -> Order:
        """The chosen face, as its box in the upright photo; without one, the only face."""
        face = self.cleaned_data.get("face")
        if not face:
            return Order(faces=(FaceOrder(only_face=True),))
        return Order(faces=(FaceOrder(box=_box(face)),))

    def agreement(self, campaign: Campaign) -> Agreement:
        """What was ticked, under the words that were shown. Raises ConsentMissing or -Outdated."""
        ticked = self.cleaned_data
        text = ConsentText.objects.filter(
            campaign=campaign,
            language=ticked.get("consent_language") or "",
            version=ticked.get("consent_version") or 0,
        ).first()
        if text is None:
            raise ConsentOutdated
        asks_age = campaign.age_rule != Campaign.AgeRule.NONE
        if asks_age and not ticked.get("old_enough"):
            raise ConsentMissing
        return Agreement(
            text=text,
            use_photo=bool(ticked.get("agrees")),
            of_age=True if asks_age else None,
            contact=bool(ticked.get("contact")),
            gallery=bool(ticked.get("gallery")),
        )


def _box(corners: str) -> Box:
    """ "left top right bottom" in px, as `SeveralFaces.faces` offered it. Raises NoSuchFace."""
    try:
        left, top, right, bottom = (int(number) for number in corners.split())
    except ValueError as error:
        raise NoSuchFace from error
    return Box(left=left, top=top, width=right - left, height=bottom - top)
