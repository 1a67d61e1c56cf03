"""From the photo to the picture: the make page, its jobs, and the page that watches one."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db.models import UUIDField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.crypto import get_random_string
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from campaigns.admission import Caller
from campaigns.models import Campaign
from campaigns.prepared import Prepared, Slot
from campaigns.refusals import PaceUnknown, Refusal, TooFast
from fusionsite.incoming import client_address
from fusionsite.jobs import execution, nicknames
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.refusals import Busy, Cancelled, FusionFailed, PictureRefusal, read_back
from fusionsite.jobs.submission import FusionRequest, submit
from fusionsite.results.links import token_of
from fusionsite.results.visitors import welcome
from fusionsite.upload.advice import Panel, panel, phone_panels, too_young
from fusionsite.upload.forms import MOST_PHOTOS, MakeForm
from fusionsite.upload.pages import CampaignPage
from fusionsite.upload.paintings import painting
from fusionsite.upload.seats import seats
from fusionsite.upload.sources import carried
from fusionsite.upload.waiting import NAMES, STAGES, TITLES, Waiting, waiting
from templates_app.catalogue import servable_material, shelf
from templates_app.models import Material

State = FusionJob.State
# Facts of a refusal that a page's script may use as they are.
FACTS = ("measured", "limit", "unit", "box", "faces", "size", "photo", "retry_after_s")


class MakingPage(CampaignPage):
    """A page that may end in a refusal."""

    def refused(self, request: HttpRequest, refusal: Refusal, *, model_id: str) -> HttpResponse:
        """The refusal as a page, or as JSON that holds the same page's middle part."""
        return self.shown(request, panel(refusal), facts(refusal), model_id=model_id)

    def shown(
        self,
        request: HttpRequest,
        refusal: Panel,
        found: dict[str, Any],
        *,
        model_id: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """A panel with the facts it says, in the same two ways."""
        context = self.context(refusal=refusal)
        if model_id:
            context["make_url"] = self.make_address(model_id)
        if not wants_json(request):
            return render(request, "upload/refusal.html", context, status=status)
        html = render_to_string("upload/parts_refusal.html", context, request)
        answer = {"state": State.FAILED, "refusal": {**found, "panel": html}}
        return JsonResponse(answer, status=status)


class MakeView(MakingPage):
    """Photo, consent and sending, on one page."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if self.door.state != "open":
            return redirect(self.at("upload:landing"))
        chosen = self._chosen(request.GET.get("model", ""))
        consent = self.campaign.consent(get_language())
        if chosen is None or consent is None:
            return redirect(self.at("upload:templates"))
        places = seats(chosen)
        context = self.context(
            painting=painting(chosen),
            seats=places if len(places) > 1 else [],
            seats_as_sent=";".join(f"{seat.number}:{photo}" for photo, seat in enumerate(places)),
            more_photos=range(2, min(len(places), MOST_PHOTOS) + 1),
            consent=consent,
            age_rule=self.campaign.age_rule,
            asks_gallery=self.campaign.gallery != Campaign.Gallery.OFF and consent.gallery_body,
            nickname_length=nicknames.MAX_CHARACTERS,
            jobs_url=self.at("upload:jobs"),
            max_bytes=settings.FUSION_PHOTO_MAX_BYTES,
            photo_minutes=round(settings.FUSION_PHOTO_LIFE_S / 60),
            idempotency_key=get_random_string(32, "0123456789abcdef"),
            phone_refusals=[*phone_panels(), too_young()],
        )
        response = render(request, "upload/make.html", context)
        welcome(request, response)
        return response

    def _chosen(self, model_id: str) -> Material | None:
        """The scene asked for; without one, the only scene there is."""
        on_shelf = shelf(self.campaign)
        if not model_id and len(on_shelf) == 1:
            return on_shelf[0]
        try:
            return servable_material(self.campaign, model_id)
        except Refusal:
            return None


class JobsView(MakingPage):
    """Takes the photo; answers with the page of its job."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = MakeForm(request.POST, request.FILES)
        if not form.is_valid():
            raise BadRequest(form.errors.as_json())
        if form.is_too_young(self.campaign):
            return self.shown(request, too_young(), {"code": "too-young"}, status=409)
        response = HttpResponse(status=303)
        try:
            job = submit(self._request(request, form, visitor=welcome(request, response)))
        except Refusal as refusal:
            refused = self.refused(request, refusal, model_id=form.cleaned_data["model_id"])
            refused.status_code = status_of(refusal)
            if refusal.retry_after_s:
                refused["Retry-After"] = str(int(-(-refusal.retry_after_s // 1)))
            return refused
        response["Location"] = self.at("upload:job", job.public_id)
        return response

    def _request(self, request: HttpRequest, form: MakeForm, *, visitor: str) -> FusionRequest:
        photos = form.photos()
        return FusionRequest(
            caller=Caller(
                door="upload",
                address=client_address(request),
                device=visitor,
                preview=self.previewed,
            ),
            campaign=self.campaign,
            model_id=form.cleaned_data["model_id"],
            photos=photos,
            order=form.order(len(photos)),
            agreement=form.agreement(self.campaign),
            visitor=visitor,
            nickname=form.nickname_for(self.campaign),
            source=self.source,
            idempotency_key=form.cleaned_data["idempotency_key"],
        )


@method_decorator(never_cache, name="dispatch")
class JobView(MakingPage):
    """One job: its progress, its refusal, or the way to its picture."""

    job: FusionJob

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.job = _job(kwargs["slug"], kwargs.pop("public_id"))
        response = super().dispatch(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept"])
        return response

    def get(self, request: HttpRequest) -> HttpResponseBase:
        job = self.job
        if job.state == State.SUCCEEDED and job.result is not None:
            page = reverse("results:page", args=[token_of(job.result)])
            address = carried(page, job.source)
            if wants_json(request):
                return JsonResponse({"state": job.state, "result_url": address})
            return redirect(address)
        if job.state == State.CANCELLED:
            return self._cancelled(request)
        if job.ended:
            reason = read_back(job.reason) if job.reason else FusionFailed()
            return self.refused(request, reason, model_id=self._model_id)
        return self._watched(request, waiting(job))

    def _watched(self, request: HttpRequest, now: Waiting) -> HttpResponse:
        if wants_json(request):
            return JsonResponse(
                {
                    "job_url": request.get_full_path(),
                    "state": self.job.state,
                    "stage": now.stage,
                    "percent": now.percent,
                    "place": now.place,
                    "seconds_left": now.seconds_left,
                    "retry_after_s": now.retry_after_s,
                    "refusal": None,
                    "result_url": None,
                }
            )
        context = self.context(
            progress=now,
            painting=painting(self.job.material) if self.job.material else None,
            stages=[{"number": i, "name": NAMES[stage]} for i, stage in enumerate(STAGES)],
            stage_titles="|".join(str(TITLES[stage]) for stage in STAGES),
            cancel_url=self.at("upload:cancel", self.job.public_id),
        )
        return render(request, "upload/progress.html", context)

    def _cancelled(self, request: HttpRequest) -> HttpResponse:
        if wants_json(request):
            return JsonResponse({"state": self.job.state, "refusal": None, "result_url": None})
        context = self.context()
        context["make_url"] = self.make_address(self._model_id)
        return render(request, "upload/cancelled.html", context)

    @property
    def _model_id(self) -> str:
        return self.job.material.model_id if self.job.material else ""


class CancelView(CampaignPage):
    """Gives the place in the queue back and erases the photo; too late is no error."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponseBase:
        job = _job(self.campaign.slug, public_id)
        execution.cancel(job, Cancelled())
        return redirect(self.at("upload:job", public_id))


# A page that waits for its picture asks several times a second.
_WANTED = Prepared(
    lambda: FusionJob.objects.select_related(
        "result", "material__campaign", "material__current"
    ).filter(public_id=Slot("public_id", UUIDField()), campaign__slug=Slot("slug"), door="upload")
)


def _job(slug: str, public_id: UUID) -> FusionJob:
    job = _WANTED.first(public_id=public_id, slug=slug)
    if job is None:
        raise Http404
    return job


def wants_json(request: HttpRequest) -> bool:
    """Whether the page's own script asks, not a person's browser."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def facts(refusal: Refusal) -> dict[str, Any]:
    """The refusal as plain JSON values."""
    found = {name: getattr(refusal, name, None) for name in FACTS}
    return {"code": refusal.code, "message": str(refusal.visitor_message()), **found}


def status_of(refusal: Refusal) -> int:
    """The HTTP status that says the same."""
    if isinstance(refusal, TooFast):
        return 429
    if isinstance(refusal, Busy | PaceUnknown):
        return 503
    return 422 if isinstance(refusal, PictureRefusal) else 409
