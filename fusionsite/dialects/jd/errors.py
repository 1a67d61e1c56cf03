"""From a refusal to a code of JD AI: of the gateway, or of the business inside code 10000."""

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

OK, OK_CHARGED = "查询成功", "查询成功,扣费"
_AGAIN = _("Try again. Nothing was charged.")
_CONTACT = _("Ask the site's operator.")


@dataclass(frozen=True)
class Said:
    """What a code says; cause and remedy are for the documentation."""

    msg: str
    cause: str
    remedy: str


SYSTEM: Mapping[str, Said] = {
    "10000": Said(OK, _("The gateway let the call pass; look at `result.status`."), ""),
    "10001": Said(
        "错误的请求appkey", _("No such appkey, or a key of another kind."), _("Copy it anew.")
    ),
    "10003": Said("不存在相应的数据信息", _("No such API below /jdai/."), _("Check the path.")),
    "10004": Said("URL上appkey参数不能为空", _("appkey is missing or empty."), _("Send it.")),
    "10010": Said(
        "接口需要付费，请充值",
        _("Balance or packs are used up, or the account is not served."),
        _("Top up or buy a pack; finance sees the account's state."),
    ),
    "10020": Said(
        "系统繁忙，请稍后再试",
        _("The queue is full, or the counters cannot be reached."),
        _("Try again in a few seconds."),
    ),
    "10030": Said(
        "调用网关失败，请与NeuHub联系",
        _("A fault of this site."),
        _("Try again; tell the operator when it was."),
    ),
    "10040": Said(
        "超过每天限量，请明天继续",
        _("A hard cap of the account is reached."),
        _("Raise the cap, or wait until it starts anew."),
    ),
    "10041": Said("URL上timestamp参数不能为空", _("timestamp is missing or empty."), _("Send it.")),
    "10042": Said("URL上sign参数不能为空", _("sign is missing or empty."), _("Send it.")),
    "10043": Said(
        "超过QPS限额，请降低调用频率或与NeuHub联系",
        _("The rate of the key or the account is exceeded."),
        _("Call more slowly, or have the rate raised."),
    ),
    "10044": Said(
        "集群QPS超限额，请与NeuHub联系",
        _("The site as a whole is too busy."),
        _("Try again in a few seconds."),
    ),
    "10045": Said(
        "timestamp参数无效，请检查timestamp距离当前时间是否超过5分钟",
        _("The timestamp is more than five minutes off; it counts milliseconds."),
        _("Set the clock by NTP."),
    ),
    "10046": Said(
        "timestamp参数格式错误",
        _("The timestamp is not a whole number."),
        _("Send milliseconds since 1970."),
    ),
    "10047": Said(
        "请求签名sign无效，请检查签名信息",
        _("sign is not md5(secretkey + timestamp)."),
        _("Sign the timestamp's text exactly as it is sent."),
    ),
    "10048": Said(
        "无接口权限，请下单购买",
        _("The key does not open this API, or not from this address."),
        _("Widen the key's scope in the console."),
    ),
    "10050": Said("用户已被禁用", _("The key was switched off, or the account frozen."), _CONTACT),
    "10060": Said(
        "发布方设置调用权限，请联系发布方",
        _("The operator switched this API off, or blocked this network."),
        _CONTACT,
    ),
    "11010": Said("发布方接口调用异常，请稍后再试", _("No worker finished in time."), _AGAIN),
    "11030": Said(
        "发布方接口返回格式有误",
        _("The engine broke, or its picture could not be finished or kept."),
        _AGAIN,
    ),
}
NOT_SAID: Mapping[str, str] = {
    "10070": _("no API is for companies only"),
    "10090": _("of another product; pictures here may have 2 MB"),
}


@dataclass(frozen=True)
class Business:
    """What a status says in each API; an empty text where the API does not have it."""

    morph: str
    parser: str
    cause: str


BUSINESS: Mapping[int, Business] = {
    200: Business("ok", "ok", _("Done.")),
    201: Business(
        "input images do not contain proper faces",
        "",
        _(
            "No usable face in either picture: none at all, too small, cut off, turned away,"
            " blurred or covered."
        ),
    ),
    1002: Business(
        'parameter error, both "image_source" and "image_target" are required',
        'parameter error, "image" is required',
        _("An empty list, an entry that is no object, a picture missing, empty, or not a text."),
    ),
    1003: Business(
        'invalid "image_source" or "image_target" base64 data',
        "invalid image base64 data",
        _("Not base64, or a `data:` header."),
    ),
    1004: Business(
        'incorrect "image_source" or "image_target" size',
        "incorrect image size",
        _("2 MB or more, or a side below 50 or above 2048 pixels."),
    ),
    1005: Business("not valid json string", "not valid json string", _("The body is not JSON.")),
    1006: Business(
        "other error",
        "other error",
        _(
            "Anything else: too many entries, a body over 40 MB, a picture the content check"
            " refused."
        ),
    ),
    1007: Business(
        '"image_source" or "image_target" format error',
        "image format error",
        _("Not a JPEG or PNG, or damaged."),
    ),
}

