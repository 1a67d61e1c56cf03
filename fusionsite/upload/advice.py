"""How a refusal looks to a visitor: a title, an icon, what is drawn, and what to do next.

The sentence with the facts comes from the refusal itself; here is only what a page needs around it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

from campaigns.refusals import Refusal
from fusionsite.jobs.refusals import PhotoNotAPicture, PhotoTooHeavy, PhotoTooSmall, PictureRefusal

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Action = Literal["retake", "other_file", "wait", "other_scene", "consent", "start"]
Needs = Literal["least", "most", ""]


@dataclass(frozen=True)
class Advice:
    """What the page puts around a refusal's sentence; `needs`: whether the limit is a floor or a
    ceiling, where a bar can show it; `scales`: the box needed is the measured one, larger."""

    icon: str
    title: "StrPromise"
    action: Action
    needs: Needs = ""
    scales: bool = False
    sign: str = ""


_CLEARER = _("A clearer photo, please")
_OTHER_FILE = _("Another file, please")
_MOMENT = _("One moment")
_AGAIN = _("That did not work")
_OTHER_SCENE = _("Choose another scene")
_NOT_NOW = _("Not right now")
_ONE_FACE = _("Tap your face")

ADVICE: dict[str, Advice] = {
    # The file
    "photo-missing": Advice("photos", _("A photo is missing"), "other_file"),
    "photo-not-a-picture": Advice("file", _OTHER_FILE, "other_file"),
    "photo-format": Advice("file", _OTHER_FILE, "other_file"),
    "photo-damaged": Advice("file", _OTHER_FILE, "other_file"),
    "photo-too-heavy": Advice("file", _("This file is too big"), "other_file", "most", sign=" MB"),
    "photo-too-large": Advice("file", _("This photo is too big"), "other_file", "most"),
    "photo-too-many-pixels": Advice("file", _("This photo is too big"), "other_file", "most"),
    "photo-too-long": Advice("file", _("This photo is too long"), "other_file", "most"),
    "photo-too-small": Advice("closer", _("This photo is too small"), "other_file", "least"),
    # The face
    "no-face": Advice("face-missing", _("Face the camera"), "retake"),
    "face-too-small": Advice("closer", _("Come a little closer"), "retake", "least", True, " px"),
    "face-outside": Advice("closer", _("Centre your face"), "retake", "most", sign=" %"),
    "face-turned": Advice("straight", _("Look straight ahead"), "retake", "most", sign="°"),
    "face-blurred": Advice("focus", _CLEARER, "retake", "least"),
    "face-covered": Advice("eye", _("Something covers your face"), "retake", "most", sign=" %"),
    "several-faces": Advice("people", _ONE_FACE, "retake"),
    "no-such-face": Advice("people", _ONE_FACE, "retake"),
    "no-face-there": Advice("people", _ONE_FACE, "retake"),
    "rectangle-outside": Advice("people", _ONE_FACE, "retake"),
    "blocked": Advice("shield", _("Another photo, please"), "retake"),
    "moderation-silent": Advice("wait", _AGAIN, "wait"),
    # The consent
    "consent-missing": Advice("check", _("Your consent is missing"), "consent"),
    "consent-outdated": Advice("check", _("The words have changed"), "consent"),
    "nickname-too-long": Advice("text", _("A shorter name, please"), "consent"),
    "nickname-not-drawn": Advice("text", _("Another name, please"), "consent"),
    # The moment
    "busy": Advice("wait", _MOMENT, "wait"),
    "too-fast": Advice("wait", _MOMENT, "wait"),
    "pace-unknown": Advice("wait", _MOMENT, "wait"),
    "took-too-long": Advice("wait", _AGAIN, "wait"),
    "worker-lost": Advice("wait", _AGAIN, "wait"),
    "storage-failed": Advice("wait", _AGAIN, "wait"),
    "idempotency-key-used": Advice("again", _AGAIN, "wait"),
    "fusion-failed": Advice("again", _AGAIN, "retake"),
    "detector-failed": Advice("again", _AGAIN, "wait"),
    "finishing-failed": Advice("again", _AGAIN, "wait"),
    "photo-gone": Advice("again", _AGAIN, "retake"),
    "cancelled": Advice("close", _("Cancelled"), "start"),
    # The scene
    "material-not-found": Advice("photos", _OTHER_SCENE, "other_scene"),
    "material-gone": Advice("photos", _OTHER_SCENE, "other_scene"),
    "material-not-approved": Advice("photos", _OTHER_SCENE, "other_scene"),
    "rights-lapsed": Advice("photos", _OTHER_SCENE, "other_scene"),
    "material-face-not-found": Advice("photos", _OTHER_SCENE, "other_scene"),
    "template-lost": Advice("photos", _OTHER_SCENE, "other_scene"),
    "template-face-unknown": Advice("photos", _OTHER_SCENE, "other_scene"),
    # The campaign
    "campaign-not-started": Advice("clock", _("Not open yet"), "start"),
    "campaign-paused": Advice("pause", _("Back soon"), "start"),
    "campaign-ended": Advice("clock", _("This campaign has ended"), "start"),
}
_OTHERWISE = Advice("pause", _NOT_NOW, "start")
# Partners hear that nothing was charged; a visitor never pays and never hears of it.
_NOT_MADE = _("The picture could not be made. Your photo is still on your device.")
_UNCHARGED = {
    "took-too-long",
    "fusion-failed",
    "detector-failed",
    "finishing-failed",
    "worker-lost",
    "storage-failed",
    "photo-gone",
}
# To a visitor a scene is a scene; its id, its review and its rights are nobody's business.
_SCENE_GONE = _("This scene is not available any more. Your photo is kept on your device.")


@dataclass(frozen=True)
class Panel:
    """Everything `parts_refusal.html` shows of one refusal; numbers are plain text, or empty."""

    code: str
    icon: str
    title: "StrPromise"
    message: "StrPromise | str"
    action: Action
    needs: Needs = ""
    scales: bool = False
    sign: str = ""
    measured: str = ""
    limit: str = ""
    unit: str = ""
    box: str = ""
    faces: str = ""
    size: str = ""
    photo: int = 1
    retry_after_s: int = 0
    about_photo: bool = False
    was_sent: bool = True
    may_go_on: bool = False


def advice_on(code: str) -> Advice:
    """The advice for a refusal's code; a neutral one for what visitors are told nothing about."""
    return ADVICE.get(code, _OTHERWISE)


