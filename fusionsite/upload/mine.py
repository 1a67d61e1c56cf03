"""Coming back: a code finds the picture, and its maker sees what is held and takes it back."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache

from campaigns.models import Campaign
from fusionsite.funnel.models import Step
from fusionsite.jobs import consents
from fusionsite.jobs.models import Consent
from fusionsite.results import claiming, links
from fusionsite.results.models import Result
from fusionsite.results.views import OwnersView
from fusionsite.results.visitors import claim, welcome
from fusionsite.upload.counting import count

# Campaigns that the public has seen; a code page may wear their look.
KNOWN = (Campaign.State.PUBLISHED, Campaign.State.PAUSED, Campaign.State.ENDED)


class FindForm(forms.Form):
    """A claim code as people type it."""

    code = forms.CharField(max_length=40, required=False)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        typed = len(claiming.normal(code))
        if not typed:
            raise forms.ValidationError(_("Type the code from your picture’s page."))
        if typed != claiming.LENGTH:
            raise forms.ValidationError(
                _("A code has %(limit)s letters and digits; this one has %(measured)s."),
                params={"limit": claiming.LENGTH, "measured": typed},
            )
        return code


class DetailsForm(forms.Form):
    """How the brand may reach a visitor who wants that."""

    name = forms.CharField(
        max_length=80, error_messages={"required": _("Write your name, or a short form of it.")}
    )
    reach = forms.CharField(
        max_length=200, error_messages={"required": _("Write a phone number or an e-mail address.")}
    )

    def clean_reach(self) -> str:
        reach: str = self.cleaned_data["reach"].strip()
        if "@" in reach:
            mail = forms.EmailField(
                error_messages={"invalid": _("This is not an e-mail address, for example a@b.org.")}
            )
            return str(mail.clean(reach))
        if not 6 <= sum(character.isdigit() for character in reach) <= 15:
            raise forms.ValidationError(_("A phone number has 6 to 15 digits."))
        return reach


@method_decorator(never_cache, name="dispatch")
class FindView(View):
    """Takes a claim code; the right one makes this browser the picture's owner for a day."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        response = self._page(request, FindForm())
        welcome(request, response)  # so that tries are counted by browser too
        return response

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = FindForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=400)
        result = claiming.find(form.cleaned_data["code"])
        if result is None:
            form.add_error("code", _("No picture has this code now. It may have ended."))
            return self._page(request, form, status=404)
        response = redirect("upload:data", links.token_of(result))
        claim(request, response, result)
        return response

    def _page(self, request: HttpRequest, form: FindForm, *, status: int = 200) -> HttpResponse:
        slug = request.GET.get("c", "")
        campaign = Campaign.objects.filter(slug=slug, state__in=KNOWN).first() if slug else None
        context = {"form": form, "campaign": campaign}
        return render(request, "upload/find.html", context, status=status)


class MyView(OwnersView):
    """A page for the maker of a picture, about the picture and what was agreed to for it."""

    @cached_property
    def consent(self) -> Consent | None:
        """What was agreed to; None for pictures of partners."""
        return consents.consent_for(self.result)

    def context(self, **more: Any) -> dict[str, Any]:
        """What the pages of one picture share."""
        return {
            "result": self.result,
            "token": links.token_of(self.result),
            "campaign": self.result.campaign,
            "consent": self.consent,
            **more,
        }


class DataView(MyView):
    """What is held about a person, and the ways to take it back."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        context = self.context(
            code=claiming.code_of(self.result),
            in_gallery=self.result.gallery_state != Result.GalleryState.OFF,
            may_leave_details=consents.may_leave_details(self.consent),
        )
        return render(request, "upload/data.html", context)


class WithdrawView(MyView):
    """Takes back the gallery, the contact, or everything."""

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        what = request.POST.get("what")
        if what == "all":
            return self._all(request)
        if what not in {"gallery", "contact"} or self.consent is None:
            raise BadRequest("nothing to withdraw")
        if what == "gallery":
            consents.withdraw_gallery(self.consent, self.result)
        else:
            consents.withdraw_contact(self.consent)
        return redirect("upload:data", token)

    def _all(self, request: HttpRequest) -> HttpResponse:
        if question := self.unsure(request):
            return question
        consents.withdraw_all(self.consent, self.result)
        if self.result.campaign:
            count(self.result.campaign, Step.DELETED, request)
        return render(request, "results/deleted.html", {"result": self.result, "withdrawn": True})


class DetailsView(MyView):
    """Asks for contact details, where the visitor ticked that they may be contacted."""

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        return self._page(request, DetailsForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        form = DetailsForm(request.POST)
        if self.consent is None or not consents.may_leave_details(self.consent):
            return redirect("upload:data", token)
        if not form.is_valid():
            return self._page(request, form, status=400)
        lead = consents.leave_details(self.consent, **form.cleaned_data)
        return render(request, "upload/details_left.html", self.context(lead=lead))

    def _page(
        self, request: HttpRequest, form: DetailsForm, *, status: int = 200
    ) -> HttpResponseBase:
        if not consents.may_leave_details(self.consent):
            return redirect("results:page", links.token_of(self.result))
        return render(request, "upload/details.html", self.context(form=form), status=status)
