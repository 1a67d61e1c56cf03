"""One table: every reason to refuse, and the HTTP status that says it.

The code, the sentence and the advice are the refusal's own. `field` is the request's field that
the reason is about, where that is always the same one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns import addresses
from campaigns import refusals as campaign_reasons
from campaigns.refusals import Refusal
from fusionsite.api import refusals as own
from fusionsite.jobs import refusals as job_reasons
from templates_app import refusals as material_reasons


@dataclass(frozen=True)
class Said:
    """How a refusal looks in HTTP."""

    status: int
    field: str = ""


TABLE: Mapping[type[Refusal], Said] = {
    # How the request was written
    own.InvalidRequest: Said(400),
    own.MalformedBody: Said(400),
    own.BodyBroken: Said(400),
    own.BodyTooHeavy: Said(413),
    own.MediaTypeUnsupported: Said(415),
    own.MethodNotAllowed: Said(405),
    own.NoSuchAddress: Said(404),
    own.IdempotencyKeyInUse: Said(409, "Idempotency-Key"),
    job_reasons.KeyUsedTwice: Said(422, "Idempotency-Key"),
    # Who sent it
    own.CredentialsMissing: Said(401, "Authorization"),
    own.AuthorizationMalformed: Said(401, "Authorization"),
    own.SignatureExpired: Said(401, "X-Fusion-Timestamp"),
    own.SignatureWrong: Said(401, "Authorization"),
    campaign_reasons.CredentialUnknown: Said(401, "Authorization"),
    campaign_reasons.CredentialDisabled: Said(401, "Authorization"),
    campaign_reasons.CredentialOfOtherKind: Said(401, "Authorization"),
    own.ScopeMissing: Said(403),
    campaign_reasons.OutOfScope: Said(403),
    campaign_reasons.AddressNotAllowed: Said(403),
    addresses.AddressBlocked: Said(403),
    campaign_reasons.NotAllowed: Said(403),
    campaign_reasons.SamePerson: Said(403),
    campaign_reasons.TooManyCredentials: Said(409),
    # What it names
    campaign_reasons.NothingHere: Said(404),
    campaign_reasons.CampaignNotFound: Said(404, "campaign"),
    material_reasons.MaterialNotFound: Said(404, "material"),
    material_reasons.MaterialGone: Said(410, "material"),
    material_reasons.MaterialNotApproved: Said(409, "material"),
    material_reasons.RightsLapsed: Said(409, "material"),
    material_reasons.FaceNotFound: Said(422, "faces"),
    # Whether it may run now
    campaign_reasons.CampaignNotOpen: Said(409, "campaign"),
    campaign_reasons.CampaignNotStarted: Said(409, "campaign"),
    campaign_reasons.CampaignPaused: Said(409, "campaign"),
    campaign_reasons.CampaignEnded: Said(409, "campaign"),
    campaign_reasons.FeeUnpaid: Said(402),
    campaign_reasons.FeeStopped: Said(402),
    campaign_reasons.CapReached: Said(402),
    campaign_reasons.AccountNotExist: Said(402),
    campaign_reasons.AccountNotReady: Said(402),
    campaign_reasons.AccountDelivering: Said(503),
    campaign_reasons.AccountLowBalance: Said(402),
    campaign_reasons.AccountInArrears: Said(402),
    campaign_reasons.AccountStopUsing: Said(402),
    campaign_reasons.AccountRecover: Said(402),
    campaign_reasons.AccountFreeze: Said(402),
    campaign_reasons.AccountUnknown: Said(503),
    campaign_reasons.AuthInfoError: Said(503),
    campaign_reasons.PackUsedUp: Said(402),
    campaign_reasons.TooFast: Said(429),
    campaign_reasons.PaceUnknown: Said(503),
    job_reasons.Busy: Said(503),
    # The picture's file
    job_reasons.PhotoMissing: Said(422, "photos"),
    job_reasons.PhotoNotBase64: Said(422, "photos"),
    job_reasons.PhotoAddressWrong: Said(422, "photos"),
    job_reasons.PhotoNotFetched: Said(422, "photos"),
    job_reasons.PhotoTooHeavy: Said(422, "photos"),
    job_reasons.PhotoNotAPicture: Said(422, "photos"),
    job_reasons.PhotoFormat: Said(422, "photos"),
    job_reasons.PhotoDamaged: Said(422, "photos"),
    job_reasons.PhotoTooLarge: Said(422, "photos"),
    job_reasons.PhotoTooManyPixels: Said(422, "photos"),
    job_reasons.PhotoTooLong: Said(422, "photos"),
    job_reasons.PhotoTooSmall: Said(422, "photos"),
    campaign_reasons.OutboundRefused: Said(422, "photos"),
    campaign_reasons.OutboundFailed: Said(422, "photos"),
    campaign_reasons.OutboundTooLarge: Said(422, "photos"),
    campaign_reasons.OutboundTooSlow: Said(422, "photos"),
    # The face in it
    job_reasons.NoFace: Said(422, "photos"),
    job_reasons.FaceTooSmall: Said(422, "photos"),
    job_reasons.FaceOutside: Said(422, "photos"),
    job_reasons.FaceTurned: Said(422, "photos"),
    job_reasons.FaceBlurred: Said(422, "photos"),
    job_reasons.FaceCovered: Said(422, "photos"),
    job_reasons.SeveralFaces: Said(422, "photos"),
    job_reasons.NoSuchFace: Said(422, "faces"),
    job_reasons.NoFaceThere: Said(422, "faces"),
    job_reasons.RectangleOutside: Said(422, "faces"),
    job_reasons.TemplateFaceUnknown: Said(422, "faces"),
    job_reasons.Blocked: Said(422, "photos"),
    job_reasons.ModerationSilent: Said(503),
    # What became of it
    job_reasons.TookTooLong: Said(503),
    job_reasons.FusionFailed: Said(500),
    job_reasons.DetectorFailed: Said(500),
    job_reasons.FinishingFailed: Said(500),
    job_reasons.TemplateLost: Said(500),
    job_reasons.WorkerLost: Said(500),
    job_reasons.StorageFailed: Said(503),
    job_reasons.PhotoGone: Said(503),
    job_reasons.Cancelled: Said(409),
    job_reasons.AnswerTooHeavy: Said(422, "answer"),
    job_reasons.UnknownReason: Said(500),
    own.PictureGone: Said(410),
    own.PictureNotReady: Said(409),
    own.InternalError: Said(500),
    # Materials
    material_reasons.MaterialNotAPicture: Said(422, "picture"),
    material_reasons.MaterialFormat: Said(422, "picture"),
    material_reasons.MaterialIncomplete: Said(422, "picture"),
    material_reasons.MaterialAnimated: Said(422, "picture"),
    material_reasons.MaterialTooHeavy: Said(422, "picture"),
    material_reasons.MaterialTooLarge: Said(422, "picture"),
    material_reasons.MaterialTooManyPixels: Said(422, "picture"),
    material_reasons.MaterialTooFewPixels: Said(422, "picture"),
    material_reasons.MaterialNoFace: Said(422, "picture"),
    material_reasons.MaterialLayer: Said(422, "layer"),
    material_reasons.LastFace: Said(409),
    material_reasons.RightsMissing: Said(409),
    material_reasons.RightsDocumentRefused: Said(422, "document"),
    material_reasons.ClaimedByOther: Said(409),
    material_reasons.AlreadyDecided: Said(409),
    material_reasons.ReasonsNeeded: Said(422),
    material_reasons.AlreadyAppealed: Said(409),
    material_reasons.TooLateToUndo: Said(409),
    # Campaigns
    campaign_reasons.WrongState: Said(409),
    campaign_reasons.ReasonMissing: Said(422, "why"),
    material_reasons.PublishBlocked: Said(409),
    # Visitors' alone
    job_reasons.ConsentMissing: Said(422),
    job_reasons.ConsentOutdated: Said(409),
    job_reasons.NicknameTooLong: Said(422),
    job_reasons.NicknameNotDrawn: Said(422),
}


def said(refusal: Refusal) -> Said:
    """The table's cell for the refusal's class, else for the nearest class above it."""
    for kind in type(refusal).__mro__:
        if kind in TABLE:
            return TABLE[kind]
    return TABLE[own.InternalError]
