"""The acts of the audit trail in words, for those that are no right of a person."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.access import Act

OTHER_ACTS: dict[str, Any] = {
    "standing": _("state of an account"),
    "month_close": _("close of a month"),
    "erasure_run": _("erasure by hand"),
    "export": _("export"),
    "password_change": _("new password"),
    "explorer.call": _("call from the explorer"),
    "material.take_in": _("material taken in"),
    "material.stock": _("material stocked"),
    "material.edit": _("material edited"),
    "material.arrange": _("materials put in order"),
    "material.arrange_faces": _("faces put in order"),
    "material.name_face": _("face named"),
    "material.face_removed": _("face taken out"),
    "material.replace_picture": _("picture replaced"),
    "material.reanalyse": _("material measured anew"),
    "material.copy": _("material copied"),
    "material.submit": _("material submitted"),
    "material.recall": _("submission taken back"),
    "material.decide": _("material decided"),
    "material.undo": _("decision undone"),
    "material.revise": _("new version begun"),
    "material.appeal": _("decision appealed"),
    "material.decide_appeal": _("appeal decided"),
    "material.withdraw": _("material withdrawn"),
    "material.restore": _("material restored"),
    "material.discard": _("draft discarded"),
    "material.delete": _("material deleted"),
    "rights.record": _("rights recorded"),
    "rights.add_document": _("rights document added"),
    "rights.confirm": _("rights confirmed"),
    "rights.unconfirm": _("confirmation of rights taken back"),
    "rights.lapse": _("rights lapsed"),
    "takedown.hide": _("picture hidden"),
    "result.delete": _("picture deleted"),
}


def act_label(act: str) -> str:
    """The act in words; one that this version does not know stays as it was written."""
    if act in Act.values:
        return str(Act(act).label)
    return str(OTHER_ACTS.get(act, act))


def known_acts() -> list[tuple[str, str]]:
    """Every act with its words, by their alphabet."""
    acts = [*(act for act in Act.values if act != Act.SEE), *OTHER_ACTS]
    return sorted(((act, act_label(act)) for act in acts), key=lambda one: one[1])
