"""Fusions, parses and measurings: three kinds of one job, with the same life."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request

from campaigns.models import Scope
from fusionsite.api import reach
from fusionsite.api.documenting import KEY, PAGING, WAITING, filters_of, operation
from fusionsite.api.fields import Body, read
from fusionsite.api.idempotency import key_of
from fusionsite.api.lists import page_shape
from fusionsite.api.paging import page_of
from fusionsite.api.pictures import orders
from fusionsite.api.pictures.bodies import FacesIn, FusionIn, ParseIn, from_form
from fusionsite.api.pictures.facts import address_of, kept_answer, paid_for
from fusionsite.api.pictures.filters import FusionFilter
from fusionsite.api.pictures.forms import FacesForm, FusionForm, ParseForm
from fusionsite.api.pictures.shapes import FacesOut, FusionOut, JobOut, ParseOut
from fusionsite.api.refusals import PictureGone, PictureNotReady
from fusionsite.api.resource import Resource, filtered, said
from fusionsite.api.waiting import wanted_wait_s
from fusionsite.jobs import execution, photos
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.refusals import Cancelled
from fusionsite.jobs.submission import FusionRequest, submit_and_watch
from fusionsite.results import storing
from fusionsite.results.models import Result

Kind, State, Answer = FusionJob.Kind, FusionJob.State, FusionJob.Answer
FUSE, READ = Scope.FUSE, Scope.READ
_MAKES: Mapping[str, Any] = {"POST": (FUSE,), "GET": (FUSE, READ), "DELETE": (FUSE,)}
_DONE = "Made."
_ACCEPTED = "Accepted; its address is in Location."


class JobResource(Resource):
    """What the three kinds share."""

    kind: ClassVar[FusionJob.Kind]
    scopes = _MAKES
    queries = {"POST": ("wait",), "GET": ("wait",)}
    body: ClassVar[type[Body]]
    shape: ClassVar[type[JobOut]]
    pictures: ClassVar[Collection[str]] = ("photo",)
    order: ClassVar[Callable[..., FusionRequest]]

    def submitted(self, request: Request) -> HttpResponseBase:
        """Reads the body, hands it in, waits as long as the caller wants."""
        seconds = wanted_wait_s(request)
        asked = self._asked(request)
        make = type(self).order
        wanted = make(self.holder, self.call, asked, key=key_of(request))
        job = submit_and_watch(wanted, seconds=seconds)
        return self.told(request, job, waited_s=seconds)

    def _asked(self, request: Request) -> dict[str, Any]:
        if isinstance(request.data, QueryDict):
            return read(self.body, from_form(request.data, pictures=self.pictures), form=True)
        return read(self.body, request.data)

    def told(self, request: Request, job: FusionJob, *, waited_s: int) -> HttpResponseBase:
        """201 with what was made, 202 while it is not; a job that failed raises its reason."""
        self.call.job, self.call.campaign = job, job.campaign
        if (refusal := job.refusal) is not None:
            raise refusal
        headers = {"Location": address_of(job)}
        if waited_s:
            headers["Preference-Applied"] = f"wait={waited_s}"
        if job.request_id != self.call.id:
            headers["Idempotency-Replayed"] = "true"
        if not job.ended:
            headers["Retry-After"] = "1"
            return said(request, self.shown(job), status=202, headers=headers)
        return said(request, self.shown(job), status=201, headers=headers)

    def found(self, public_id: UUID) -> FusionJob:
        """The job of that id, if it is of this kind and this key reaches it."""
        job = reach.job(self.credential, public_id, self.kind)
        self.call.job, self.call.campaign = job, job.campaign
        return job

    def shown(self, job: FusionJob) -> dict[str, Any]:
        """The job as an answer carries it."""
        taken = kept_answer(job)
        context = {"taken": taken, "measured": _measured(job, taken)}
        if taken is not None and not job.idempotency_key and self.call.id == job.request_id:
            photos.erase(job)  # whoever waited for it has it now
        shown: dict[str, Any] = self.shape(job, context=context).data
        return shown

    def dropped(self, request: Request, public_id: UUID) -> HttpResponseBase:
        """Cancels what is not made yet, erases what is made; again is no error."""
        job = self.found(public_id)
        if not job.ended:
            execution.cancel(job, Cancelled())
        job.refresh_from_db()
        if job.result is not None and job.result.erased_at is None:
            storing.erase(job.result, Result.Why.OPERATOR)
        photos.erase(job)
        job = self.found(public_id)
        return said(request, self.shown(job))


def _measured(job: FusionJob, taken: bytes | None) -> dict[str, Any] | None:
    if job.kind != Kind.FACES or taken is None:
        return None
    measured: dict[str, Any] = json.loads(taken)
    return measured


# --- Fusions ---------------------------------------------------------------------------------


class _Fusion(JobResource):
    kind, body, shape = Kind.FUSE, FusionIn, FusionOut
    pictures = ("photos", "template")
    order = orders.fusion


class Fusions(_Fusion):
    """`/fusions`"""

    queries = {"POST": ("wait",), "GET": (*FusionFilter.base_filters, "limit", "cursor")}

    @operation(
        "fusions_create",
        "Fuse faces into a material or a template",
        tag="Fusions",
        body=FusionIn,
        form=FusionForm,
        answers={
            201: OpenApiResponse(FusionOut, _DONE),
            202: OpenApiResponse(FusionOut, _ACCEPTED),
        },
        also=(402, 404, 410),
        parameters=(*WAITING, KEY),
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.submitted(request)

    @operation(
        "fusions_list",
        "List fusions, newest first",
        tag="Fusions",
        answers={200: page_shape(FusionOut)},
        parameters=(*filters_of(FusionFilter), *PAGING),
    )
    def get(self, request: Request) -> HttpResponseBase:
        rows = reach.jobs(self.credential).filter(kind=Kind.FUSE)
        rows = filtered(FusionFilter, request, rows)
        page = page_of(request, rows.select_related("campaign", "material", "result"))
        context = {"paid": paid_for(page.items)}
        shown = FusionOut(page.items, many=True, context=context).data
        return said(request, {"items": shown, "next": page.next})


class OneFusion(_Fusion):
    """`/fusions/{fusion}`"""

    @operation(
        "fusions_get",
        "Ask how far a fusion is",
        tag="Fusions",
        answers={200: FusionOut},
        also=(404,),
    )
    def get(self, request: Request, fusion: UUID) -> HttpResponseBase:
        return said(request, self.shown(self.found(fusion)))

    @operation(
        "fusions_delete",
        "Cancel a fusion, or erase its picture",
        tag="Fusions",
        answers={200: FusionOut},
        also=(404,),
    )
    def delete(self, request: Request, fusion: UUID) -> HttpResponseBase:
        return self.dropped(request, fusion)


class FusionPicture(_Fusion):
    """`/fusions/{fusion}/picture`"""

    scopes = {"GET": (FUSE, READ)}
    queries = {}

    @operation(
        "fusions_picture",
        "Load the picture itself",
        tag="Fusions",
        answers={
            (200, "image/jpeg"): OpenApiResponse(bytes, "The picture."),
            (200, "image/png"): OpenApiResponse(bytes, "The picture."),
        },
        also=(404, 409, 410),
    )
    def get(self, request: Request, fusion: UUID) -> HttpResponseBase:
        return picture_answer(self.found(fusion))


def picture_answer(job: FusionJob) -> HttpResponse:
    """The bytes of what a job has made. Raises PictureNotReady or PictureGone."""
    if not job.ended:
        raise PictureNotReady(retry_after_s=1)
    if (refusal := job.refusal) is not None:
        raise refusal
    encoded = kept_answer(job)
    kind = f"image/{job.order['picture_format'].lower()}"
    if job.result is not None and job.result.erased_at is None and job.result.hidden_at is None:
        encoded, kind = storing.read(job.result), job.result.content_type
    if encoded is None:
        raise PictureGone
    return HttpResponse(encoded, content_type=kind)


# --- Parses ----------------------------------------------------------------------------------


class _Parse(JobResource):
    kind, body, shape = Kind.PARSE, ParseIn, ParseOut
    order = orders.parse


class Parses(_Parse):
    """`/parses`"""

    @operation(
        "parses_create",
        "Find the eleven regions of a face",
        tag="Faces",
        body=ParseIn,
        form=ParseForm,
        answers={201: OpenApiResponse(ParseOut, _DONE), 202: OpenApiResponse(ParseOut, _ACCEPTED)},
        also=(402, 404),
        parameters=(*WAITING, KEY),
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.submitted(request)


class OneParse(_Parse):
    """`/parses/{parse}`"""

    @operation(
        "parses_get", "Ask how far a parse is", tag="Faces", answers={200: ParseOut}, also=(404,)
    )
    def get(self, request: Request, parse: UUID) -> HttpResponseBase:
        return said(request, self.shown(self.found(parse)))

    @operation(
        "parses_delete",
        "Cancel a parse, or erase its picture",
        tag="Faces",
        answers={200: ParseOut},
        also=(404,),
    )
    def delete(self, request: Request, parse: UUID) -> HttpResponseBase:
        return self.dropped(request, parse)


# --- Measurings ------------------------------------------------------------------------------


class _Measuring(JobResource):
    kind, body, shape = Kind.FACES, FacesIn, FacesOut
    order = orders.faces


class Measurings(_Measuring):
    """`/faces`"""

    @operation(
        "faces_create",
        "Find the faces of a photo and measure them",
        tag="Faces",
        body=FacesIn,
        form=FacesForm,
        answers={201: OpenApiResponse(FacesOut, _DONE), 202: OpenApiResponse(FacesOut, _ACCEPTED)},
        also=(402, 404),
        parameters=(*WAITING, KEY),
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.submitted(request)


class OneMeasuring(_Measuring):
    """`/faces/{measuring}`"""

    @operation(
        "faces_get",
        "Ask what was measured; it is kept for ten minutes",
        tag="Faces",
        answers={200: FacesOut},
        also=(404,),
    )
    def get(self, request: Request, measuring: UUID) -> HttpResponseBase:
        return said(request, self.shown(self.found(measuring)))

    @operation(
        "faces_delete",
        "Cancel a measuring, or erase what was measured",
        tag="Faces",
        answers={200: FacesOut},
        also=(404,),
    )
    def delete(self, request: Request, measuring: UUID) -> HttpResponseBase:
        return self.dropped(request, measuring)
