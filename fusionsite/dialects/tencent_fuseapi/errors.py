"""From a refusal to a `ret` of fuseapi, with its message, cause and remedy."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from campaigns import refusals as campaign_reasons
from campaigns.models import Layer
from campaigns.refusals import Refusal
from fusionsite.dialects.base import AddressBlocked, Fault, cell
from fusionsite.dialects.people import OF_PEOPLE
from fusionsite.jobs import refusals as job_reasons
from templates_app import refusals as material_reasons


@dataclass(frozen=True)
class Said:
    """What a ret says; cause and remedy are for the documentation."""

    msg: str
    cause: str
    remedy: str


_AGAIN = _("Try again. Nothing was charged.")
_SLOWER = _("Call more slowly, or have the rate raised.")
_PHOTO = _("Send another photo: one face, upright, looking at the camera.")
_SIGN = _("Sign anew; see Authorization above.")

CODES: Mapping[str, Said] = {
    "1000": Said("无人脸", _("No face in the user's picture."), _PHOTO),
    "-1": Said(
        "用户身份不合法",
        _("uin is not the account's, or the account is not served."),
        _("Take appid and uin from the console; finance sees the account's state."),
    ),
    "-3": Said(
        "图片尺寸太大",
        _("The picture has too many bytes or pixels, or the body more than 6 MB."),
        _("Send a smaller picture."),
    ),
    "-4": Said("识别人脸出错", _("The face networks broke."), _AGAIN),
    "-5": Said(
        "平台内部错误", _("A fault of this site."), _("Try again; tell the operator when it was.")
    ),
    "-6": Said(
        "必填的参数字段或者值有误", _("A required field is missing or empty."), _("Send it.")
    ),
    "-7": Said(
        "鉴权信息过期",
        _("The signature has expired, is from the future, or lives for more than 90 days."),
        _SIGN,
    ),
    "-8": Said(
        "模板无人脸", _("The material has no face to fuse with."), _("Use another material.")
    ),
    "-1000": Said(
        "必填的参数字段或者值有误",
        _("A field is there and wrong: its type, rsp_img_type, project_id or model_id."),
        _("Compare with the fields above."),
    ),
    "-1001": Said(
        "图像处理出错",
        _("img_data is not the base64 of a JPEG or PNG: a `data:` header, a GIF, a damaged file."),
        _("Send the bare base64 of a whole file."),
    ),
    "-1002": Said("读写CKV出错", _("The borrowed picture was gone before it was used."), _AGAIN),
    "-1003": Said("读写REDIS出错", _("The store that counts calls cannot be reached."), _AGAIN),
    "-1004": Said("保存结果图片出错", _("The result could not be stored."), _AGAIN),
    "-1007": Said("服务器内部逻辑出错", _("The engine broke."), _AGAIN),
    "-1008": Said(
        "人脸检测失败",
        _(
            "The face is too small, cut off, turned away, blurred or covered, or was blocked by the"
            " content check."
        ),
        _PHOTO,
    ),
    "-1009": Said(
        "请求值不是规范的json格式", _("The body is not a JSON object in UTF-8."), _("Send one.")
    ),
    "-2011": Said("访问频率超出限制", _("The campaign's rate is exceeded."), _SLOWER),
    "-2012": Said("访问频率超出限制", _("The key's rate is exceeded."), _SLOWER),
    "-2013": Said("访问频率超出限制", _("The account's rate is exceeded."), _SLOWER),
    "-2014": Said(
        "访问频率超出限制",
        _("A hard cap of the campaign or the account is reached."),
        _("Raise the cap, or wait until it starts anew."),
    ),
    "-2015": Said(
        "访问频率超出限制",
        _("Too many wrong signatures came from this network address within a minute."),
        _("Mend the signing, wait a minute."),
    ),
    "-2100": Said(
        "http头错误",
        _("Not a POST, another path, or a multipart body."),
        _("POST JSON to /fuseapi/face."),
    ),
    "-2102": Said(
        "图片操作功能不存在",
        _("The material was withdrawn, or its files are lost."),
        _("Use another material."),
    ),
    "-2103": Said(
        "图片操作功能无权限",
        _(
            "The material is not approved; the campaign is unpaid, stopped, paused, not begun or"
            " ended; or the key does not open it."
        ),
        _("Look at campaign, material and key in the console."),
    ),
    "-20001": Said("鉴权信息为空", _("There is no Authorization header."), _SIGN),
    "-20002": Said(
        "鉴权信息解析错误",
        _("The header is not the base64 of a signature and a text with a, k, e and t."),
        _SIGN,
    ),
    "-20003": Said(
        "鉴权失败",
        _(
            "The key is unknown or switched off, the signature is wrong, its appid is not the key's"
            " or not the body's, the address may not use the key, or it is a single-use signature."
        ),
        _SIGN,
    ),
    "-20004": Said("操作太频繁,触发频控", _("The site as a whole is busy."), _SLOWER),
    "-20005": Said(
        "后端服务故障",
        _("No worker finished the picture in time, or this protocol is switched off."),
        _AGAIN,
    ),
}
NOT_SAID: Mapping[str, str] = {
    "-1005": _("there is no address to download from"),
    "-20006": _("said as -1009"),
    "-20007": _("said as -6"),
    "-20008": _("said as -6"),
    "-20009": _("said as -6"),
    "-20010": _("said as -6"),
    "-20011": _("said as -6"),
    "-20012": _("said as -6"),
}

TABLE: Mapping[type[Refusal], str] = {
    campaign_reasons.CredentialUnknown: "-20003",
    campaign_reasons.CredentialDisabled: "-20003",
    campaign_reasons.CredentialOfOtherKind: "-20003",
    campaign_reasons.OutOfScope: "-2103",
    campaign_reasons.AddressNotAllowed: "-20003",
    AddressBlocked: "-20003",
    campaign_reasons.TooFast: "-20004",  # by layer: see BY_LAYER
    campaign_reasons.PaceUnknown: "-1003",
    campaign_reasons.CapReached: "-2014",
    campaign_reasons.AccountNotExist: "-1",
    campaign_reasons.AccountNotReady: "-1",
    campaign_reasons.AccountDelivering: "-1",
    campaign_reasons.AccountLowBalance: "-1",
    campaign_reasons.AccountInArrears: "-1",
    campaign_reasons.AccountStopUsing: "-1",
    campaign_reasons.AccountRecover: "-1",
    campaign_reasons.AccountFreeze: "-1",
    campaign_reasons.AccountUnknown: "-1",
    campaign_reasons.AuthInfoError: "-5",
    campaign_reasons.PackUsedUp: "-1",
    campaign_reasons.CampaignNotFound: "-1000",
    campaign_reasons.CampaignNotOpen: "-2103",
    campaign_reasons.CampaignNotStarted: "-2103",
    campaign_reasons.CampaignPaused: "-2103",
    campaign_reasons.CampaignEnded: "-2103",
    campaign_reasons.FeeUnpaid: "-2103",
    campaign_reasons.FeeStopped: "-2103",
    material_reasons.MaterialNotFound: "-1000",
    material_reasons.MaterialGone: "-2102",
    material_reasons.MaterialNotApproved: "-2103",
    material_reasons.RightsLapsed: "-2103",
    material_reasons.FaceNotFound: "-8",
    job_reasons.TemplateFaceUnknown: "-8",
    job_reasons.TemplateLost: "-2102",
    job_reasons.PhotoMissing: "-6",
    job_reasons.PhotoNotBase64: "-1001",
    job_reasons.PhotoNotAPicture: "-1001",
    job_reasons.PhotoFormat: "-1001",
    job_reasons.PhotoDamaged: "-1001",
    job_reasons.PhotoAddressWrong: "-1001",
    job_reasons.PhotoNotFetched: "-1001",
    campaign_reasons.OutboundRefused: "-1001",
    campaign_reasons.OutboundFailed: "-1001",
    campaign_reasons.OutboundTooLarge: "-1001",
    campaign_reasons.OutboundTooSlow: "-1001",
    job_reasons.PhotoTooHeavy: "-3",
    job_reasons.PhotoTooLarge: "-3",
    job_reasons.PhotoTooManyPixels: "-3",
    job_reasons.PhotoTooLong: "-3",
    job_reasons.PhotoTooSmall: "-1001",
    job_reasons.NoFace: "1000",
    job_reasons.NoFaceThere: "1000",
    job_reasons.NoSuchFace: "1000",
    job_reasons.RectangleOutside: "1000",
    job_reasons.FaceTooSmall: "-1008",
    job_reasons.FaceOutside: "-1008",
    job_reasons.FaceTurned: "-1008",
    job_reasons.FaceBlurred: "-1008",
    job_reasons.FaceCovered: "-1008",
    job_reasons.SeveralFaces: "-1008",
    job_reasons.Blocked: "-1008",
    job_reasons.ModerationSilent: "-1008",
    job_reasons.Busy: "-20004",
    job_reasons.TookTooLong: "-20005",
    job_reasons.WorkerLost: "-20005",
    job_reasons.FusionFailed: "-1007",
    job_reasons.DetectorFailed: "-4",
    job_reasons.FinishingFailed: "-1007",
    job_reasons.StorageFailed: "-1004",
    job_reasons.AnswerTooHeavy: "-1004",
    job_reasons.PhotoGone: "-1002",
    job_reasons.Cancelled: "-5",
    job_reasons.UnknownReason: "-5",
    **dict.fromkeys(OF_PEOPLE, "-5"),
}
BY_LAYER: Mapping[str, str] = {
    Layer.ADDRESS: "-2015",
    Layer.DEVICE: "-2015",
    Layer.CREDENTIAL: "-2012",
    Layer.TRIAL: "-2011",
    Layer.CAMPAIGN: "-2011",
    Layer.ACCOUNT: "-2013",
    Layer.SITE: "-20004",
}


def translated(refusal: Refusal) -> Fault:
    """The refusal as a fault of this protocol."""
    if isinstance(refusal, campaign_reasons.TooFast):
        return Fault(BY_LAYER[refusal.layer or Layer.SITE])
    return Fault(cell(TABLE, refusal))
