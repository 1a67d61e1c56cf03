"""DescribeMaterialList: a campaign's materials as both versions list them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from campaigns.models import Campaign
from fusionsite.dialects.base import Fault
from fusionsite.dialects.tencent_v3.errors import V2018
from fusionsite.dialects.tencent_v3.fields import Values
from fusionsite.dialects.tencent_v3.messages import material_id
from templates_app.models import Material, MaterialFace, State
from templates_app.models.material import SERVING_STATES
from templates_app.refusals import MaterialNotFound

PAGE = 20
# The 2022 examples tell the time of the service's own country, without a zone.
_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Page:
    """Which materials are asked for."""

    material: str
    limit: int
    offset: int


def read_page(version: str, fields: Values) -> Page:
    """The page asked for; 2018-12-01 cuts a larger Limit down, 2022-09-27 refuses it."""
    limit, offset = fields.get("Limit", PAGE), fields.get("Offset", 0)
    if limit < 0 or (version != V2018 and limit > PAGE):
        raise Fault("InvalidParameterValue.ParameterValueError", parameter="Limit")
    if offset < 0 or offset > 2**31:
        raise Fault("InvalidParameterValue.ParameterValueError", parameter="Offset")
    return Page(fields.get("MaterialId", ""), min(limit, PAGE), offset)


def material_list(version: str, campaign: Campaign, page: Page) -> dict[str, Any]:
    """The answer: one page of materials, and how many there are in all."""
    every = (
        Material.objects.filter(campaign=campaign)
        .exclude(state=State.WITHDRAWN)
        .select_related("current", "campaign")
        .order_by("number")
    )
    if page.material:
        every = every.filter(model_id=material_id(page.material))
        if not every.exists():
            raise MaterialNotFound
    shown = list(every[page.offset : page.offset + page.limit])
    faces: dict[int | None, list[MaterialFace]] = {}
    versions = [material.current_id for material in shown]
    for face in MaterialFace.objects.filter(version__in=versions, removed=False).order_by("number"):
        faces.setdefault(face.version_id, []).append(face)
    write = _in_2018 if version == V2018 else _in_2022
    infos = [write(material, faces.get(material.current_id, [])) for material in shown]
    return {"MaterialInfos": infos, "Count": every.count()}


def _in_2018(material: Material, faces: list[MaterialFace]) -> dict[str, Any]:
    campaign = material.campaign
    face = _own_or(material.face_degree, campaign.face_degree)
    profile = _own_or(material.profile_degree, campaign.profile_degree)
    return {
        "MaterialId": material.model_id,
        "MaterialStatus": material.status_number,
        "BlendParamPtu": 100 - face,
        "PositionParamPtu": 100 - profile,
        "BlendParamYoutu": 100 - face,
        "PositionParamYoutu": 100 - profile,
        "Url": _picture_url(material),
        "CreateTime": _time_2018(material.created_at),
        "UpdateTime": _time_2018(material.changed_at),
        "MaterialFaceList": _face_list(material, faces),
    }


def _in_2022(material: Material, faces: list[MaterialFace]) -> dict[str, Any]:
    return {
        "MaterialId": material.model_id,
        "MaterialName": material.title("zh-hans"),
        "MaterialStatus": material.status_number,
        "AuditResult": _in_chinese(State(material.state).label),
        "CreateTime": _time_2022(material.created_at),
        "UpdateTime": _time_2022(material.changed_at),
        "MaterialFaceList": _face_list(material, faces),
    }


def _face_list(material: Material, faces: list[MaterialFace]) -> list[dict[str, Any]]:
    return [
        {
            "FaceId": f"{material.model_id}_{face.number}",
            "FaceInfo": {
                "X": face.left,
                "Y": face.top,
                "Width": face.width,
                "Height": face.height,
            },
        }
        for face in faces
    ]


def _picture_url(material: Material) -> str:
    """The public address of the picture; empty while the public may not see it."""
    if material.state not in SERVING_STATES or not material.campaign.published:
        return ""
    path = reverse("upload:picture", args=[material.campaign.slug, material.model_id])
    return settings.FUSION_BASE_URL + path


def _in_chinese(words: object) -> str:
    with translation.override("zh-hans"):
        return str(words)


def _own_or(own: int | None, campaigns: int) -> int:
    return campaigns if own is None else own


def _time_2018(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time_2022(moment: datetime) -> str:
    return timezone.localtime(moment, _CHINA).strftime("%Y-%m-%d %H:%M:%S")
