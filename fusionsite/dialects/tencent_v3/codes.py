"""Every code of the v3 protocol that this site says: its message, its cause, its remedy.

Chinese messages are the documented ones. Codes of the gateway are here, those of the service in
`service_codes`; docs/dialects/tencent-v3.md is written from both.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True)
class Said:
    """What a code says, in both languages; `{parameter}` and the like are filled in.

    cause and remedy are for the documentation.
    """

    zh: str
    en: str
    cause: str
    remedy: str


_SIGNING = _("Compare each signing step with the published example; sign the bytes that are sent.")
_SLOWER = _("Call more slowly, or have the rate raised.")

GATEWAY: dict[str, Said] = {
    "AuthFailure.InvalidAuthorization": Said(
        "认证失败。请求头部的 Authorization 不符合腾讯云标准。",
        "The Authorization header is missing or malformed.",
        _(
            "No Authorization header, one of another form (`SKIP` among them), or signature v1 on"
            " an action that demands v3."
        ),
        _("Sign with TC3-HMAC-SHA256; content-type and host must be among the signed headers."),
    ),
    "AuthFailure.InvalidSecretId": Said(
        "密钥非法。",
        "This key is not of the kind that this protocol signs with.",
        _("The key exists, but is an appkey or a token of another protocol."),
        _("Make a SecretId and SecretKey in the console."),
    ),
    "AuthFailure.SecretIdNotFound": Said(
        "SecretId不存在，请输入正确的密钥。",
        "The SecretId is not found, please ensure that your SecretId is correct.",
        _("No such SecretId, or it was switched off."),
        _("Copy it anew from the console, or make a new key."),
    ),
    "AuthFailure.SignatureExpire": Said(
        "签名已过期，请重新请求。",
        "The signature is expired, please request again.",
        _("The timestamp is more than 300 seconds away from this site's clock, either way."),
        _("Set the clock by NTP; sign anew for every call."),
    ),
    "AuthFailure.SignatureFailure": Said(
        "请求签名验证失败，请检查您的签名计算是否正确。",
        "The provided credentials could not be validated. Please check your signature is correct.",
        _("The signature is not the one of this request, or its date is not the timestamp's."),
        _SIGNING,
    ),
    "AuthFailure.TokenFailure": Said(
        "token 错误。",
        "The token is wrong.",
        _("A token came along with a permanent key; this site gives out permanent keys only."),
        _("Leave X-TC-Token away."),
    ),
    "AuthFailure.UnauthorizedOperation": Said(
        "请求未授权。",
        "The request is not authorized.",
        _("The key does not open this protocol, or is kept to other campaigns."),
        _("Widen the key's scope in the console, or use another key."),
    ),
    "ActionOffline": Said(
        "接口已下线。",
        "This action has been taken offline.",
        _("FaceFusionLite was withdrawn."),
        _("Use FaceFusion or FuseFace."),
    ),
    "InvalidAction": Said(
        "接口不存在。",
        "The request `Action` is invalid or not found.",
        _(
            "This version has no such action. FaceFusion is in 2018-12-01 only, FuseFaceUltra in"
            " 2022-09-27 only; names are case-sensitive."
        ),
        _("Check the action's name and the version."),
    ),
    "NoSuchVersion": Said(
        "接口版本不存在。",
        "The API version does not exist.",
        _("The version is neither 2018-12-01 nor 2022-09-27."),
        _("Use one of the two."),
    ),
    "NoSuchProduct": Said(
        "产品不存在。",
        "The product does not exist.",
        _("The credential scope names another service than `facefusion`."),
        _("Sign for the service `facefusion`."),
    ),
    "MissingParameter": Said(
        "缺少参数 `{parameter}`。",
        "The request is missing a required parameter `{parameter}`.",
        _("A required header or field is not there."),
        _("Send it."),
    ),
    "InvalidParameter": Said(
        "参数错误。{detail}",
        "{detail}",
        _("A field has the wrong type, the body is not JSON, or the query is broken."),
        _("Compare the field's type with the table of the action."),
    ),
    "InvalidParameterValue": Said(
        "参数取值错误。`{parameter}` 的取值不合法。",
        "A value specified in `{parameter}` is not valid, is unsupported, or cannot be used.",
        _("The timestamp is not a number, or the region not a region's name."),
        _("Send whole seconds; name a region such as `ap-guangzhou`."),
    ),
    "UnknownParameter": Said(
        "未知参数 `{parameter}`。",
        "The parameter `{parameter}` is not recognized.",
        _("The action has no such field."),
        _("Leave it away; mind upper and lower case."),
    ),
    "InvalidRequest": Said(
        "请求 body 的 multipart 格式错误。",
        "The multipart body is malformed.",
        _("The multipart body does not follow its boundary, or has none."),
        _("Send JSON, or a complete multipart body."),
    ),
    "UnsupportedRegion": Said(
        "接口不支持所传地域。",
        "The action not support this region.",
        _("The region is well-formed but not offered here."),
        _("Use a region of FUSION_TENCENT_REGIONS, or none."),
    ),
    "UnsupportedProtocol": Said(
        "HTTP(S) 请求协议错误，只支持 GET 和 POST 请求。",
        "Only GET and POST requests are supported.",
        _("Another HTTP method."),
        _("Use POST."),
    ),
    "UnsupportedOperation": Said(
        "操作不支持。",
        "This operation is not supported.",
        _("The video actions are not offered."),
        _("Use pictures."),
    ),
    "RequestLimitExceeded": Said(
        "您当前每秒请求 `{measured}` 次，超过了每秒频率上限 `{limit}`，请稍后重试。",
        "Your current request times equals to `{measured}` in a second, which exceeds the frequency"
        " limit `{limit}` for a second. Please reduce the frequency of calls.",
        _("Too many calls with this key or on this site; in 2022-09-27 also on this campaign."),
        _SLOWER,
    ),
    "RequestLimitExceeded.UinLimitExceeded": Said(
        "主账号超过频率限制。",
        "The account exceeds its frequency limit.",
        _("Too many calls on all campaigns of the account together."),
        _SLOWER,
    ),
    "RequestLimitExceeded.IPLimitExceeded": Said(
        "IP 限频。",
        "This address exceeds its frequency limit.",
        _("Too many wrong keys or signatures came from this network address within a minute."),
        _("Mend the signing, wait a minute."),
    ),
    "RequestSizeLimitExceeded": Said(
        "请求包超过限制大小。",
        "The request is larger than the limit.",
        _("A body over 10 MB (signature v1: 1 MB), or a query over 32 KB."),
        _("Send a smaller picture, or its address."),
    ),
    "ResponseSizeLimitExceeded": Said(
        "返回包超过限制大小。",
        "The response is larger than the limit.",
        _("The picture is larger than FUSION_ANSWER_MAX_BYTES. Nothing was charged."),
        _("Ask for `url` instead of `base64`."),
    ),
    "IpInBlacklist": Said(
        "IP地址在黑名单中。",
        "The IP address is in the blacklist.",
        _("The site's operator refuses calls from this network (FUSION_BLOCKED_NETWORKS)."),
        _("Ask the operator."),
    ),
    "IpNotInWhitelist": Said(
        "IP地址不在白名单中。",
        "The IP address is not in the whitelist.",
        _("The key has a list of addresses, and this one is not on it."),
        _("Add the address to the key in the console."),
    ),
    "LimitExceeded": Said(
        "超过配额限制。",
        "The quota is used up.",
        _("A hard cap of the campaign or the account is reached."),
        _("Raise the cap, or wait until it starts anew."),
    ),
    "InternalError": Said(
        "内部错误。",
        "An internal error has occurred.",
        _("A fault of this site. Nothing was charged."),
        _("Try again; tell the operator the RequestId."),
    ),
    "ServiceUnavailable": Said(
        "当前服务暂时不可用。",
        "The service is temporarily unavailable.",
        _("The queue is full, the counters cannot be reached, or the protocol is switched off."),
        _("Try again in a few seconds."),
    ),
}