# A text is a code of the gateway, a number a status of the business.
TABLE: Mapping[type[Refusal], str | int] = {
    campaign_reasons.CredentialUnknown: "10001",
    campaign_reasons.CredentialOfOtherKind: "10001",
    campaign_reasons.CredentialDisabled: "10050",
    campaign_reasons.OutOfScope: "10048",
    campaign_reasons.AddressNotAllowed: "10048",
    AddressBlocked: "10060",
    campaign_reasons.TooFast: "10043",  # of the whole site: see translated()
    campaign_reasons.PaceUnknown: "10020",
    campaign_reasons.CapReached: "10040",
    campaign_reasons.AccountNotExist: "10010",
    campaign_reasons.AccountNotReady: "10010",
    campaign_reasons.AccountDelivering: "10010",
    campaign_reasons.AccountLowBalance: "10010",
    campaign_reasons.AccountInArrears: "10010",
    campaign_reasons.AccountStopUsing: "10010",
    campaign_reasons.AccountRecover: "10010",
    campaign_reasons.AccountFreeze: "10050",
    campaign_reasons.AccountUnknown: "10010",
    campaign_reasons.AuthInfoError: "10030",
    campaign_reasons.PackUsedUp: "10010",
    campaign_reasons.CampaignNotFound: "10030",
    campaign_reasons.CampaignNotOpen: "10030",
    campaign_reasons.CampaignNotStarted: "10030",
    campaign_reasons.CampaignPaused: "10030",
    campaign_reasons.CampaignEnded: "10030",
    campaign_reasons.FeeUnpaid: "10030",
    campaign_reasons.FeeStopped: "10030",
    material_reasons.MaterialNotFound: "10030",
    material_reasons.MaterialGone: "10030",
    material_reasons.MaterialNotApproved: "10030",
    material_reasons.RightsLapsed: "10030",
    material_reasons.FaceNotFound: "10030",
    job_reasons.TemplateFaceUnknown: 201,
    job_reasons.TemplateLost: "10030",
    job_reasons.PhotoMissing: 1002,
    job_reasons.PhotoNotBase64: 1003,
    job_reasons.PhotoNotAPicture: 1007,
    job_reasons.PhotoFormat: 1007,
    job_reasons.PhotoDamaged: 1007,
    job_reasons.PhotoAddressWrong: 1003,
    job_reasons.PhotoNotFetched: 1003,
    campaign_reasons.OutboundRefused: 1006,
    campaign_reasons.OutboundFailed: 1006,
    campaign_reasons.OutboundTooLarge: 1006,
    campaign_reasons.OutboundTooSlow: 1006,
    job_reasons.PhotoTooHeavy: 1004,
    job_reasons.PhotoTooLarge: 1004,
    job_reasons.PhotoTooManyPixels: 1004,
    job_reasons.PhotoTooLong: 1004,
    job_reasons.PhotoTooSmall: 1004,
    job_reasons.NoFace: 201,
    job_reasons.NoFaceThere: 201,
    job_reasons.NoSuchFace: 201,
    job_reasons.RectangleOutside: 201,
    job_reasons.FaceTooSmall: 201,
    job_reasons.FaceOutside: 201,
    job_reasons.FaceTurned: 201,
    job_reasons.FaceBlurred: 201,
    job_reasons.FaceCovered: 201,
    job_reasons.SeveralFaces: 201,
    job_reasons.Blocked: 1006,
    job_reasons.ModerationSilent: 1006,
    job_reasons.Busy: "10020",
    job_reasons.TookTooLong: "11010",
    job_reasons.WorkerLost: "11010",
    job_reasons.FusionFailed: "11030",
    job_reasons.DetectorFailed: "11030",
    job_reasons.FinishingFailed: "11030",
    job_reasons.StorageFailed: "11030",
    job_reasons.AnswerTooHeavy: 1006,
    job_reasons.PhotoGone: 1006,
    job_reasons.Cancelled: 1006,
    job_reasons.UnknownReason: 1006,
    **dict.fromkeys(OF_PEOPLE, "10030"),
}


class BusinessFault(Exception):
    """A status inside code 10000."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def translated(refusal: Refusal) -> Fault | BusinessFault:
    """The refusal as a fault of the gateway or of the business."""
    if isinstance(refusal, campaign_reasons.TooFast) and refusal.layer in (
        Layer.SITE,
        Layer.ADDRESS,
    ):
        return Fault("10044")
    said = cell(TABLE, refusal)
    return Fault(said) if isinstance(said, str) else BusinessFault(said)