def panel(refusal: Refusal) -> Panel:
    """The refusal of a sent photo, ready for the page."""
    advice = advice_on(refusal.code)
    about_photo = isinstance(refusal, PictureRefusal) and refusal.about == "photo"
    return Panel(
        code=refusal.code,
        icon=advice.icon,
        title=advice.title,
        message=_message(refusal, advice),
        action=advice.action,
        needs=advice.needs,
        scales=advice.scales,
        sign=advice.sign,
        measured=_figure(refusal.measured),
        limit=_figure(refusal.limit),
        unit=refusal.unit or "",
        box=_joined(refusal.box),
        faces=",".join(_joined(box) for box in getattr(refusal, "faces", ())),
        size=_joined(getattr(refusal, "size", None)),
        photo=getattr(refusal, "photo", 1),
        retry_after_s=int(-(-(refusal.retry_after_s or 0) // 1)),
        about_photo=about_photo,
    )


def _message(refusal: Refusal, advice: Advice) -> "StrPromise":
    if advice.action == "other_scene":
        return _SCENE_GONE
    return _NOT_MADE if refusal.code in _UNCHARGED else refusal.visitor_message()


def phone_panels() -> list[Panel]:
    """What the visitor's own device may refuse; the page's script fills in the braces."""
    facts = {"measured": "{measured}", "limit": "{limit}"}
    from_classes = [
        _on_the_phone(kind.code, f"{kind.sentence % facts} {kind.remedy}")
        for kind in (PhotoNotAPicture, PhotoTooHeavy, PhotoTooSmall)
    ]
    return [
        *from_classes,
        Panel(
            code="photo-too-dark",
            icon="sun",
            title=_("It is a little dark"),
            message=_(
                "The light on your face reaches {measured} of 100; {limit} is enough."
                " Face a window or a lamp."
            ),
            action="retake",
            needs="least",
            about_photo=True,
            was_sent=False,
            may_go_on=True,
        ),
        Panel(
            code="photo-blurred",
            icon="focus",
            title=_CLEARER,
            message=_(
                "This photo is blurred: sharpness {measured} of 100, at least {limit} is needed."
                " Hold still, and wipe the lens."
            ),
            action="retake",
            needs="least",
            about_photo=True,
            was_sent=False,
            may_go_on=True,
        ),
    ]


def too_young() -> Panel:
    """The friendly stop of a campaign that is for people from 14; the photo was not sent."""
    return Panel(
        code="too-young",
        icon="people",
        title=_("This one is for people from 14"),
        message=_("Thank you for saying so. Nothing was sent; the photo is still on your device."),
        action="start",
        was_sent=False,
    )


def _on_the_phone(code: str, message: str) -> Panel:
    advice = advice_on(code)
    return Panel(
        code=code,
        icon=advice.icon,
        title=advice.title,
        message=message,
        action=advice.action,
        needs=advice.needs,
        sign=advice.sign,
        was_sent=False,
    )


def _figure(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _joined(numbers: "tuple[int, ...] | list[int] | None") -> str:
    return " ".join(str(number) for number in numbers or ())
