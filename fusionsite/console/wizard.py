"""The campaign wizard: every step is saved by itself, can be left, and says what is missing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from campaigns import lifecycle
from campaigns.access import Act, allowed, visible_to
from campaigns.models import Account, Campaign
from campaigns.refusals import Refusal
from fusionsite.brand import ColourSet, colour_set
from fusionsite.console.deeds import enter
from fusionsite.console.naming import names_of
from fusionsite.console.page import ConsolePage
from fusionsite.console.wizard_forms import NewForm, StepForm
from fusionsite.console.wizard_steps import BY_NAME, Line, Step, after, lines, places, step_url
from templates_app.models import Material, State
from templates_app.publishing import change


class NewCampaignPage(ConsolePage):
    """The first step, before there is a campaign."""

    template_name = "console/campaigns/new.html"
    act = Act.CAMPAIGN_EDIT
    title = _("New campaign")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self._form()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Makes the draft and goes on to the look."""
        form = self._form(request.POST)
        made = self._made(form) if form.is_valid() else None
        if made is None:
            return self.render_to_response(self.get_context_data(form=form))
        return HttpResponseRedirect(step_url(made, "look"))

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        trail = [(_("Campaigns"), reverse("admin:campaigns"))]
        return super().get_context_data(**{"trail": trail, "accounts": self._accounts(), **more})

    def _accounts(self) -> Any:
        rows = Account.objects.select_related("organisation").order_by("pk")
        return visible_to(self.person, rows, Act.CAMPAIGN_EDIT)

    def _form(self, posted: Any = None) -> NewForm:
        return NewForm(posted, instance=Campaign(), accounts=self._accounts())

    def _made(self, form: NewForm) -> Campaign | None:
        account: Account = form.cleaned_data["account"]
        try:
            with transaction.atomic():
                made = lifecycle.make_campaign(
                    account.organisation, account, by=self.person, **form.settings_given()
                )
                for language, words in form.texts_given().items():
                    if words["name"]:
                        lifecycle.write_text(made, language, by=self.person, **words)
        except Refusal as refusal:
            form.add_error(None, str(refusal.message()))
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            return made
        return None


class StepPage(ConsolePage):
    """One step of one campaign."""

    template_name = "console/campaigns/step.html"
    act = Act.SEE
    campaign: Campaign
    step: Step

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if kwargs["step"] not in BY_NAME:
            raise Http404
        self.step = BY_NAME[kwargs["step"]]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._find()
        return self._shown(self._form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Saves the step and goes on, or says what does not fit and keeps what was typed."""
        self._find()
        enter(self.person, Act.CAMPAIGN_EDIT, self.campaign)
        form = self._form(request.POST, request.FILES)
        if form is None:
            return HttpResponseRedirect(self._next())
        if not (form.is_valid() and self._saved(form)):
            self.campaign.refresh_from_db()
            return self._shown(form)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(self._next())

    def _find(self) -> None:
        rows = Campaign.objects.select_related("account", "organisation")
        found = visible_to(self.person, rows)
        self.campaign = get_object_or_404(found, pk=self.kwargs["pk"])

    def _form(self, *posted: Any) -> StepForm | None:
        if self.step.form is None:
            return None
        instance = Campaign.objects.select_related("account").get(pk=self.campaign.pk)
        return self.step.form(*posted, instance=instance)

    def _saved(self, form: StepForm) -> bool:
        try:
            change(
                self.campaign,
                by=self.person,
                fields=form.settings_given(),
                texts=form.texts_given(),
                consents=form.consents_given(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.message()))
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            return True
        return False

    def _next(self) -> str:
        if self.request.POST.get("then") == "leave":
            return reverse("admin:campaign_page", args=[self.campaign.pk])
        return step_url(self.campaign, after(self.step).name)

    def _shown(self, form: StepForm | None) -> HttpResponse:
        gate = lines(self.campaign, self.person)
        editable = self.campaign.state in lifecycle.EDITABLE
        context = self.get_context_data(
            campaign=self.campaign,
            name=names_of([self.campaign.pk])[self.campaign.pk],
            step=self.step,
            next_step=after(self.step),
            form=form,
            gate=gate,
            here=[line for line in gate if line.step == self.step.name],
            missing=[line for line in gate if not line.met],
            places=places(self.campaign, self.step.name, gate),
            editable=editable and allowed(self.person, Act.CAMPAIGN_EDIT, self.campaign),
            may_publish=allowed(self.person, Act.CAMPAIGN_PUBLISH, self.campaign),
            adjusted=adjustment(self.campaign.brand_colour, self.campaign.stage_colour),
            **self._more(gate),
        )
        return self.render_to_response(context)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        page = reverse("admin:campaign_page", args=[self.campaign.pk])
        trail = [(_("Campaigns"), reverse("admin:campaigns")), (more["name"], page)]
        return super().get_context_data(**{"title": self.step.title, "trail": trail, **more})

    def _more(self, gate: list[Line]) -> dict[str, Any]:
        if self.step.name != "materials":
            return {"preview_language": _language_of(self.campaign)}
        rows = Material.objects.filter(campaign=self.campaign).exclude(state=State.WITHDRAWN)
        states = list(rows.order_by().values_list("state", flat=True))
        return {
            "materials": rows.select_related("current").order_by("position", "number")[:12],
            "counts": [(state.label, states.count(state)) for state in State if state in states],
            "preview_language": _language_of(self.campaign),
        }


def adjustment(brand: str, stage: str) -> str:
    """In words, when buttons do not show quite the colour that was asked for; else empty."""
    colours: ColourSet = colour_set(brand, stage or None)
    if colours.adjusted:
        return gettext(
            "Buttons use %(fill)s, a little darker than %(brand)s, so that white text on them"
            " can be read."
        ) % {"fill": colours.fill, "brand": brand}
    if colours.on_fill != "#ffffff":
        return gettext("White cannot be read on %(brand)s, so the text on buttons is dark.") % {
            "brand": brand
        }
    return ""


def _language_of(campaign: Campaign) -> str:
    mine = get_language() or "en"
    known: list[str] = campaign.languages
    return mine if mine in known or not known else known[0]
