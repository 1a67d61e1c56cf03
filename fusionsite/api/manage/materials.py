"""Materials: list, upload, change, submit for review, withdraw."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request

from campaigns.access import Act
from campaigns.models import Person, Scope
from campaigns.refusals import WrongState
from fusionsite.api import reach
from fusionsite.api.documenting import KEY, PAGING, filters_of, operation
from fusionsite.api.fields import Body, read
from fusionsite.api.idempotency import once
from fusionsite.api.lists import page_shape
from fusionsite.api.manage.campaign_shapes import NothingIn
from fusionsite.api.manage.filters import MaterialFilter
from fusionsite.api.manage.material_shapes import (
    MaterialDetailOut,
    MaterialEditIn,
    MaterialOut,
    NewMaterialForm,
    NewMaterialIn,
    NoteIn,
    PictureChangeForm,
    PictureChangeIn,
    ReasonIn,
    RightsIn,
    RightsOut,
)
from fusionsite.api.paging import page_of
from fusionsite.api.pictures.bodies import from_form
from fusionsite.api.pictures.orders import photo_of
from fusionsite.api.refusals import PictureGone
from fusionsite.api.resource import Resource, filtered, said
from fusionsite.jobs.refusals import PictureRefusal
from templates_app import editing, intake, review, rights
from templates_app.models import Material, State

_PICTURES = ("picture", "layer", "skin_mask")
_STRENGTHS = ("face_degree", "profile_degree", "skin_tone")


class MaterialResource(Resource):
    """What they share."""

    scopes = {
        "GET": (Scope.READ,),
        "POST": (Scope.MANAGE,),
        "PATCH": (Scope.MANAGE,),
        "PUT": (Scope.MANAGE,),
        "DELETE": (Scope.MANAGE,),
    }

    def found(self, model_id: str) -> Material:
        """The material of that id, if this key reaches it."""
        material = reach.material(self.credential, model_id)
        self.call.campaign = material.campaign
        return material

    def shown(self, request: Request, model_id: str, *, status: int = 200) -> HttpResponseBase:
        """The material as it is now."""
        shown = MaterialDetailOut(reach.material(self.credential, model_id)).data
        headers = {"Location": shown["url"]} if status == 201 else {}
        return said(request, shown, status=status, headers=headers)


class Materials(MaterialResource):
    """`/materials`"""

    queries = {"GET": (*MaterialFilter.base_filters, "limit", "cursor")}

    @operation(
        "materials_list",
        "List materials, newest first",
        tag="Materials",
        answers={200: page_shape(MaterialOut)},
        parameters=(*filters_of(MaterialFilter), *PAGING),
    )
    def get(self, request: Request) -> HttpResponseBase:
        rows = filtered(MaterialFilter, request, reach.materials(self.credential))
        page = page_of(request, rows.select_related("campaign", "current", "rights"))
        return said(request, {"items": MaterialOut(page.items, many=True).data, "next": page.next})

    @operation(
        "materials_create",
        "Upload a template portrait as a draft",
        tag="Materials",
        body=NewMaterialIn,
        form=NewMaterialForm,
        answers={201: MaterialDetailOut},
        also=(404,),
        parameters=(KEY,),
    )
    def post(self, request: Request) -> HttpResponseBase:
        asked = _asked(NewMaterialIn, request)
        return once(request, self.call, lambda: self._made(request, asked))

    def _made(self, request: Request, asked: dict[str, Any]) -> HttpResponseBase:
        campaign = reach.campaign(self.credential, asked["campaign"])
        self.call.campaign = campaign
        with self.acting(Act.MATERIAL_EDIT) as by:
            made = intake.take_in(
                campaign=campaign,
                by=by,
                title=asked.get("title", ""),
                fit=asked["fit"],
                **_files(asked),
            )
        return self.shown(request, made.model_id, status=201)


class OneMaterial(MaterialResource):
    """`/materials/{material}`"""

    @operation(
        "materials_get",
        "Look at one material, its faces, findings, rights and review",
        tag="Materials",
        answers={200: MaterialDetailOut},
        also=(404,),
    )
    def get(self, request: Request, material: str) -> HttpResponseBase:
        return said(request, MaterialDetailOut(self.found(material)).data)

    @operation(
        "materials_edit",
        "Change titles and strengths; those that are left out stay",
        tag="Materials",
        body=MaterialEditIn,
        answers={200: MaterialDetailOut},
        also=(404,),
    )
    def patch(self, request: Request, material: str) -> HttpResponseBase:
        found, asked = self.found(material), read(MaterialEditIn, request.data)
        with self.acting(Act.MATERIAL_EDIT) as by:
            if "titles" in asked:
                editing.describe(material=found, by=by, titles=asked.pop("titles"))
            if asked:
                strengths = {name: getattr(found, name) for name in _STRENGTHS}
                editing.set_strengths(material=found, by=by, **(strengths | asked))
        return self.shown(request, material)

    @operation(
        "materials_delete",
        "Delete a draft that was never submitted",
        tag="Materials",
        answers={204: OpenApiResponse(None, "Deleted; its id is never given again.")},
        also=(404, 409),
    )
    def delete(self, request: Request, material: str) -> HttpResponseBase:
        found = self.found(material)
        with self.acting(Act.MATERIAL_EDIT) as by:
            intake.discard(material=found, by=by)
        return HttpResponse(status=204)


class MaterialPicture(MaterialResource):
    """`/materials/{material}/picture`"""

    @operation(
        "materials_picture",
        "Load the picture of the newest version",
        tag="Materials",
        answers={(200, "image/jpeg"): OpenApiResponse(bytes, "The picture.")},
        also=(404, 410),
    )
    def get(self, request: Request, material: str) -> HttpResponseBase:
        try:
            encoded = self.found(material).newest.image_bytes()
        except FileNotFoundError as error:
            raise PictureGone from error
        return HttpResponse(encoded, content_type="image/jpeg")

    @operation(
        "materials_replace_picture",
        "Upload a new version; an approved one keeps serving meanwhile",
        tag="Materials",
        body=PictureChangeIn,
        form=PictureChangeForm,
        answers={200: MaterialDetailOut},
        also=(404,),
    )
    def put(self, request: Request, material: str) -> HttpResponseBase:
        found, asked = self.found(material), _asked(PictureChangeIn, request)
        with self.acting(Act.MATERIAL_EDIT) as by:
            intake.replace_picture(material=found, by=by, fit=asked["fit"], **_files(asked))
        return self.shown(request, material)


class MaterialRights(MaterialResource):
    """`/materials/{material}/rights`"""

    scopes = {"PUT": (Scope.MANAGE,)}

    @operation(
        "materials_record_rights",
        "Record where it is from, who holds the rights and who is shown",
        tag="Materials",
        body=RightsIn,
        answers={200: RightsOut},
        also=(404,),
    )
    def put(self, request: Request, material: str) -> HttpResponseBase:
        found, asked = self.found(material), read(RightsIn, request.data)
        with self.acting(Act.RIGHTS_EDIT) as by:
            record = rights.record(material=found, by=by, **asked)
        return said(request, RightsOut(record).data)


def _asked(kind: type[Body], request: Request) -> dict[str, Any]:
    if isinstance(request.data, QueryDict):
        return read(kind, from_form(request.data, pictures=_PICTURES), form=True)
    return read(kind, request.data)


def _files(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The bytes of each picture that was sent; a refusal says which field it is about."""
    return {
        "data" if name == "picture" else name: _file(name, asked.get(name)) for name in _PICTURES
    }


