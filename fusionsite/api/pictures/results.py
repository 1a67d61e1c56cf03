"""Results: pictures that keys of the account had made, and that are kept behind links."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request

from campaigns.models import Scope
from campaigns.refusals import NothingHere
from fusionsite.api import reach
from fusionsite.api.documenting import PAGING, filters_of, operation
from fusionsite.api.lists import page_shape
from fusionsite.api.paging import page_of
from fusionsite.api.pictures.filters import ResultFilter
from fusionsite.api.pictures.shapes import ResultOut
from fusionsite.api.resource import Resource, filtered, said
from fusionsite.jobs.models import FusionJob
from fusionsite.results import storing
from fusionsite.results.models import Result

_RELATED = ("campaign", "material", "result")


class Results(Resource):
    """`/results`"""

    scopes = {"GET": (Scope.READ,)}
    queries = {"GET": (*ResultFilter.base_filters, "limit", "cursor")}

    @operation(
        "results_list",
        "List pictures, newest first",
        tag="Results",
        answers={200: page_shape(ResultOut)},
        parameters=(*filters_of(ResultFilter), *PAGING),
    )
    def get(self, request: Request) -> HttpResponseBase:
        rows = reach.jobs(self.credential).filter(result__isnull=False)
        page = page_of(request, filtered(ResultFilter, request, rows).select_related(*_RELATED))
        return said(request, {"items": ResultOut(page.items, many=True).data, "next": page.next})


class OneResult(Resource):
    """`/results/{result}`"""

    scopes = {"GET": (Scope.READ,), "DELETE": (Scope.FUSE,)}

    @operation(
        "results_get", "Look at one picture", tag="Results", answers={200: ResultOut}, also=(404,)
    )
    def get(self, request: Request, result: str) -> HttpResponseBase:
        return said(request, ResultOut(self._found(result)).data)

    @operation(
        "results_delete",
        "Revoke the link and erase the picture",
        tag="Results",
        answers={200: OpenApiResponse(ResultOut, "Erased; again is no error.")},
        also=(404,),
    )
    def delete(self, request: Request, result: str) -> HttpResponseBase:
        job = self._found(result)
        if job.result is not None and job.result.erased_at is None:
            storing.erase(job.result, Result.Why.OPERATOR)
        return said(request, ResultOut(self._found(result)).data)

    def _found(self, key: str) -> FusionJob:
        job = reach.jobs(self.credential).select_related(*_RELATED).filter(result__key=key).first()
        if job is None:
            raise NothingHere
        self.call.job, self.call.campaign = job, job.campaign
        return job
