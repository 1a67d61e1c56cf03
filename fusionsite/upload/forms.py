"""The one form of a visitor: which scene, which photo, which face, and what they agreed to."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from campaigns.models import Campaign, ConsentText
from fusionsite.jobs import nicknames
from fusionsite.jobs.consents import Agreement
from fusionsite.jobs.orders import FaceOrder, Order
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.refusals import (
    ConsentOutdated,
    NoSuchFace,
    PhotoMissing,
    PhotoTooHeavy,
)
from fusionsite.upload.seats import box_of, seated

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_PHOTOS = 3


class MakeForm(forms.Form):
    """Shape only: the rules about photo, scene and consent are `jobs.submission`'s."""

    model_id = forms.CharField(max_length=64)
    photo = forms.FileField(required=False, allow_empty_file=True)
    photo_2 = forms.FileField(required=False, allow_empty_file=True)
    photo_3 = forms.FileField(required=False, allow_empty_file=True)
    face = forms.CharField(max_length=60, required=False)
    seats = forms.CharField(max_length=400, required=False)
    nickname = forms.CharField(max_length=200, required=False, strip=False)
    consent_version = forms.IntegerField(required=False)
    consent_language = forms.CharField(max_length=10, required=False)
    agrees = forms.BooleanField(required=False)
    age = forms.ChoiceField(choices=[("old", "14 or older"), ("young", "younger")], required=False)
    guardian = forms.BooleanField(required=False)
    gallery = forms.BooleanField(required=False)
    contact = forms.BooleanField(required=False)
    idempotency_key = forms.RegexField(r"^[0-9a-f]{16,64}$", required=False)

    cleaned_data: dict[str, Any]

    def photos(self) -> tuple[Photo, ...]:
        """The uploaded files, read only if they are small enough. Raises a refusal."""
        files = [self.cleaned_data.get(name) for name in ("photo", "photo_2", "photo_3")]
        if not files[0]:
            raise PhotoMissing
        sent = [file for file in files if file]
        return tuple(read_upload(file, number) for number, file in enumerate(sent, start=1))

    def order(self, photos: int) -> Order:
        """Who goes where: as chosen; without a choice, the only face of the only photo."""
        if seats := self.cleaned_data.get("seats"):
            return Order(faces=seated(seats, photos))
        face = self.cleaned_data.get("face")
        if not face:
            return Order(faces=(FaceOrder(only_face=True),))
        try:
            return Order(faces=(FaceOrder(box=box_of(face)),))
        except ValueError as error:
            raise NoSuchFace from error

    def nickname_for(self, campaign: Campaign) -> str:
        """The name for the picture, where the campaign has one. Raises its refusals."""
        return nicknames.clean(self.cleaned_data.get("nickname") or "") if campaign.nickname else ""

    def is_too_young(self, campaign: Campaign) -> bool:
        """Whether a child is shown, and the campaign is not for children."""
        refused = campaign.age_rule == Campaign.AgeRule.REFUSE
        return refused and self.cleaned_data.get("age") == "young"

    def agreement(self, campaign: Campaign) -> Agreement:
        """What was ticked, under the words that were shown. Raises ConsentOutdated."""
        ticked = self.cleaned_data
        text = ConsentText.objects.filter(
            campaign=campaign,
            language=ticked.get("consent_language") or "",
            version=ticked.get("consent_version") or 0,
        ).first()
        if text is None:
            raise ConsentOutdated
        asks_age = campaign.age_rule != Campaign.AgeRule.NONE
        of_age = {"old": True, "young": False}.get(ticked.get("age") or "")
        return Agreement(
            text=text,
            use_photo=bool(ticked.get("agrees")),
            of_age=of_age if asks_age else None,
            by_guardian=asks_age and of_age is False and bool(ticked.get("guardian")),
            contact=bool(ticked.get("contact")),
            gallery=bool(ticked.get("gallery")),
        )


def read_upload(upload: "UploadedFile[Any]", number: int = 1) -> Photo:
    """The uploaded picture, read only if it is small enough. Raises PhotoTooHeavy."""
    most = settings.FUSION_PHOTO_MAX_BYTES
    size = upload.size or 0
    if size > most:
        refusal = PhotoTooHeavy(
            measured=round(size / 1e6, 1), limit=round(most / 1e6, 1), unit="MB"
        )
        refusal.photo = number
        raise refusal
    return Photo(encoded=upload.read())
