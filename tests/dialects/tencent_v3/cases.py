"""One case per documented code of the v3 protocol, and one per action that goes well."""

from typing import Any

from campaigns.models import Layer, Standing
from fusion import errors
from tests.dialects import arranging, wire
from tests.dialects.tencent_v3.asking import (
    HOST,
    MODEL,
    V2022,
    ask,
    ask_v1,
    face_fusion,
    fuse_face,
    ultra,
)
from tests.dialects.transcripts import Case
from tests.dialects.world import APPKEY, NOW, OTHER_SECRET_ID, World, base64_of


def case(code: str, *args: Any, name: str = "", **more: Any) -> Case:
    """A case whose request is made when it is played: `args` are those of `ask`."""
    asking = {key: more.pop(key) for key in list(more) if key not in Case.__dataclass_fields__}
    return Case(name or code, lambda _world: ask(*args, **asking), **more)


def fusing(code: str, **more: Any) -> Case:
    """FaceFusion in a world where it ends with this code."""
    return case(code, "FaceFusion", face_fusion(), **more)


def fusing_2022(code: str, **more: Any) -> Case:
    """2022-09-27 FuseFace in a world where it ends with this code."""
    return case(code, "FuseFace", fuse_face(), version=V2022, **more)


def raw(code: str, request: bytes, **more: Any) -> Case:
    """A request that no signing client would send."""
    return Case(code, lambda _world: request, **more)


def trial_call(_world: World) -> bytes:
    return ask("FaceFusion", face_fusion(ProjectId="100647", ModelId="qc_100647_154023_1"))