def _file(name: str, sent: Mapping[str, Any] | None) -> bytes | None:
    if sent is None:
        return None
    try:
        return photo_of(sent).fetch(max_bytes=settings.FUSION_PHOTO_MAX_BYTES)
    except PictureRefusal as refusal:
        refusal.about = name
        raise


# --- Moves -----------------------------------------------------------------------------------


class _Move(MaterialResource):
    """One step in a material's life; its answer is the material as it is then."""

    scopes = {"POST": (Scope.MANAGE,)}
    act: ClassVar[Act]
    move: ClassVar[Callable[..., object]]
    body: ClassVar[type[Body]]

    def moved(self, request: Request, model_id: str) -> HttpResponseBase:
        asked = read(self.body, request.data)
        found = self.found(model_id)
        with self.acting(self.act) as by:
            type(self).move(material=found, by=by, **asked)
        return self.shown(request, model_id)


def _move(
    name: str, summary: str, act: Act, move: Callable[..., object], body: type[Body] = NothingIn
) -> type[_Move]:
    """A resource for one move."""

    def post(self: _Move, request: Request, material: str) -> HttpResponseBase:
        return self.moved(request, material)

    documented = operation(
        f"materials_{name}",
        summary,
        tag="Materials",
        body=body,
        answers={200: MaterialDetailOut},
        also=(404,),
    )(post)
    fields = {"act": act, "move": staticmethod(move), "body": body, "post": documented}
    return type(f"{name.capitalize()}Material", (_Move,), fields)


def _recall(*, material: Material, by: Person) -> None:
    """Takes back the submission that nobody has decided yet."""
    newest = material.newest
    asked = newest.reviews.order_by("-pk").first()
    if asked is None:
        raise WrongState(State(newest.state))
    review.recall(review=asked, by=by)


ACTS: dict[str, type[_Move]] = {
    "submit": _move("submit", "Submit for review", Act.MATERIAL_SUBMIT, review.submit, NoteIn),
    "recall": _move("recall", "Take a submission back", Act.MATERIAL_SUBMIT, _recall),
    "revise": _move("revise", "Make a rejected one a draft", Act.MATERIAL_EDIT, review.revise),
    "withdraw": _move(
        "withdraw", "Take out of service at once", Act.MATERIAL_WITHDRAW, editing.withdraw, ReasonIn
    ),
    "restore": _move("restore", "Bring back a withdrawn one", Act.MATERIAL_EDIT, editing.restore),
}
