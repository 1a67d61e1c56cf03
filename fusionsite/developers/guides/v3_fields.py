"""What each field of the v3 protocol means and which values it takes; figures from the checks."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from fusionsite.developers.guides.base import Words
from fusionsite.dialects.tencent_v3 import materials, messages
from fusionsite.dialects.tencent_v3.errors import V2018, V2022

_MIB = 2**20
_PHOTO = {
    "text_mb": messages.MAX_BYTES[0] * 4 // 3 // _MIB,
    "ultra_text_mb": messages.ULTRA_MAX_BYTES[0] * 4 // 3 // _MIB,
}
_LINKED = {
    "mb": messages.MAX_BYTES[1] // _MIB,
    "ultra_mb": messages.ULTRA_MAX_BYTES[1] // _MIB,
}

MEANINGS: Mapping[str, Words] = {
    "ProjectId": Words(_("The campaign's number; at_ before it is understood too.")),
    "ModelId": Words(_("The material's id, such as qc_100646_154021_9.")),
    "RspImgType": Words(_("url or base64, in lower case.")),
    "Image": Words(
        _(
            "The picture as base64 without a data: header: JPEG or PNG, at most %(text_mb)s MB of"
            " text (FuseFaceUltra %(ultra_text_mb)s MB)."
        ),
        _PHOTO,
    ),
    "Url": Words(
        _(
            "The picture's public address on port 80 or 443, at most %(mb)s MB (FuseFaceUltra"
            " %(ultra_mb)s MB). It goes before Image."
        ),
        _LINKED,
    ),
    "PornDetect": Words(_("Ignored; pictures are always checked as the site's settings say.")),
    "CelebrityIdentify": Words(_("1 fills ReviewResultSet; 0 leaves it empty.")),
    "MergeInfos": Words(
        _("1 to %(most)s users' pictures, each with the face to take and where it goes."),
        {"most": messages.MAX_MERGES},
    ),
    "InputImageFaceRect": Words(
        _("Which face of the picture, in pixels of the upright picture. Without it the largest.")
    ),
    "TemplateFaceID": Words(
        _("Which face of the material: its id with _1, _2 and so on. Without it the largest.")
    ),
    "TemplateFaceRect": Words(_("Which face of a template that was sent along.")),
    "X": Words(_("Left edge, from 0.")),
    "Y": Words(_("Upper edge, from 0.")),
    "Width": Words(_("At least %(least)s."), {"least": messages.MIN_RECT_PX}),
    "Height": Words(_("At least %(least)s."), {"least": messages.MIN_RECT_PX}),
    "FuseFaceDegree": Words(_("0 to 100: how much of the template's face stays.")),
    "FuseProfileDegree": Words(_("0 to 100: how much of the template's outline stays.")),
    "FuseParam": Words(_("What is written into the picture's file.")),
    "ImageCodecParam": Words(_("Holds MetaData.")),
    "MetaData": Words(_("Names and values for the file's metadata; one pair in 2022-09-27.")),
    "MetaKey": Words(_("1 to %(most)s characters."), {"most": messages.MAX_KEY}),
    "MetaValue": Words(_("At most %(most)s characters."), {"most": messages.MAX_VALUE}),
    "LogoAdd": Words(_("0 leaves your own mark away; the legal label stays in any case.")),
    "LogoParam": Words(_("Your own mark on the picture.")),
    "LogoRect": Words(
        _("Where it goes, each side at most %(most)s pixels."), {"most": messages.MAX_LOGO_PX}
    ),
    "LogoUrl": Words(_("The mark's public address. It goes before LogoImage.")),
    "LogoImage": Words(_("The mark as base64: JPEG or PNG.")),
    "ModelUrl": Words(_("The template's public address. It goes before ModelImage.")),
    "ModelImage": Words(
        _("The template as base64: a side of at most %(most)s pixels."),
        {"most": messages.ULTRA_MAX_SIDE_PX},
    ),
    "FusionUltraParam": Words(_("How strongly it is fused.")),
    "WarpRadio": Words(_("0 to 1: how much of the user's outline is taken; 0.7 without it.")),
    "EnhanceRadio": Words(_("0 to 1; checked, without effect here.")),
    "MpRadio": Words(_("0 to 1; checked, without effect here.")),
    "BlurRadio": Words(_("A number; without effect here.")),
    "TeethEnhanceRadio": Words(_("0 or 1; without effect here.")),
    "MakeupTransferRadio": Words(_("0 or 1; without effect here.")),
    "SwapModelType": Words(_("1 to 6; checked, without effect here.")),
    "ActivityId": Words(_("The campaign's number: a number in 2018-12-01, a text in 2022-09-27.")),
    "MaterialId": Words(_("Only this material.")),
    "Limit": Words(
        _("How many at once, at most %(most)s; so many without it."), {"most": materials.PAGE}
    ),
    "Offset": Words(_("How many to leave out first.")),
}

WHAT: Mapping[str, Words] = {
    "FaceFusion": Words(_("One user, the largest face of the material.")),
    "FuseFace": Words(_("Up to six users into a stored material.")),
    "FuseFaceUltra": Words(_("The template comes along with the call; no campaign is named.")),
    "DescribeMaterialList": Words(_("The materials of a campaign with their faces and states.")),
}
_FUSED = _("FusedImage: an address that opens for 7 days, or base64. ReviewResultSet. RequestId.")
ANSWERS: Mapping[tuple[str, str], Words] = {
    (V2018, "FaceFusion"): Words(
        _("Image: an address that opens for 7 days, or base64. ReviewResultSet. RequestId.")
    ),
    (V2018, "FuseFace"): Words(_FUSED),
    (V2018, "DescribeMaterialList"): Words(_("MaterialInfos, Count (of all pages), RequestId.")),
    (V2022, "FuseFace"): Words(
        _("FusedImage: an address that opens for 7 days, or base64. RequestId.")
    ),
    (V2022, "FuseFaceUltra"): Words(
        _("FusedImage: an address that opens for 1 day, or base64. RequestId.")
    ),
    (V2022, "DescribeMaterialList"): Words(_("MaterialInfos, Count (of all pages), RequestId.")),
}
