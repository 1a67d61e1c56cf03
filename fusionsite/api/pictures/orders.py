"""Bodies as requests to `jobs.submission`, the entrance that every door shares."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings

from campaigns import sandboxes
from campaigns.models import Campaign
from campaigns.refusals import Refusal
from fusion import Box
from fusionsite.api import reach
from fusionsite.api.authentication import Holder
from fusionsite.api.call import Call
from fusionsite.api.errors import TABLE
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.orders import FaceOrder, Order
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.submission import FusionRequest

Kind, Answer = FusionJob.Kind, FusionJob.Answer
# What a reason asked for on purpose says it has measured.
_PRETENDED: Mapping[str, Any] = {"measured": 2, "limit": 1, "retry_after_s": 1}


def fusion(holder: Holder, call: Call, asked: Mapping[str, Any], *, key: str) -> FusionRequest:
    """The fusion that the body asks for. Raises CampaignNotFound, or a reason asked for."""
    campaign = _campaign(holder, call, asked)
    _simulate(holder, campaign, asked.get("material", ""))
    template = asked.get("template")
    return FusionRequest(
        caller=holder.caller,
        campaign=campaign,
        photos=tuple(photo_of(picture) for picture in asked["photos"]),
        model_id=asked.get("material", ""),
        template=None if template is None else photo_of(template),
        order=_order(asked),
        face_degree=asked.get("face_degree"),
        profile_degree=asked.get("profile_degree"),
        answer=Answer(asked.get("answer", Answer.LINK)),
        link_life=_life(asked),
        idempotency_key=key,
        request_id=call.id,
    )


def parse(holder: Holder, call: Call, asked: Mapping[str, Any], *, key: str) -> FusionRequest:
    """The parse that the body asks for."""
    return FusionRequest(
        caller=holder.caller,
        campaign=_campaign(holder, call, asked),
        photos=(photo_of(asked["photo"]),),
        kind=Kind.PARSE,
        order=Order(painted=asked["painted"]),
        answer=Answer(asked.get("answer", Answer.LINK)),
        link_life=_life(asked),
        idempotency_key=key,
        request_id=call.id,
    )


def faces(holder: Holder, call: Call, asked: Mapping[str, Any], *, key: str) -> FusionRequest:
    """The measuring that the body asks for."""
    return FusionRequest(
        caller=holder.caller,
        campaign=_campaign(holder, call, asked),
        photos=(photo_of(asked["photo"]),),
        kind=Kind.FACES,
        answer=Answer.BYTES,
        idempotency_key=key,
        request_id=call.id,
    )


def _campaign(holder: Holder, call: Call, asked: Mapping[str, Any]) -> Campaign | None:
    """The campaign that is named; without one, the sandbox of a key that is kept to it."""
    if "campaign" in asked:
        call.campaign = reach.campaign(holder.credential, asked["campaign"])
    else:
        call.campaign = sandboxes.sandbox_of(holder.credential)
    return call.campaign


def _simulate(holder: Holder, campaign: Campaign | None, material: str) -> None:
    """Raises the reason that the material's id asks for, where `sandboxes` allows it."""
    code = sandboxes.asked_error(material)
    if not code or not sandboxes.obeys(holder.credential, campaign, door=holder.caller.door):
        return
    for kind in TABLE:
        if kind.code == code:
            raise _pretended(kind)


def _pretended(kind: type[Refusal]) -> Refusal:
    """A refusal of that class whatever its own facts are called."""
    refusal = kind.__new__(kind)
    Refusal.__init__(refusal, **_PRETENDED)
    for name in ("state", "act", "layer_name", "who", "fault"):
        setattr(refusal, name, "simulated")
    for name in ("errors", "points", "missing", "scopes"):
        setattr(refusal, name, [])
    refusal.layer = "credential"
    vars(refusal)["allow"] = "GET, POST"
    return refusal


def photo_of(asked: Mapping[str, Any]) -> Photo:
    """The picture as it was sent."""
    if "file" in asked:
        return Photo(encoded=asked["file"].read())
    return Photo(base64=asked.get("base64"), url=asked.get("url"))


def _order(asked: Mapping[str, Any]) -> Order:
    faces = [_face(face) for face in asked.get("faces", ())]
    bytes_wanted = asked.get("answer") == Answer.BYTES
    return Order(
        faces=tuple(faces) or (FaceOrder(only_face=True),),
        skin_tone=asked.get("skin_tone", "template"),
        picture_format=asked.get("format", "JPEG"),
        template_sent="template" in asked,
        max_answer_bytes=settings.FUSION_ANSWER_MAX_BYTES if bytes_wanted else None,
    )


def _face(asked: Mapping[str, Any]) -> FaceOrder:
    return FaceOrder(
        photo=asked["photo"] - 1,
        number=asked.get("face"),
        box=_box(asked.get("box")),
        template_face=asked.get("template_face"),
        template_box=_box(asked.get("template_box")),
    )


def _box(asked: Mapping[str, int] | None) -> Box | None:
    return Box(**asked) if asked else None


def _life(asked: Mapping[str, Any]) -> timedelta | None:
    return timedelta(seconds=asked["link_life_s"]) if "link_life_s" in asked else None
