"""Serves the picture behind a link, its page, its deletion and reports about it."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views import View

from fusionsite.funnel.models import Step, add_one
from fusionsite.results import claiming, links, reports, storing
from fusionsite.results.framing import open_to_frames
from fusionsite.results.kiosk import on_kiosk
from fusionsite.results.models import Report, Result
from fusionsite.results.visitors import claims_of, visitor_of


class ReportForm(forms.ModelForm[Report]):
    """What a person must say to have a picture looked at."""

    class Meta:
        model = Report
        fields = ["ground", "words", "contact"]


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Headers for everything behind a link: not stored, not indexed, not told to other sites.

    Our own pages are told where a form was sent from: without it Django refuses every POST.
    """
    response["Cache-Control"] = "private, no-store"
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def is_owner(request: HttpRequest, result: Result) -> bool:
    """Whether this browser made the picture, or has shown its claim code."""
    made_it = bool(result.visitor) and visitor_of(request) == result.visitor
    return made_it or result.key in claims_of(request)


def closed(request: HttpRequest, error: links.LinkError) -> HttpResponseBase:
    """404 for a link that never was, 410 with a friendly page for one that has ended."""
    if isinstance(error, links.LinkGone):
        context = {"result": error.result}
        return private(render(request, "results/gone.html", context, status=410))
    return not_found(request)


def not_found(request: HttpRequest) -> HttpResponseBase:
    """404: nothing at this address, or nothing for this browser."""
    return private(render(request, "results/not_found.html", status=404))


class LinkView(View):
    """A view behind a signed link: opens it first, answers for it when it does not open."""

    result: Result

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.result = links.open_link(kwargs["token"])
        except links.LinkError as error:
            return closed(request, error)
        response = self.turned_away(request) or super().dispatch(request, *args, **kwargs)
        open_to_frames(response, self.result.campaign)
        return private(response)

    def turned_away(self, request: HttpRequest) -> HttpResponseBase | None:
        """The answer to somebody who has the link and still may not do this; None for others."""
        return None


class OwnersView(LinkView):
    """A page about one picture that only its maker may see."""

    def turned_away(self, request: HttpRequest) -> HttpResponseBase | None:
        return None if is_owner(request, self.result) else not_found(request)

    def unsure(self, request: HttpRequest) -> HttpResponse | None:
        """Asks before everything is erased, where the page's script has not asked yet."""
        if "sure" in request.POST:
            return None
        context = {"token": self.kwargs["token"], "what": request.POST.get("what", "")}
        return render(request, "results/sure.html", context)


class PictureView(LinkView):
    """The picture itself: streamed, or a redirect to a short-lived address of the storage.

    Our own pages show, save and share pictures of this site alone (their Content-Security-Policy
    says so), so what they ask for is streamed from wherever it is kept.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        self.result.count_opening()
        elsewhere = bool(settings.FUSION_S3_BUCKET) and not self._is_for_a_page(request)
        response = redirect(storing.address(self.result)) if elsewhere else self._stream()
        response["Referrer-Policy"] = "no-referrer"
        if "download" in request.GET:
            response["Content-Disposition"] = f'attachment; filename="{self._file_name()}"'
        return response

    def _is_for_a_page(self, request: HttpRequest) -> bool:
        """A visitor's picture is; so is what a page of ours or a saving person asks for."""
        own = request.headers.get("Sec-Fetch-Site") == "same-origin"
        return own or "download" in request.GET or bool(self.result.visitor)

    def _stream(self) -> HttpResponse:
        response = HttpResponse(storing.read(self.result), content_type=self.result.content_type)
        response["Content-Disposition"] = f'inline; filename="{self._file_name()}"'
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    def _file_name(self) -> str:
        return f"{self.result.key}.{storing.EXTENSIONS[self.result.content_type]}"


class PageView(LinkView):
    """The page around the picture: with the owner's tools for its maker, plain for others."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        owner = is_owner(request, self.result)
        campaign = self.result.campaign
        if campaign and not owner and on_kiosk(request, campaign):
            # The last person's picture is nothing for the next one at the same screen.
            return redirect("upload:landing", campaign.slug)
        template = "results/result.html" if owner else "results/share.html"
        return render(request, template, self.context(owner=owner))

    def context(self, *, owner: bool) -> dict[str, Any]:
        """What both templates show."""
        result = self.result
        text = result.campaign.text(get_language()) if result.campaign else None
        return {
            "result": result,
            "token": links.token_of(result),
            "campaign": result.campaign,
            "campaign_text": text,
            "picture_url": links.picture_url(result),
            "share_url": links.page_url(result),
            "is_owner": owner,
            "claim_code": claiming.code_of(result) if owner else "",
            "seconds_left": int((result.expires_at - timezone.now()).total_seconds()),
        }


class DeleteView(OwnersView):
    """Erases the picture for the person who made it, and gives a receipt."""

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        if question := self.unsure(request):
            return question
        storing.erase(self.result, Result.Why.OWNER)
        if self.result.campaign:
            add_one(self.result.campaign, Step.DELETED)
        return render(request, "results/deleted.html", {"result": self.result})


class ReportView(LinkView):
    """Takes a report and gives its number."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        context = {"form": ReportForm(), "token": token}
        return render(request, "results/report.html", context)

    def post(self, request: HttpRequest, token: str) -> HttpResponse | HttpResponseRedirect:
        form = ReportForm(request.POST)
        if not form.is_valid():
            context = {"form": form, "token": token}
            return render(request, "results/report.html", context, status=400)
        made = reports.report(
            self.result,
            ground=Report.Ground(form.cleaned_data["ground"]),
            words=form.cleaned_data["words"],
            contact=form.cleaned_data["contact"],
        )
        return render(request, "results/reported.html", {"report": made})
