"""From a refusal to a code of the v3 protocol; the two versions often say different words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from campaigns import refusals as campaign_reasons
from campaigns.models import Layer
from campaigns.refusals import Refusal
from fusionsite.dialects.base import AddressBlocked, Fault, cell
from fusionsite.dialects.people import OF_PEOPLE
from fusionsite.dialects.tencent_v3.codes import GATEWAY, Said
from fusionsite.dialects.tencent_v3.service_codes import SERVICE
from fusionsite.jobs import refusals as job_reasons
from templates_app import refusals as material_reasons

V2018, V2022 = "2018-12-01", "2022-09-27"
CODES: Mapping[str, Said] = GATEWAY | SERVICE
# Documented by the service and never said here: there is nothing that they would be about.
NOT_SAID: Mapping[str, str] = {
    "AuthFailure.MFAFailure": _("keys have no second factor"),
    "DryRunOperation": _("no action has a dry run"),
    "FailedOperation": _("every failure has a code of its own"),
    "ResourceInUse": _("nothing is locked by a call"),
    "ResourceUnavailable": _("every state of an account has a code of its own"),
    "UnauthorizedOperation": _("said as AuthFailure.UnauthorizedOperation"),
    "FailedOperation.UnKnowError": _("said as FailedOperation.Unknown"),
    "FailedOperation.ModerationConfigError": _("a site with a wrong moderator does not start"),
    "FailedOperation.ModerationResultConfigError": _(
        "a site with a wrong moderator does not start"
    ),
}
CUT_IN_HALF_PERCENT = 25.0


@dataclass(frozen=True)
class Cell:
    """The code in 2018-12-01; in 2022-09-27 and in FaceFusion where they differ."""

    v2018: str
    v2022: str = ""
    face_fusion: str = ""

    def code(self, version: str, action: str) -> str:
        """The code for a call of that version and action."""
        if version == V2022:
            return self.v2022 or self.v2018
        if action == "FaceFusion":
            return self.face_fusion or self.v2018
        return self.v2018


_NOT_OPEN = Cell("FailedOperation.ProjectNotAuth", "ResourceUnavailable.StopUsing")
_NO_FACE = "FailedOperation.NoFaceDetected"
_DECODE = Cell("FailedOperation.ImageDecodeFailed")
_DOWNLOAD = Cell("FailedOperation.ImageDownloadError")
_TOO_LARGE = Cell("FailedOperation.ImageResolutionExceed", "FailedOperation.ImageSizeInvalid")
_NOT_APPROVED = Cell("FailedOperation.FuseMaterialNotAuth")
_BROKEN = Cell("FailedOperation.FuseInnerError", "FailedOperation.InnerError")
_BLOCKED = "FailedOperation.FaceFusionError"
_NO_TEMPLATE_FACE = Cell("FailedOperation.TemplateFaceIDNotExist")
_UNKNOWN = Cell("FailedOperation.Unknown")
_INTERNAL = Cell("InternalError")

TABLE: Mapping[type[Refusal], Cell] = {
    # Keys and pace
    campaign_reasons.CredentialUnknown: Cell("AuthFailure.SecretIdNotFound"),
    campaign_reasons.CredentialDisabled: Cell("AuthFailure.SecretIdNotFound"),
    campaign_reasons.CredentialOfOtherKind: Cell("AuthFailure.InvalidSecretId"),
    campaign_reasons.OutOfScope: Cell("AuthFailure.UnauthorizedOperation"),
    campaign_reasons.AddressNotAllowed: Cell("IpNotInWhitelist"),
    AddressBlocked: Cell("IpInBlacklist"),
    campaign_reasons.TooFast: Cell("RequestLimitExceeded"),  # by layer: see BY_LAYER
    campaign_reasons.PaceUnknown: Cell("ServiceUnavailable"),
    campaign_reasons.CapReached: Cell("LimitExceeded"),
    # The account
    campaign_reasons.AccountNotExist: Cell("ResourceUnavailable.NotExist"),
    campaign_reasons.AccountNotReady: Cell("ResourceUnavailable.NotReady", "ResourceNotFound"),
    campaign_reasons.AccountDelivering: Cell(
        "ResourceUnavailable.Delivering", "ResourceUnavailable.IsOpening"
    ),
    campaign_reasons.AccountLowBalance: Cell(
        "ResourceUnavailable.LowBalance", "FailedOperation.BalanceInsufficient"
    ),
    campaign_reasons.AccountInArrears: Cell("ResourceUnavailable.InArrears"),
    campaign_reasons.AccountStopUsing: Cell("ResourceUnavailable.StopUsing"),
    campaign_reasons.AccountRecover: Cell("ResourceUnavailable.Recover"),
    campaign_reasons.AccountFreeze: Cell("ResourceUnavailable.Freeze"),
    campaign_reasons.AccountUnknown: Cell(
        "ResourceUnavailable.UnknownStatus", "FailedOperation.Unknown"
    ),
    campaign_reasons.AuthInfoError: Cell(
        "ResourceUnavailable.GetAuthInfoError", "FailedOperation.ServerError"
    ),
    campaign_reasons.PackUsedUp: Cell(
        "ResourcesSoldOut.ChargeStatusException", "ResourceInsufficient"
    ),
    # The campaign
    campaign_reasons.CampaignNotFound: Cell("InvalidParameterValue.ActivityIdNotFound"),
    campaign_reasons.CampaignNotOpen: _NOT_OPEN,
    campaign_reasons.CampaignNotStarted: _NOT_OPEN,
    campaign_reasons.CampaignPaused: _NOT_OPEN,
    campaign_reasons.CampaignEnded: _NOT_OPEN,
    campaign_reasons.FeeUnpaid: _NOT_OPEN,
    campaign_reasons.FeeStopped: _NOT_OPEN,
    # The material
    material_reasons.MaterialNotFound: Cell("InvalidParameterValue.MaterialIdNotFound"),
    material_reasons.MaterialGone: Cell("FailedOperation.FuseMaterialNotExist"),
    material_reasons.MaterialNotApproved: _NOT_APPROVED,
    material_reasons.RightsLapsed: _NOT_APPROVED,
    material_reasons.FaceNotFound: _NO_TEMPLATE_FACE,
    job_reasons.TemplateFaceUnknown: _NO_TEMPLATE_FACE,
    job_reasons.TemplateLost: Cell(
        "FailedOperation.FuseMaterialNotExist", "FailedOperation.MediaDataError"
    ),
    # The picture's file
    job_reasons.PhotoMissing: Cell(
        "InvalidParameterValue.ImageEmpty", "FailedOperation.ParameterValueError"
    ),
    job_reasons.PhotoNotBase64: _DECODE,
    job_reasons.PhotoNotAPicture: _DECODE,
    job_reasons.PhotoFormat: _DECODE,
    job_reasons.PhotoDamaged: _DECODE,
    job_reasons.PhotoAddressWrong: Cell(
        "FailedOperation.ImageDownloadError", "InvalidParameterValue.UrlIllegal"
    ),
    job_reasons.PhotoNotFetched: _DOWNLOAD,
    campaign_reasons.OutboundRefused: _DOWNLOAD,
    campaign_reasons.OutboundFailed: _DOWNLOAD,
    campaign_reasons.OutboundTooLarge: _DOWNLOAD,
    campaign_reasons.OutboundTooSlow: _DOWNLOAD,
    job_reasons.PhotoTooHeavy: Cell("FailedOperation.ImageSizeExceed"),
    job_reasons.PhotoTooLarge: _TOO_LARGE,
    job_reasons.PhotoTooManyPixels: _TOO_LARGE,
    job_reasons.PhotoTooLong: Cell("FailedOperation.ImageSizeInvalid"),
    job_reasons.PhotoTooSmall: Cell("FailedOperation.ImageResolutionTooSmall"),
    # The face
    job_reasons.NoFace: Cell(_NO_FACE, face_fusion="FailedOperation.FuseDetectNoFace"),
    job_reasons.NoFaceThere: Cell("InvalidParameterValue.NoFaceInPhoto", _NO_FACE),
    job_reasons.NoSuchFace: Cell("InvalidParameterValue.NoFaceInPhoto", _NO_FACE),
    job_reasons.RectangleOutside: Cell(
        "FailedOperation.FaceRectInvalid", "InvalidParameterValue.FaceRectParameterValueError"
    ),
    job_reasons.FaceTooSmall: Cell("FailedOperation.FaceSizeTooSmall"),
    job_reasons.FaceOutside: Cell("FailedOperation.FaceExceedBorder", _NO_FACE),
    job_reasons.FaceTurned: Cell("FailedOperation.FaceShapeFailed", _NO_FACE),
    job_reasons.FaceBlurred: Cell("FailedOperation.FaceFusionError", _NO_FACE),
    job_reasons.FaceCovered: Cell("FailedOperation.FaceFusionError", _NO_FACE),
    job_reasons.SeveralFaces: Cell("FailedOperation.FaceFusionError", _NO_FACE),
    job_reasons.Blocked: Cell(_BLOCKED, "FailedOperation.ModerationFailed"),
    job_reasons.ModerationSilent: Cell(_BLOCKED, "FailedOperation.ModerationResponseError"),
    # The moment
    job_reasons.Busy: Cell("ServiceUnavailable"),
    job_reasons.TookTooLong: Cell("FailedOperation.RequestTimeout"),
    job_reasons.WorkerLost: Cell("FailedOperation.RpcFail"),
    job_reasons.FusionFailed: _BROKEN,
    job_reasons.DetectorFailed: _BROKEN,
    job_reasons.FinishingFailed: Cell(
        "FailedOperation.FuseImageError", "FailedOperation.InnerError"
    ),
    job_reasons.StorageFailed: Cell(
        "FailedOperation.FuseSavePhotoFail", "FailedOperation.ServerError"
    ),
    job_reasons.AnswerTooHeavy: Cell("ResponseSizeLimitExceeded"),
    job_reasons.PhotoGone: Cell("FailedOperation.InnerError"),
    job_reasons.Cancelled: _UNKNOWN,
    job_reasons.UnknownReason: _UNKNOWN,
    **dict.fromkeys(OF_PEOPLE, _INTERNAL),
    material_reasons.MaterialTooLarge: Cell("FailedOperation.ImagePixelExceed"),
}
BY_LAYER: Mapping[str, Cell] = {
    Layer.ADDRESS: Cell("RequestLimitExceeded.IPLimitExceeded"),
    Layer.DEVICE: Cell("RequestLimitExceeded.IPLimitExceeded"),
    Layer.CREDENTIAL: Cell("RequestLimitExceeded"),
    Layer.TRIAL: Cell("FailedOperation.FuseFreqCtrl", "RequestLimitExceeded"),
    Layer.CAMPAIGN: Cell("FailedOperation.FuseFreqCtrl", "RequestLimitExceeded"),
    Layer.ACCOUNT: Cell("RequestLimitExceeded.UinLimitExceeded"),
    Layer.SITE: Cell("RequestLimitExceeded"),
}


def translated(refusal: Refusal, version: str, action: str) -> Fault:
    """The refusal as a fault of this protocol."""
    if isinstance(refusal, campaign_reasons.TooFast):
        code = BY_LAYER[refusal.layer or Layer.SITE].code(version, action)
        calls = int(refusal.limit or 0)
        return Fault(code, measured=calls + 1, limit=calls)
    if isinstance(refusal, job_reasons.FaceOutside) and version != V2022:
        cut = (refusal.measured or 0) >= CUT_IN_HALF_PERCENT
        if cut:
            return Fault("FailedOperation.FaceBorderCheckFailed")
    return Fault(cell(TABLE, refusal).code(version, action), parameter="Image")


def sentence(fault: Fault, language: str) -> str:
    """The code's message, in Chinese unless English is asked for."""
    said = CODES[fault.code]
    template = said.en if language.lower().startswith("en") else said.zh
    return template.format_map({"parameter": "", "detail": "", **fault.facts})
