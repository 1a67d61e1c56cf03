"""Why a material is not taken in, not served, or not moved on."""

from django.utils.translation import gettext_lazy as _

from campaigns.refusals import Refusal, WrongState


class MaterialRefusal(Refusal):
    """Base of all reasons about materials."""


# --- Taking a picture in ---------------------------------------------------------------------


class MaterialNotAPicture(MaterialRefusal):
    code = "material-not-a-picture"
    sentence = _("This file is not a picture that can be read.")
    remedy = _("Use a JPEG, PNG, WebP or HEIC file.")


class MaterialFormat(MaterialRefusal):
    code = "material-format"
    sentence = _("Pictures in this format are not accepted.")
    remedy = _("Save it as JPEG, PNG, WebP or HEIC.")


class MaterialIncomplete(MaterialRefusal):
    code = "material-incomplete"
    sentence = _("The file ends before the picture does.")
    remedy = _("Export or copy it again.")


class MaterialAnimated(MaterialRefusal):
    code = "material-animated"
    sentence = _("This picture moves; a template is one still picture.")
    remedy = _("Save the one frame that you want as JPEG or PNG.")


class MaterialTooHeavy(MaterialRefusal):
    code = "material-too-heavy"
    sentence = _("The file has %(measured)s KB; at most %(limit)s KB are accepted.")
    remedy = _("Use “fit for me”, or save it smaller.")


class MaterialTooLarge(MaterialRefusal):
    """The longer side has more than ``limit`` pixels."""

    code = "material-too-large"
    sentence = _(
        "The picture is %(measured)s px on its longer side; at most %(limit)s are accepted."
    )
    remedy = _("Use “fit for me”, or make it smaller.")


class MaterialTooManyPixels(MaterialRefusal):
    """Too large even to be fitted."""

    code = "material-too-many-pixels"
    sentence = _("The picture has %(measured)s megapixels; at most %(limit)s can be read.")
    remedy = _("Make it smaller first.")


class MaterialTooFewPixels(MaterialRefusal):
    code = "material-too-few-pixels"
    sentence = _("The picture's shorter side has %(measured)s px; at least %(limit)s are needed.")
    remedy = _("Use a larger picture.")


class MaterialNoFace(MaterialRefusal):
    code = "material-no-face"
    sentence = _("No face was found in this picture.")
    remedy = _("Use a portrait in which eyes, nose and mouth can be seen.")


class MaterialLayer(MaterialRefusal):
    """The front layer or the skin mask does not fit its picture."""

    code = "material-layer"
    sentence = _("The layer does not fit: %(fault)s.")
    remedy = _(
        "A front layer is a PNG with transparency, a skin mask a grey PNG; both are exactly as"
        " wide and high as the picture, after it was turned upright and fitted."
    )

    def __init__(self, fault: object) -> None:
        super().__init__()
        self.fault = fault

    def facts(self) -> dict[str, object]:
        return super().facts() | {"fault": self.fault}


class LastFace(MaterialRefusal):
    code = "last-face"
    sentence = _("This is the last face; without one nobody can step in.")
    remedy = _("Bring another face back first, or replace the picture.")


# --- Rights ----------------------------------------------------------------------------------


class RightsMissing(MaterialRefusal):
    """``missing`` are the sentences that say what the record lacks."""

    code = "rights-missing"
    sentence = _("The rights record is not complete: %(missing)s")
    remedy = _("Complete it; drafting can go on meanwhile.")

    def __init__(self, missing: list[str]) -> None:
        super().__init__()
        self.missing = missing

    def facts(self) -> dict[str, object]:
        return super().facts() | {"missing": " ".join(self.missing)}


class RightsDocumentRefused(MaterialRefusal):
    code = "rights-document"
    sentence = _("This document cannot be kept: PDF, JPEG or PNG up to %(limit)s MB are.")
    remedy = _("Scan or export it as PDF.")


# --- Review ----------------------------------------------------------------------------------


class ClaimedByOther(MaterialRefusal):
    """Somebody else holds the item; retry_after_s until their claim ends."""

    code = "claimed-by-other"
    sentence = _("%(who)s is looking at this one.")
    remedy = _("Take the next one; it comes back in %(retry_after)s seconds if nothing happens.")

    def __init__(self, who: str, retry_after_s: float) -> None:
        super().__init__(retry_after_s=retry_after_s)
        self.who = who

    def facts(self) -> dict[str, object]:
        return super().facts() | {"who": self.who}


class AlreadyDecided(WrongState):
    """Somebody was faster; ``who`` is empty when it was the machine."""

    code = "already-decided"
    sentence = _("%(who)s was faster: this one is already “%(state)s”.")
    remedy = _("Take the next one.")

    def __init__(self, state: str, who: str) -> None:
        super().__init__(state)
        self.who = who

    def facts(self) -> dict[str, object]:
        return super().facts() | {"who": self.who or _("The machine")}


class ReasonsNeeded(MaterialRefusal):
    code = "reasons-needed"
    sentence = _("A rejection needs at least one reason from the list.")
    remedy = _("Choose what fits best; words of your own can be added.")


class AlreadyAppealed(MaterialRefusal):
    code = "already-appealed"
    sentence = _("This decision was appealed before; an appeal can be made once.")
    remedy = _("Mend what was named and submit it again.")


class TooLateToUndo(MaterialRefusal):
    """measured: minutes since the decision; limit: minutes in which it can be undone."""

    code = "too-late-to-undo"
    sentence = _(
        "The decision is %(measured)s minutes old; it can be undone for %(limit)s minutes."
    )
    remedy = _("The material can be withdrawn, or the decision appealed.")


# --- Serving ---------------------------------------------------------------------------------


class MaterialNotFound(MaterialRefusal):
    """No such material in that campaign."""

    code = "material-not-found"
    sentence = _("There is no such material in this campaign.")
    remedy = _("List the campaign's materials for the right id.")


class MaterialGone(MaterialRefusal):
    """Known, but withdrawn, or its files are lost."""

    code = "material-gone"
    sentence = _("This material was withdrawn.")
    remedy = _("Choose another one.")


class MaterialNotApproved(MaterialRefusal):
    """Known, but no version of it is approved; ``state`` says where it stands."""

    code = "material-not-approved"
    sentence = _("This material is not approved: its state is “%(state)s”.")
    remedy = _("Choose another one, or wait for its review.")

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = state

    def facts(self) -> dict[str, object]:
        return super().facts() | {"state": getattr(self.state, "label", self.state)}


class RightsLapsed(MaterialRefusal):
    """Approved, but its rights have ended, not begun, or were never confirmed."""

    code = "rights-lapsed"
    sentence = _("The rights to this material have ended.")
    remedy = _("Choose another one.")


class FaceNotFound(MaterialRefusal):
    """No such face on the material, or it was removed."""

    code = "material-face-not-found"
    sentence = _("This material has no such face.")
    remedy = _("List the material's faces for the right id.")


# --- Publishing ------------------------------------------------------------------------------


class PublishBlocked(MaterialRefusal):
    """``points`` are the sentences of everything that is still missing."""

    code = "publish-blocked"
    sentence = _("The campaign cannot be published yet: %(points)s")
    remedy = _("Mend each point; its page is linked from the checklist.")

    def __init__(self, points: list[str]) -> None:
        super().__init__(measured=len(points), limit=0)
        self.points = points

    def facts(self) -> dict[str, object]:
        return super().facts() | {"points": " ".join(self.points)}
