"""From a refusal to HTTP status, code and detail of faceswap."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from campaigns import refusals as campaign_reasons
from campaigns.models import Layer
from campaigns.refusals import Refusal
from fusionsite.dialects.base import AddressBlocked, Fault, cell
from fusionsite.dialects.people import OF_PEOPLE
from fusionsite.jobs import refusals as job_reasons
from fusionsite.jobs.refusals import PictureRefusal
from templates_app import refusals as material_reasons


@dataclass(frozen=True)
class Said:
    """HTTP status, the word in `code`, the sentence in `detail`; cause and remedy for the docs.

    has_task: the answer carries a task_id.
    """

    status: int
    code: str
    detail: str
    has_task: bool
    cause: str
    remedy: str


_PHOTO = _("Send another picture: one face, upright, looking at the camera.")
_JSON = _("Send a JSON object with image_url or image_base64, and template_url or template_base64.")

# By a name of our own: one code has several details.
SAID: Mapping[str, Said] = {
    "no_token": Said(
        401,
        "no_token",
        "No token specified in url query.",
        False,
        _("The token is missing or empty."),
        _("Send ?token=..."),
    ),
    "no_json": Said(
        401,
        "invalid_post",
        "Your post data is not valid json.",
        False,
        _("Not a POST, not JSON, not an object, or a field that is no text."),
        _JSON,
    ),
    "no_image": Said(
        401,
        "invalid_post",
        "Your image_url is empty.",
        False,
        _("Neither image_url nor image_base64."),
        _JSON,
    ),
    "no_template": Said(
        401,
        "invalid_post",
        "Your template_url is empty.",
        False,
        _("Neither template_url nor template_base64."),
        _JSON,
    ),
    "image_error": Said(
        402,
        "invalid_input_image",
        "get input image error.",
        True,
        _("The photo's address cannot be fetched, or it is no picture."),
        _("Send the direct address of a picture, or its base64."),
    ),
    "template_error": Said(
        402,
        "invalid_input_image",
        "get template image error.",
        True,
        _("The template's address cannot be fetched, or it is no picture."),
        _("Send the direct address of a picture, or its base64."),
    ),
    "no_face_image": Said(
        402,
        "no_face_detected",
        "no face detected in image.",
        True,
        _("No usable face in the photo."),
        _PHOTO,
    ),
    "no_face_template": Said(
        402,
        "no_face_detected",
        "no face detected in template.",
        True,
        _("No usable face in the template."),
        _PHOTO,
    ),
    "forbidden": Said(
        402,
        "forbidden",
        "input image contain sensitive contents.",
        True,
        _("The content check refused a picture."),
        _("Send another picture."),
    ),
    "size": Said(
        402,
        "image_size_limited",
        "Image size exceeds the maximum allowed size.",
        True,
        _(
            "A side of the photo below 50 or above 2048 pixels, of the template above 4096; a file"
            " over 5 MB; a body over 15 MB."
        ),
        _("Make the picture smaller, or larger."),
    ),
    "rate": Said(
        402,
        "request_rate_limit",
        "Request rate limit, once per second.",
        True,
        _("A second call with the token within a second."),
        _("Wait a second."),
    ),
    "false": Said(
        402,
        "false",
        "Processing failed, please try again.",
        True,
        _("Anything else in processing. Nothing was charged."),
        _("Try again."),
    ),
    "used_up": Said(
        403,
        "used_up",
        "Your account does not have enough credits, please recharge.",
        False,
        _("Balance or packs are used up, a cap is reached, or the account is not served."),
        _("Top up or buy a pack; finance sees the account's state."),
    ),
    "bad_key": Said(
        403,
        "invalid_api_key",
        "You provide an invalid Image API key.",
        False,
        _("The token is unknown, switched off, or not for this protocol or this address."),
        _("Copy it anew, or make a new one in the console."),
    ),
    "unknown": Said(
        500,
        "unknown",
        "Image's server failure occurred, please contact the administrator",
        False,
        _("A fault of this site, or the protocol is switched off."),
        _("Tell the operator when it was."),
    ),
}

# Two words where it matters which picture it was: the photo, then the template.
_EITHER_ERROR = ("image_error", "template_error")
_EITHER_FACE = ("no_face_image", "no_face_template")
TABLE: Mapping[type[Refusal], str | tuple[str, str]] = {
    campaign_reasons.CredentialUnknown: "bad_key",
    campaign_reasons.CredentialDisabled: "bad_key",
    campaign_reasons.CredentialOfOtherKind: "bad_key",
    campaign_reasons.OutOfScope: "bad_key",
    campaign_reasons.AddressNotAllowed: "bad_key",
    AddressBlocked: "bad_key",
    campaign_reasons.TooFast: "rate",
    campaign_reasons.PaceUnknown: "false",
    campaign_reasons.CapReached: "used_up",
    campaign_reasons.AccountNotExist: "used_up",
    campaign_reasons.AccountNotReady: "used_up",
    campaign_reasons.AccountDelivering: "used_up",
    campaign_reasons.AccountLowBalance: "used_up",
    campaign_reasons.AccountInArrears: "used_up",
    campaign_reasons.AccountStopUsing: "used_up",
    campaign_reasons.AccountRecover: "used_up",
    campaign_reasons.AccountFreeze: "used_up",
    campaign_reasons.AccountUnknown: "used_up",
    campaign_reasons.AuthInfoError: "unknown",
    campaign_reasons.PackUsedUp: "used_up",
    campaign_reasons.CampaignNotFound: "unknown",
    campaign_reasons.CampaignNotOpen: "unknown",
    campaign_reasons.CampaignNotStarted: "unknown",
    campaign_reasons.CampaignPaused: "unknown",
    campaign_reasons.CampaignEnded: "unknown",
    campaign_reasons.FeeUnpaid: "unknown",
    campaign_reasons.FeeStopped: "unknown",
    material_reasons.MaterialNotFound: "unknown",
    material_reasons.MaterialGone: "unknown",
    material_reasons.MaterialNotApproved: "unknown",
    material_reasons.RightsLapsed: "unknown",
    material_reasons.FaceNotFound: "no_face_template",
    job_reasons.TemplateFaceUnknown: "no_face_template",
    job_reasons.TemplateLost: "unknown",
    job_reasons.PhotoMissing: ("no_image", "no_template"),
    job_reasons.PhotoNotBase64: _EITHER_ERROR,
    job_reasons.PhotoNotAPicture: _EITHER_ERROR,
    job_reasons.PhotoFormat: _EITHER_ERROR,
    job_reasons.PhotoDamaged: _EITHER_ERROR,
    job_reasons.PhotoAddressWrong: _EITHER_ERROR,
    job_reasons.PhotoNotFetched: _EITHER_ERROR,
    campaign_reasons.OutboundRefused: "image_error",
    campaign_reasons.OutboundFailed: "image_error",
    campaign_reasons.OutboundTooLarge: "image_error",
    campaign_reasons.OutboundTooSlow: "image_error",
    job_reasons.PhotoTooHeavy: "size",
    job_reasons.PhotoTooLarge: "size",
    job_reasons.PhotoTooManyPixels: "size",
    job_reasons.PhotoTooLong: "size",
    job_reasons.PhotoTooSmall: "size",
    job_reasons.NoFace: _EITHER_FACE,
    job_reasons.NoFaceThere: _EITHER_FACE,
    job_reasons.NoSuchFace: _EITHER_FACE,
    job_reasons.RectangleOutside: _EITHER_FACE,
    job_reasons.FaceTooSmall: _EITHER_FACE,
    job_reasons.FaceOutside: _EITHER_FACE,
    job_reasons.FaceTurned: _EITHER_FACE,
    job_reasons.FaceBlurred: _EITHER_FACE,
    job_reasons.FaceCovered: _EITHER_FACE,
    job_reasons.SeveralFaces: _EITHER_FACE,
    job_reasons.Blocked: "forbidden",
    job_reasons.ModerationSilent: "forbidden",
    job_reasons.Busy: "false",
    job_reasons.TookTooLong: "false",
    job_reasons.WorkerLost: "false",
    job_reasons.FusionFailed: "false",
    job_reasons.DetectorFailed: "false",
    job_reasons.FinishingFailed: "false",
    job_reasons.StorageFailed: "false",
    job_reasons.AnswerTooHeavy: "false",
    job_reasons.PhotoGone: "false",
    job_reasons.Cancelled: "false",
    job_reasons.UnknownReason: "false",
    **dict.fromkeys(OF_PEOPLE, "unknown"),
}


def translated(refusal: Refusal) -> Fault:
    """The refusal as a fault of this protocol."""
    once_a_second = {Layer.CREDENTIAL, Layer.TRIAL}  # of the token, or of its sandbox
    if isinstance(refusal, campaign_reasons.TooFast) and refusal.layer not in once_a_second:
        return Fault("false")
    said = cell(TABLE, refusal)
    if isinstance(said, str):
        return Fault(said)
    about_template = isinstance(refusal, PictureRefusal) and refusal.about == "template"
    return Fault(said[1] if about_template else said[0])
