"""Short names of the reasons why a job made no picture; the sentences are the refusals' own."""

from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Any] = {
    "photo-missing": _("no photo"),
    "photo-not-base64": _("photo not readable"),
    "photo-address-wrong": _("photo's address wrong"),
    "photo-not-fetched": _("photo not fetched"),
    "photo-too-heavy": _("photo too heavy"),
    "photo-not-a-picture": _("not a picture"),
    "photo-format": _("format not accepted"),
    "photo-damaged": _("photo damaged"),
    "photo-too-large": _("photo too large"),
    "photo-too-many-pixels": _("photo too large"),
    "photo-too-long": _("photo too long"),
    "photo-too-small": _("photo too small"),
    "no-face": _("no face seen"),
    "face-too-small": _("face too small"),
    "face-outside": _("face cut off"),
    "face-turned": _("face turned away"),
    "face-blurred": _("face not sharp"),
    "face-covered": _("face covered"),
    "several-faces": _("several faces, none chosen"),
    "no-such-face": _("chosen face not there"),
    "no-face-there": _("chosen face not there"),
    "rectangle-outside": _("rectangle outside the photo"),
    "busy": _("too busy"),
    "took-too-long": _("took too long"),
    "fusion-failed": _("blending failed"),
    "detector-failed": _("looking for faces failed"),
    "finishing-failed": _("finishing failed"),
    "worker-lost": _("a worker was lost"),
    "storage-failed": _("could not be stored"),
    "photo-gone": _("photo erased before its turn"),
    "blocked": _("stopped by moderation"),
    "moderation-silent": _("moderation did not answer"),
    "template-lost": _("material's file missing"),
    "answer-too-heavy": _("picture too heavy to answer with"),
}


def reason_words(code: str) -> str:
    """The short name; a code that is not in the list speaks for itself."""
    return str(WORDS.get(code) or code.replace("-", " "))
