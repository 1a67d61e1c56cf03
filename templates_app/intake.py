"""Taking a template in: checked, made ready, its faces found, boxed, numbered and measured.

The pixels are worked on and the files are stored before the database is touched: a transaction
never waits for either, and a row never names a file that is not there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from campaigns import audit
from campaigns.access import Act, require
from campaigns.models import Campaign
from campaigns.refusals import WrongState
from templates_app import findings
from templates_app.analysis import Analysed, analyse, read_layers
from templates_app.files import erase_on_commit, kept
from templates_app.models import (
    Finding,
    Material,
    MaterialFace,
    MaterialVersion,
    RightsDocument,
    State,
)
from templates_app.numbering import new_model_id
from templates_app.preparing import Prepared, change_sentences, plan_fit, prepare, thumbnail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from campaigns.models import Person

CLOSED = (Campaign.State.ENDED, Campaign.State.ARCHIVED)


@dataclass(frozen=True)
class Looked:
    """Everything computed from an upload, before a row exists."""

    prepared: Prepared
    analysed: Analysed
    dhash: str
    layer: bytes | None
    skin_mask: bytes | None

    def files(self) -> dict[str, tuple[str, bytes]]:
        """What is stored: field of the version -> file name and contents."""
        found = {
            "image": ("picture.jpg", self.prepared.file),
            "thumbnail": ("thumbnail.jpg", thumbnail(self.prepared.picture)),
            "layer": ("layer.png", self.layer),
            "skin_mask": ("skin.png", self.skin_mask),
            "analysis": ("analysis.bin", self.analysed.stored),
        }
        return {field: (name, data) for field, (name, data) in found.items() if data is not None}


def fit_for_me(data: bytes) -> bytes:
    """A JPEG within the limits, made from any readable picture; `plan_fit` says the figures."""
    return plan_fit(data).prepared.file


def look(
    data: bytes,
    *,
    layer: bytes | None = None,
    skin_mask: bytes | None = None,
    fit: bool = False,
) -> Looked:
    """All the work on the pixels, without a database; refuses with the sentence of the fault.

    ``fit`` brings an oversized picture within the limits first.
    """
    prepared = plan_fit(data).prepared if fit else prepare(data)
    layers = read_layers(layer, skin_mask, prepared.picture)
    analysed = analyse(prepared.picture, layers)
    dhash = findings.difference_hash(prepared.picture)
    return Looked(prepared, analysed, dhash, layer, skin_mask)


def take_in(
    *,
    campaign: Campaign,
    data: bytes,
    by: Person,
    title: str | Mapping[str, str] = "",
    layer: bytes | None = None,
    skin_mask: bytes | None = None,
    fit: bool = False,
) -> Material:
    """A new draft with its first version, faces and findings; `look` and `keep` in one."""
    require(by, Act.MATERIAL_EDIT, campaign)
    looked = look(data, layer=layer, skin_mask=skin_mask, fit=fit)
    return keep(campaign=campaign, looked=looked, by=by, title=title)


def keep(
    *, campaign: Campaign, looked: Looked, by: Person, title: str | Mapping[str, str] = ""
) -> Material:
    """A new draft from what was looked at.

    ``title`` is one text in the organisation's language, or texts by language.
    """
    require(by, Act.MATERIAL_EDIT, campaign)
    if campaign.state in CLOSED:
        raise WrongState(Campaign.State(campaign.state))
    return place(campaign=campaign, looked=looked, by=by, title=title)


def place(
    *, campaign: Campaign, looked: Looked, by: Person, title: str | Mapping[str, str]
) -> Material:
    """As `keep`, for a caller who has asked for the right to do so under another act."""
    folder = str(campaign.project_id)
    with kept(folder, looked.files()) as names, transaction.atomic():
        model_id, number = new_model_id(campaign)
        material = Material.objects.create(
            campaign=campaign,
            model_id=model_id,
            number=number,
            position=number,
            titles=_titles(title, campaign),
            created_by=by,
        )
        version = _add_version(material, 1, looked, names, by)
        material.settle()
        audit.record("material.take_in", material, by=by, after={"sha256": version.sha256})
    return material


def what_happened(version: MaterialVersion) -> list[str]:
    """What whoever uploaded should be told, in their language.

    The changes made to the file, how many faces there are if not one, and each missed limit.
    """
    told = version.findings.select_related("face", "other")
    several = version.faces.count() > 1
    return change_sentences(version.changes) + [
        findings.sentence(finding)
        for finding in told
        if not finding.met or (several and finding.rule == "faces")
    ]


def replace_picture(
    *,
    material: Material,
    data: bytes,
    by: Person,
    layer: bytes | None = None,
    skin_mask: bytes | None = None,
    fit: bool = False,
) -> MaterialVersion:
    """A new draft version; an approved one keeps serving until the new one is approved.

    A draft that was never submitted is replaced outright. WrongState while one is under review.
    """
    require(by, Act.MATERIAL_EDIT, material)
    looked = look(data, layer=layer, skin_mask=skin_mask, fit=fit)
    folder = str(material.campaign.project_id)
    with kept(folder, looked.files()) as names, transaction.atomic():
        locked = Material.objects.select_for_update().get(pk=material.pk)
        newest = locked.newest
        if locked.state == State.WITHDRAWN:
            raise WrongState(State.WITHDRAWN)
        if newest.state in (State.PENDING, State.APPEALED):
            raise WrongState(State(newest.state))
        if newest.state == State.DRAFT and not newest.reviews.exists():
            _discard_version(newest)
        version = _add_version(locked, newest.number + 1, looked, names, by)
        locked.settle()
        audit.record(
            "material.replace_picture",
            locked,
            by=by,
            before={"version": newest.number, "sha256": newest.sha256},
            after={"version": version.number, "sha256": version.sha256},
        )
    material.refresh_from_db()
    return version


def discard(*, material: Material, by: Person) -> None:
    """Delete a material that was never submitted, with its files; its id is never given again."""
    require(by, Act.MATERIAL_EDIT, material)
    with transaction.atomic():
        locked = Material.objects.select_for_update().get(pk=material.pk)
        submitted = locked.versions.filter(reviews__isnull=False).exists()
        if submitted or locked.state != State.DRAFT:
            raise WrongState(State(locked.state))
        audit.record("material.discard", locked, by=by, before={"titles": locked.titles})
        for version in locked.versions.all():
            _discard_version(version)
        _discard_documents(locked)
        locked.delete()


def _titles(title: str | Mapping[str, str], campaign: Campaign) -> dict[str, str]:
    if isinstance(title, str):
        return {campaign.organisation.default_language: title} if title else {}
    return {language: text for language, text in title.items() if text}


def _add_version(
    material: Material, number: int, looked: Looked, names: dict[str, str], by: Person
) -> MaterialVersion:
    prepared = looked.prepared
    version = MaterialVersion.objects.create(
        material=material,
        number=number,
        width=prepared.width,
        height=prepared.height,
        size_bytes=len(prepared.file),
        sha256=hashlib.sha256(prepared.file).hexdigest(),
        dhash=looked.dhash,
        changes=list(prepared.changes),
        analysis_key=looked.analysed.key,
        uploaded_by=by,
        **names,
    )
    found = _face_rows(version, looked.analysed)
    Finding.objects.bulk_create([*found, *_picture_findings(version, looked)])
    return version


def _face_rows(version: MaterialVersion, analysed: Analysed) -> list[Finding]:
    """Saves the faces; hands back what was measured on them, unsaved."""
    measured: list[Finding] = []
    for number, face in enumerate(analysed.faces, start=1):
        row = MaterialFace.objects.create(
            version=version,
            number=number,
            left=face.box.left,
            top=face.box.top,
            width=face.box.width,
            height=face.box.height,
            yaw=round(face.pose.yaw, 1),
            pitch=round(face.pose.pitch, 1),
            roll=round(face.pose.roll, 1),
            sharpness=round(face.sharpness, 1),
        )
        figures = findings.of_face(face, version.width, version.height)
        measured += [figure.as_finding(version=version, face=row) for figure in figures]
    return measured


def _picture_findings(version: MaterialVersion, looked: Looked) -> list[Finding]:
    others = (
        MaterialVersion.objects.filter(material__campaign__organisation=version.organisation)
        .exclude(material=version.material)
        .values_list("material", "dhash")
    )
    figures = findings.of_picture(len(looked.analysed.faces), looked.dhash, others)
    return [figure.as_finding(version=version) for figure in figures]


def _discard_version(version: MaterialVersion) -> None:
    """Deletes the row now and its files once that is certain."""
    erase_on_commit(getattr(version, field).name for field in MaterialVersion.FILE_FIELDS)
    version.delete()


def _discard_documents(material: Material) -> None:
    """Erases the proofs that no other material's rights record names."""
    mine = RightsDocument.objects.filter(rights__material=material)
    names = set(mine.values_list("file", flat=True))
    elsewhere = RightsDocument.objects.filter(file__in=names).exclude(pk__in=mine.values("pk"))
    erase_on_commit(names.difference(elsewhere.values_list("file", flat=True)))
