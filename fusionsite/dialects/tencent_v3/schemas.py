"""The fields of every action of both versions."""

from collections.abc import Mapping

from fusionsite.dialects.tencent_v3.errors import V2018, V2022
from fusionsite.dialects.tencent_v3.fields import Field, Schema

TEXT, INTEGER, NUMBER = Field("text"), Field("integer"), Field("number")
NEEDED = Field("text", required=True)

_RECT = Field("object", members=dict.fromkeys(("X", "Y", "Width", "Height"), INTEGER))
_NEEDED_RECT = Field("object", required=True, members=_RECT.members)
_MERGE_2018: Schema = {
    "Image": TEXT,
    "Url": TEXT,
    "InputImageFaceRect": _RECT,
    "TemplateFaceID": TEXT,
}
_MERGE_2022: Schema = {**_MERGE_2018, "TemplateFaceRect": _RECT}
_FUSE_PARAM = Field(
    "object",
    members={
        "ImageCodecParam": Field(
            "object",
            members={"MetaData": Field("list", members={"MetaKey": NEEDED, "MetaValue": NEEDED})},
        )
    },
)
_LOGO: Schema = {
    "LogoAdd": INTEGER,
    "LogoParam": Field(
        "object",
        members={"LogoRect": _NEEDED_RECT, "LogoUrl": TEXT, "LogoImage": TEXT},
    ),
}
_CAMPAIGNS: Schema = {"ProjectId": NEEDED, "ModelId": NEEDED, "RspImgType": NEEDED}
_DEGREES: Schema = {"FuseProfileDegree": INTEGER, "FuseFaceDegree": INTEGER}
_PAGE: Schema = {"MaterialId": TEXT, "Limit": INTEGER, "Offset": INTEGER}

_EFFECTS: Schema = {
    "WarpRadio": NUMBER,
    "EnhanceRadio": NUMBER,
    "MpRadio": NUMBER,
    "BlurRadio": NUMBER,
    "TeethEnhanceRadio": NUMBER,
    "MakeupTransferRadio": NUMBER,
}

SCHEMAS: Mapping[tuple[str, str], Schema] = {
    (V2018, "FaceFusion"): {
        **_CAMPAIGNS,
        "Image": TEXT,
        "Url": TEXT,
        "PornDetect": INTEGER,
        "CelebrityIdentify": INTEGER,
        "FuseParam": _FUSE_PARAM,
    },
    (V2018, "FuseFace"): {
        **_CAMPAIGNS,
        "MergeInfos": Field("list", required=True, members=_MERGE_2018),
        **_DEGREES,
        "CelebrityIdentify": INTEGER,
        "FuseParam": _FUSE_PARAM,
    },
    (V2018, "DescribeMaterialList"): {"ActivityId": Field("integer", required=True), **_PAGE},
    (V2022, "FuseFace"): {
        **_CAMPAIGNS,
        "MergeInfos": Field("list", required=True, members=_MERGE_2022),
        **_DEGREES,
        "FuseParam": _FUSE_PARAM,
        **_LOGO,
    },
    (V2022, "FuseFaceUltra"): {
        "RspImgType": NEEDED,
        "MergeInfos": Field("list", required=True, members=_MERGE_2022),
        "ModelUrl": TEXT,
        "ModelImage": TEXT,
        "FusionUltraParam": Field("object", members=_EFFECTS),
        **_LOGO,
        "SwapModelType": INTEGER,
    },
    (V2022, "DescribeMaterialList"): {"ActivityId": NEEDED, **_PAGE},
}
VERSIONS = frozenset(version for version, _action in SCHEMAS)
OFFLINE = frozenset({(V2018, "FaceFusionLite")})
NOT_OFFERED = frozenset(
    {
        (V2018, "SubmitVideoFaceFusionJob"),
        (V2022, "SubmitVideoFaceFusionJob"),
        (V2022, "QueryVideoFaceFusionJob"),
    }
)
# Signature v1 is good enough for looking, not for fusing.
V1_ACTIONS = frozenset({"DescribeMaterialList"})
