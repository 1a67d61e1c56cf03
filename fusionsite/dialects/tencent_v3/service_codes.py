"""The codes of the face fusion service itself; see `codes`."""

from django.utils.translation import gettext_noop as _

from fusionsite.dialects.tencent_v3.codes import Said

_OTHER_PHOTO = _("Send another photo: one face, upright, looking at the camera.")
_AGAIN = _("Try again. Nothing was charged.")
_FINANCE = _("Finance sees the account's state in the console.")
_INSIDE = "服务内部错误，请重试。"

SERVICE: dict[str, Said] = {
    "FailedOperation.FuseDetectNoFace": Said(
        "未检测到人脸.",
        "No face was detected.",
        _("No face in the user's picture (action FaceFusion)."),
        _OTHER_PHOTO,
    ),
    "FailedOperation.NoFaceDetected": Said(
        "无法检测出人脸, 人脸框配准分低于阈值。",
        "No face was detected, or its alignment score is below the threshold.",
        _(
            "No face in a picture (FuseFace, FuseFaceUltra); in 2022-09-27 also a face that is cut"
            " off, turned away, blurred or covered."
        ),
        _OTHER_PHOTO,
    ),
    "InvalidParameterValue.NoFaceInPhoto": Said(
        "人脸检测-图片没有人脸。",
        "There is no face in the given rectangle.",
        _("InputImageFaceRect holds no face."),
        _("Give a rectangle around one face, in pixels of the upright picture."),
    ),
    "FailedOperation.FaceSizeTooSmall": Said(
        "人脸因太小被过滤，建议人脸分辨率不小于34*34。",
        "The face is too small; at least 34×34 pixels are needed.",
        _("The face is smaller than 34×34 pixels."),
        _("Send a larger picture, or one taken from nearer."),
    ),
    "FailedOperation.FaceExceedBorder": Said(
        "人脸出框，无法使用。",
        "The face reaches beyond the picture.",
        _("The picture's edge cuts the face."),
        _OTHER_PHOTO,
    ),
    "FailedOperation.FaceBorderCheckFailed": Said(
        "人脸配准点出框错误码。",
        "Landmarks of the face lie outside the picture.",
        _("A quarter of the face or more lies outside the picture."),
        _OTHER_PHOTO,
    ),
    "FailedOperation.FaceShapeFailed": Said(
        "人脸配准失败。",
        "The face could not be aligned.",
        _("The face looks too far to the side, up or down."),
        _OTHER_PHOTO,
    ),
    "FailedOperation.FaceRectInvalid": Said(
        "人脸框不合法。",
        "The face rectangle is not valid.",
        _("InputImageFaceRect lies outside the picture."),
        _("Give the rectangle in pixels of the upright picture."),
    ),
    "InvalidParameterValue.FaceRectParameterValueError": Said(
        "人脸框参数有误或者人脸框太小。",
        "A face rectangle is wrong or too small.",
        _(
            "A rectangle with a missing or negative member, or narrower or lower than 30; in"
            " 2022-09-27 also one outside the picture."
        ),
        _("Send X, Y, Width and Height, both sides at least 30."),
    ),
    "FailedOperation.FaceFusionError": Said(
        "人脸融合失败,请更换图片后重试。",
        "The fusion failed; please use another picture.",
        _("The face is blurred or covered, or the content check refused the picture."),
        _OTHER_PHOTO,
    ),
    "FailedOperation.FuseImageError": Said(
        "图像处理出错。",
        "The picture could not be processed.",
        _(
            "The fused picture could not be finished, for instance because the metadata is too"
            " long."
        ),
        _("Send less metadata. Nothing was charged."),
    ),
    "FailedOperation.ImageDecodeFailed": Said(
        "人脸检测-图片解码失败。",
        "The picture could not be decoded.",
        _("Not base64, a `data:` header, not JPEG or PNG, or a damaged file."),
        _("Send the bare base64 of a whole JPEG or PNG file."),
    ),
    "InvalidParameterValue.ImageEmpty": Said(
        "人脸检测-图片为空。",
        "There is no picture.",
        _("Neither Image nor Url, or an empty text."),
        _("Send one of them."),
    ),
    "FailedOperation.ImageDownloadError": Said(
        "图片下载失败。",
        "The picture could not be downloaded.",
        _("Url cannot be fetched: not public, not on port 80 or 443, too slow, or not there."),
        _("Use a public address that answers with the picture itself."),
    ),
    "InvalidParameterValue.UrlIllegal": Said(
        "URL格式不合法。",
        "The URL is not valid.",
        _("Url is not an http or https address (2022-09-27)."),
        _("Send the picture's whole address."),
    ),
    "FailedOperation.ImageSizeExceed": Said(
        "输入图片base64数据大小超过5M。",
        "The picture is larger than the limit.",
        _(
            "More than 5 MB of base64 text (FuseFaceUltra 10 MB), or a file of more than 10 MB"
            " behind Url (FuseFaceUltra 20 MB)."
        ),
        _("Send a smaller file."),
    ),
    "FailedOperation.ImageResolutionExceed": Said(
        "图片分辨率过大。建议您resize压缩到3k*3k以内。",
        "The picture's resolution is too high; keep it within 3000×3000.",
        _("A side of more than 3000 pixels (2018-12-01)."),
        _("Make the picture smaller."),
    ),
    "FailedOperation.ImageResolutionTooSmall": Said(
        "图片短边分辨率小于64。",
        "The picture's shorter side has fewer than 64 pixels.",
        _("A shorter side of fewer than 64 pixels."),
        _("Send a larger picture."),
    ),
    "FailedOperation.ImageSizeInvalid": Said(
        "图片尺寸过大或者过小；不满足算法要求。",
        "The picture's dimensions cannot be used.",
        _(
            "In 2022-09-27 a side of more than 4096 pixels (FuseFaceUltra 8000); in both versions a"
            " picture more than ten times as long as it is wide."
        ),
        _("Crop the picture or make it smaller."),
    ),
    "FailedOperation.ImagePixelExceed": Said(
        "素材尺寸超过1080*1080像素。",
        "The material is larger than 1080×1080 pixels.",
        _("The stored material has a side of more than 1080 pixels."),
        _("Upload it anew; the console fits it."),
    ),
    "FailedOperation.RequestEntityTooLarge": Said(
        "请求实体太大。",
        "The request entity is too large.",
        _(
            "A proxy in front of this site refused the body with 413 and was told to ask here for"
            " the answer; see Transport."
        ),
        _("Send a smaller picture, or raise the proxy's limit above 10 MB."),
    ),
    "InvalidParameterValue.ActivityIdNotFound": Said(
        "未查找到活动id。",
        "There is no such campaign.",
        _("The campaign is unknown, or belongs to another account."),
        _("Take the number from the console."),
    ),
    "FailedOperation.ProjectNotAuth": Said(
        "活动未支付授权费或已停用。",
        "The campaign's fee is unpaid, or the campaign is not running.",
        _("The campaign is unpaid, stopped, paused, not begun or ended (2018-12-01)."),
        _("Pay the fee or open the campaign in the console."),
    ),
    "InvalidParameterValue.MaterialIdNotFound": Said(
        "未查找到素材Id。",
        "There is no such material.",
        _("No material of this id in that campaign."),
        _("List the materials with DescribeMaterialList."),
    ),
    "FailedOperation.FuseMaterialNotExist": Said(
        "素材不存在。",
        "The material does not exist any more.",
        _("The material was withdrawn, or (2018-12-01) its files are lost."),
        _("Use another material."),
    ),
    "FailedOperation.FuseMaterialNotAuth": Said(
        "素材未经过审核。",
        "The material is not approved.",
        _("The material is still in review, was rejected, or its rights have ended."),
        _("Wait for its review, or use another one."),
    ),
    "FailedOperation.TemplateFaceIDNotExist": Said(
        "素材人脸ID不存在。",
        "The material has no such face.",
        _("TemplateFaceID is not a face of the material; TemplateFaceRect matches none."),
        _("List the faces with DescribeMaterialList."),
    ),
    "InvalidParameterValue.ParameterValueError": Said(
        "参数字段或者值有误。",
        "A parameter's value is wrong: `{parameter}`.",
        _(
            "A value outside its set: RspImgType, degrees, number of MergeInfos, length of"
            " metadata, Limit, LogoParam."
        ),
        _("Compare with the table of the action."),
    ),
    "FailedOperation.ParameterValueError": Said(
        "{parameter}值不合法。",
        "The value of {parameter} is not valid.",
        _("FusionUltraParam or SwapModelType out of range; in 2022-09-27 also no picture at all."),
        _("Compare with the table of the action."),
    ),
    "FailedOperation.FuseFreqCtrl": Said(
        "操作太频繁，触发频控。",
        "Too frequent; the campaign's rate is exceeded.",
        _(
            "More calls a second than the campaign allows: 1 before it is published, then 50"
            " (2018-12-01)."
        ),
        _("Call more slowly, or have the rate raised."),
    ),
    "FailedOperation.FuseSavePhotoFail": Said(
        "保存结果图片出错。",
        "The result could not be stored.",
        _("The storage failed (2018-12-01)."),
        _AGAIN,
    ),
    "FailedOperation.RequestTimeout": Said(
        "后端服务超时。",
        "The back end took too long.",
        _("No worker finished the picture in time."),
        _AGAIN,
    ),
    "FailedOperation.RpcFail": Said(
        "RPC请求失败，一般为算法微服务故障。",
        "The back end could not be reached.",
        _("The worker was lost, several times."),
        _AGAIN,
    ),
    "FailedOperation.FuseInnerError": Said(
        _INSIDE, "An internal error; please try again.", _("The engine broke (2018-12-01)."), _AGAIN
    ),
    "FailedOperation.InnerError": Said(
        "服务内部错误。",
        "An internal error.",
        _("A borrowed picture was gone before it was used; in 2022-09-27 also a broken engine."),
        _AGAIN,
    ),
    "FailedOperation.ServerError": Said(
        "系统内部错误。",
        "A system error.",
        _("The database failed; in 2022-09-27 also the storage, or an unreadable account record."),
        _AGAIN,
    ),
    "FailedOperation.Unknown": Said(
        "未知错误。",
        "An unknown error.",
        _("Cancelled meanwhile, or a reason without a code of its own."),
        _AGAIN,
    ),
    "FailedOperation.BalanceInsufficient": Said(
        "余额不足，开通失败，请充值后再开通。",
        "The balance is insufficient; please top up.",
        _("The balance does not cover a picture (2022-09-27)."),
        _("Top up or buy a pack."),
    ),
    "FailedOperation.MediaDataError": Said(
        "素材数据为空。",
        "The material's data is empty.",
        _("The material's files are lost (2022-09-27)."),
        _("Use another material; tell the operator."),
    ),
    "FailedOperation.ModerationFailed": Said(
        "素材审核失败。",
        "The content check refused the picture.",
        _("A moderator blocked the picture (2022-09-27)."),
        _("Send another picture."),
    ),
    "FailedOperation.ModerationResponseError": Said(
        "素材审核结果为空。",
        "The content check gave no result.",
        _("The moderator could not be asked (2022-09-27)."),
        _AGAIN,
    ),
    "ResourceInsufficient": Said(
        "资源不足。",
        "The resources are insufficient.",
        _("All packs of the account are used up (2022-09-27)."),
        _("Buy a pack."),
    ),
    "ResourceNotFound": Said(
        "资源不存在。",
        "The resource does not exist.",
        _("The service was not opened for the account (2022-09-27)."),
        _FINANCE,
    ),
    "ResourceUnavailable.InArrears": Said(
        "账号已欠费。", "The account is in arrears.", _("The account is in arrears."), _FINANCE
    ),
    "ResourceUnavailable.LowBalance": Said(
        "余额不足。",
        "The balance is too low.",
        _("The balance does not cover a picture (2018-12-01)."),
        _("Top up or buy a pack."),
    ),
    "ResourceUnavailable.Freeze": Said(
        "账号已被冻结。", "The account is frozen.", _("A person froze the account."), _FINANCE
    ),
    "ResourceUnavailable.StopUsing": Said(
        "账号已停服。",
        "The account or the campaign is stopped.",
        _(
            "In arrears for too long; in 2022-09-27 also a campaign that is unpaid, stopped,"
            " paused, not begun or ended."
        ),
        _FINANCE,
    ),
    "ResourceUnavailable.Recover": Said(
        "资源已被回收。",
        "The resources were taken back.",
        _("In arrears until the resources were taken back."),
        _FINANCE,
    ),
    "ResourceUnavailable.Delivering": Said(
        "资源正在发货中。",
        "The service is being set up.",
        _("The service is being set up (2018-12-01)."),
        _("Try again in a minute."),
    ),
    "ResourceUnavailable.IsOpening": Said(
        "服务正在开通中，请稍等。",
        "The service is being opened, please wait.",
        _("The service is being set up (2022-09-27)."),
        _("Try again in a minute."),
    ),
    "ResourceUnavailable.NotReady": Said(
        "服务未开通。",
        "The service is not opened.",
        _("The service was not opened for the account (2018-12-01)."),
        _FINANCE,
    ),
    "ResourceUnavailable.NotExist": Said(
        "计费状态未知，请确认是否已在控制台开通服务。",
        "The billing state is unknown; please open the service in the console.",
        _("Billing has no record of the account."),
        _FINANCE,
    ),
    "ResourceUnavailable.UnknownStatus": Said(
        "计费状态未知。",
        "The billing state is unknown.",
        _("The account's records disagree (2018-12-01)."),
        _FINANCE,
    ),
    "ResourceUnavailable.GetAuthInfoError": Said(
        "获取认证信息失败。",
        "The account's record could not be read.",
        _("The account's record could not be read (2018-12-01)."),
        _AGAIN,
    ),
    "ResourcesSoldOut.ChargeStatusException": Said(
        "账号已欠费。",
        "The account has nothing left to charge.",
        _("All packs of the account are used up (2018-12-01)."),
        _("Buy a pack."),
    ),
}