RECT = {"X": 10, "Y": 10, "Width": 120, "Height": 120}
GOOD = [
    case("ok", "FaceFusion", face_fusion(CelebrityIdentify=1), name="ok.2018.FaceFusion.url"),
    case("ok", "FaceFusion", face_fusion(RspImgType="base64"), name="ok.2018.FaceFusion.base64"),
    case(
        "ok",
        "FuseFace",
        fuse_face(
            {"InputImageFaceRect": RECT, "TemplateFaceID": f"{MODEL}_1"},
            FuseFaceDegree=20,
            FuseProfileDegree=50,
        ),
        name="ok.2018.FuseFace",
    ),
    case(
        "ok",
        "DescribeMaterialList",
        {"ActivityId": 100646, "MaterialId": MODEL},
        name="ok.2018.DescribeMaterialList",
    ),
    Case(
        "ok.2018.DescribeMaterialList.v1",
        lambda _world: ask_v1(
            "DescribeMaterialList", {"ActivityId": "100646", "MaterialId": MODEL}
        ),
    ),
    case(
        "ok",
        "FuseFace",
        fuse_face(
            FuseParam={
                "ImageCodecParam": {"MetaData": [{"MetaKey": "order", "MetaValue": "A-17"}]}
            },
            LogoParam={
                "LogoRect": {"X": 4, "Y": 4, "Width": 40, "Height": 12},
                "LogoImage": base64_of("strip.png"),
            },
        ),
        version=V2022,
        name="ok.2022.FuseFace",
    ),
    case(
        "ok",
        "FuseFaceUltra",
        ultra(FusionUltraParam={"WarpRadio": 0.5}, SwapModelType=1, LogoAdd=0),
        version=V2022,
        name="ok.2022.FuseFaceUltra",
    ),
    case(
        "ok",
        "DescribeMaterialList",
        {"ActivityId": "at_100646", "Limit": 1},
        version=V2022,
        name="ok.2022.DescribeMaterialList",
    ),
]
GATEWAY = [
    case("AuthFailure.InvalidAuthorization", "FaceFusion", {}, more={"Authorization": "SKIP"}),
    case("AuthFailure.InvalidSecretId", "FaceFusion", face_fusion(), secret_id=APPKEY),
    case("AuthFailure.SecretIdNotFound", "FaceFusion", face_fusion(), secret_id=OTHER_SECRET_ID),
    case("AuthFailure.SignatureExpire", "FaceFusion", face_fusion(), timestamp=NOW - 301),
    case("AuthFailure.SignatureFailure", "FaceFusion", face_fusion(), secret_key="wrong"),
    case("AuthFailure.TokenFailure", "FaceFusion", face_fusion(), more={"X-TC-Token": "t"}),
    fusing(
        "AuthFailure.UnauthorizedOperation", arrange=arranging.key(dialects=["tencent_fuseapi"])
    ),
    case("ActionOffline", "FaceFusionLite", {}),
    case("InvalidAction", "FaceFusion", face_fusion(), version=V2022),
    case("NoSuchVersion", "FaceFusion", face_fusion(), version="2020-01-01"),
    case("NoSuchProduct", "FaceFusion", face_fusion(), service="cvm"),
    raw("MissingParameter", wire.request("POST", "/", {"Host": HOST})),
    case("InvalidParameter", "FaceFusion", face_fusion(CelebrityIdentify="1")),
    case("InvalidParameterValue", "FaceFusion", face_fusion(), region="gz"),
    case("UnknownParameter", "FaceFusion", face_fusion(Colour="red")),
    case(
        "InvalidRequest",
        "FaceFusion",
        None,
        content_type="multipart/form-data; boundary=xyz",
        body=b"--abc",
    ),
    case("UnsupportedRegion", "FaceFusion", face_fusion(), region="us-ashburn"),
    raw("UnsupportedProtocol", wire.request("PUT", "/", {"Host": HOST}, b"{}")),
    case("UnsupportedOperation", "SubmitVideoFaceFusionJob", {}, version=V2022),
    fusing("RequestLimitExceeded", arrange=arranging.rate(Layer.CREDENTIAL, 2), repeat=3),
    fusing(
        "RequestLimitExceeded.UinLimitExceeded", arrange=arranging.rate(Layer.ACCOUNT), repeat=2
    ),
    case(
        "RequestLimitExceeded.IPLimitExceeded",
        "FaceFusion",
        face_fusion(),
        secret_key="wrong",
        settings={"FUSION_FAILED_SIGNATURES_PER_MIN": 1},
        repeat=2,
    ),
    case("RequestSizeLimitExceeded", "FaceFusion", face_fusion(Image="A" * 11 * 2**20)),
    case(
        "ResponseSizeLimitExceeded",
        "FaceFusion",
        face_fusion(RspImgType="base64"),
        settings={"FUSION_ANSWER_MAX_BYTES": 1000},
    ),
    fusing("IpInBlacklist", settings={"FUSION_BLOCKED_NETWORKS": ["203.0.113.0/24"]}),
    fusing("IpNotInWhitelist", arrange=arranging.key(addresses=["198.51.100.0/24"])),
    fusing("LimitExceeded", arrange=arranging.cap_reached),
    fusing("InternalError", arrange=arranging.code_breaks),
    fusing("ServiceUnavailable", settings={"FUSION_DIALECTS": []}),
]
PICTURES = [
    case(
        "FailedOperation.FuseDetectNoFace", "FaceFusion", face_fusion(Image=base64_of("noface.jpg"))
    ),
    case(
        "FailedOperation.NoFaceDetected",
        "FuseFace",
        fuse_face({"Image": base64_of("noface.jpg")}),
        version=V2022,
    ),
    case(
        "InvalidParameterValue.NoFaceInPhoto",
        "FuseFace",
        fuse_face({"InputImageFaceRect": {"X": 0, "Y": 0, "Width": 30, "Height": 30}}),
    ),
    fusing(
        "FailedOperation.FaceSizeTooSmall",
        arrange=arranging.face(errors.FaceTooSmall(measured=20, limit=34)),
    ),
    fusing(
        "FailedOperation.FaceExceedBorder",
        arrange=arranging.face(errors.FaceOutsidePicture(measured=12, limit=8)),
    ),
    fusing(
        "FailedOperation.FaceBorderCheckFailed",
        arrange=arranging.face(errors.FaceOutsidePicture(measured=40, limit=8)),
    ),
    fusing(
        "FailedOperation.FaceShapeFailed",
        arrange=arranging.face(errors.FaceTurnedAway(measured=60, limit=40)),
    ),
    case(
        "FailedOperation.FaceRectInvalid",
        "FuseFace",
        fuse_face({"InputImageFaceRect": {"X": 900, "Y": 900, "Width": 50, "Height": 50}}),
    ),
    case(
        "InvalidParameterValue.FaceRectParameterValueError",
        "FuseFace",
        fuse_face({"InputImageFaceRect": {"X": 0, "Y": 0, "Width": 29, "Height": 40}}),
        version=V2022,
    ),
    fusing(
        "FailedOperation.FaceFusionError",
        arrange=arranging.face(errors.FaceCovered(measured=60, limit=45)),
    ),
    case(
        "FailedOperation.FuseImageError",
        "FaceFusion",
        face_fusion(
            FuseParam={
                "ImageCodecParam": {
                    "MetaData": [
                        {"MetaKey": f"key{number}", "MetaValue": "v" * 256} for number in range(230)
                    ]
                }
            }
        ),
    ),
    case(
        "FailedOperation.ImageDecodeFailed",
        "FaceFusion",
        face_fusion(Image="data:image/jpeg;base64,/9j/4AAQ"),
    ),
    case("InvalidParameterValue.ImageEmpty", "FaceFusion", face_fusion(Image=None)),
    case(
        "FailedOperation.ImageDownloadError",
        "FaceFusion",
        face_fusion(Url="http://127.0.0.1/photo.jpg"),
    ),
    case(
        "InvalidParameterValue.UrlIllegal",
        "FuseFace",
        fuse_face({"Url": "ftp://example.org/photo.jpg"}),
        version=V2022,
    ),
    case("FailedOperation.ImageSizeExceed", "FaceFusion", face_fusion(Image="A" * 6 * 2**20)),
    case(
        "FailedOperation.ImageResolutionExceed",
        "FaceFusion",
        face_fusion(Image=base64_of("wide.png")),
    ),
    case(
        "FailedOperation.ImageResolutionTooSmall",
        "FaceFusion",
        face_fusion(Image=base64_of("tiny.jpg")),
    ),
    case(
        "FailedOperation.ImageSizeInvalid", "FaceFusion", face_fusion(Image=base64_of("strip.png"))
    ),
    fusing("FailedOperation.ImagePixelExceed", arrange=arranging.material_too_large),
    raw(
        "FailedOperation.RequestEntityTooLarge",
        wire.request("POST", "/.tencent/413", {"Host": HOST}),
    ),
]
SERVICE = [
    case("InvalidParameterValue.ActivityIdNotFound", "FaceFusion", face_fusion(ProjectId="999999")),
    fusing("FailedOperation.ProjectNotAuth", arrange=arranging.campaign(fee_state="unpaid")),
    case(
        "InvalidParameterValue.MaterialIdNotFound",
        "FaceFusion",
        face_fusion(ModelId="qc_100646_000000_99"),
    ),
    fusing("FailedOperation.FuseMaterialNotExist", arrange=arranging.withdrawn),
    case(
        "FailedOperation.FuseMaterialNotAuth",
        "FaceFusion",
        face_fusion(ModelId="qc_100646_154022_10"),
    ),
    case(
        "FailedOperation.TemplateFaceIDNotExist",
        "FuseFace",
        fuse_face({"TemplateFaceID": f"{MODEL}_7"}),
        version=V2022,
    ),
    case("InvalidParameterValue.ParameterValueError", "FaceFusion", face_fusion(RspImgType="URL")),
    case(
        "FailedOperation.ParameterValueError",
        "FuseFaceUltra",
        ultra(FusionUltraParam={"WarpRadio": 1.2}),
        version=V2022,
    ),
    Case("FailedOperation.FuseFreqCtrl", trial_call, repeat=2),
    fusing("FailedOperation.FuseSavePhotoFail", arrange=arranging.storage_full),
    fusing(
        "FailedOperation.RequestTimeout",
        arrange=arranging.nobody_works,
        settings={"FUSION_JOB_WAIT_S": 0.05},
    ),
    fusing("FailedOperation.RpcFail", arrange=arranging.worker_lost),
    fusing("FailedOperation.FuseInnerError", arrange=arranging.engine_breaks),
    fusing("FailedOperation.InnerError", arrange=arranging.photo_lost),
    fusing("FailedOperation.ServerError", arrange=arranging.database_fails),
    fusing("FailedOperation.Unknown", arrange=arranging.cancelled),
    fusing_2022("FailedOperation.BalanceInsufficient", arrange=arranging.without_money),
    fusing_2022("FailedOperation.MediaDataError", arrange=arranging.material_file_lost),
    fusing_2022("FailedOperation.ModerationFailed", arrange=arranging.moderated("violence")),
    fusing_2022(
        "FailedOperation.ModerationResponseError", arrange=arranging.moderated("moderation")
    ),
]
ACCOUNT = [
    fusing_2022("ResourceInsufficient", arrange=arranging.only_packs),
    fusing_2022("ResourceNotFound", arrange=arranging.standing(Standing.NOT_READY)),
    fusing("ResourceUnavailable.InArrears", arrange=arranging.standing(Standing.IN_ARREARS)),
    fusing("ResourceUnavailable.LowBalance", arrange=arranging.without_money),
    fusing("ResourceUnavailable.Freeze", arrange=arranging.standing(Standing.FREEZE)),
    fusing("ResourceUnavailable.StopUsing", arrange=arranging.standing(Standing.STOP_USING)),
    fusing("ResourceUnavailable.Recover", arrange=arranging.standing(Standing.RECOVER)),
    fusing("ResourceUnavailable.Delivering", arrange=arranging.standing(Standing.DELIVERING)),
    fusing_2022("ResourceUnavailable.IsOpening", arrange=arranging.standing(Standing.DELIVERING)),
    fusing("ResourceUnavailable.NotReady", arrange=arranging.standing(Standing.NOT_READY)),
    fusing("ResourceUnavailable.NotExist", arrange=arranging.standing(Standing.NOT_EXIST)),
    fusing("ResourceUnavailable.UnknownStatus", arrange=arranging.standing(Standing.UNKNOWN)),
    fusing("ResourceUnavailable.GetAuthInfoError", arrange=arranging.account_unreadable),
    fusing("ResourcesSoldOut.ChargeStatusException", arrange=arranging.only_packs),
]
FAILURES = [*GATEWAY, *PICTURES, *SERVICE, *ACCOUNT]
