"""The steps of the wizard: their order, their forms, and what each one still lacks."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.access import Act, allowed
from campaigns.models import Campaign, Person
from fusionsite.console.wizard_forms import (
    BasicsForm,
    ConsentForm,
    DeliveryForm,
    LimitsForm,
    LookForm,
    StepForm,
)
from templates_app.publishing import Unmet, checklist


@dataclass(frozen=True)
class Step:
    """One step; `form` is None where other pages do the work."""

    name: str
    title: Any
    says: Any
    form: type[StepForm] | None = None


STEPS = (
    Step("basics", _("Basics"), _("What it is called and when it runs."), BasicsForm),
    Step("look", pgettext_lazy("appearance", "Look"), _("What visitors see and read."), LookForm),
    Step("materials", _("Materials"), _("What visitors step into.")),
    Step(
        "consent",
        _("Consent, age and label"),
        _("What visitors agree to, and what every picture says of itself."),
        ConsentForm,
    ),
    Step("limits", _("Limits and money"), _("How much it may make and cost."), LimitsForm),
    Step(
        "delivery", _("Delivery"), _("How pictures reach people, and for how long."), DeliveryForm
    ),
    Step("review", _("Review and publish"), _("Everything that a published campaign needs.")),
)
BY_NAME = {step.name: step for step in STEPS}

WORDS = {
    "sandbox": _("It is a campaign, not a sandbox"),
    "contact": _("Contact of the owner"),
    "dates": _("First and last moment"),
    "texts": _("Name in every language"),
    "materials": _("At least one approved material"),
    "consent": _("Consent text in every language"),
    "label": _("A lawful label"),
    "fee": _("Authorization fee paid"),
    "account": _("Account in good standing"),
    "retention": _("How long things are kept"),
}


@dataclass(frozen=True)
class Line:
    """One line of the checklist: met, or what is missing and where this person mends it."""

    code: str
    title: Any
    step: str
    missing: Any = None
    url: str = ""
    button: Any = ""

    @property
    def met(self) -> bool:
        return self.missing is None


@dataclass(frozen=True)
class Place:
    """A step in the list at the side."""

    step: Step
    url: str
    here: bool
    lacking: int


def lines(campaign: Campaign, person: Person) -> list[Line]:
    """The publish gate as people read it: every point, in the order of the steps."""
    return [_line(code, lacks, campaign, person) for code, lacks in checklist(campaign)]


def places(campaign: Campaign, here: str, gate: list[Line]) -> list[Place]:
    """Every step with the number of points that it still lacks."""
    lacking = [line.step for line in gate if not line.met]
    return [
        Place(step, step_url(campaign, step.name), step.name == here, lacking.count(step.name))
        for step in STEPS
    ]


def step_url(campaign: Campaign, name: str) -> str:
    """The address of a step."""
    return reverse("admin:campaign_step", args=[campaign.pk, name])


def after(step: Step) -> Step:
    """The next step; the last one is its own."""
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def _line(code: str, lacks: Unmet | None, campaign: Campaign, person: Person) -> Line:
    if lacks is None:
        return Line(code, WORDS.get(code, code), "")
    url, button = _mended_at(lacks, campaign, person)
    return Line(code, WORDS.get(code, code), lacks.step, lacks.sentence, url, button)


def _mended_at(lacks: Unmet, campaign: Campaign, person: Person) -> tuple[str, Any]:
    """Where this person mends it; where only somebody else can, the page that says so."""
    if lacks.code == "fee" and allowed(person, Act.FEE_TAKE, campaign):
        return reverse("admin:fee_deed", args=[campaign.pk, "take"]), _("Take the fee")
    if lacks.code == "account" and allowed(person, Act.LEDGER_SEE, campaign):
        return reverse("admin:account_page", args=[campaign.account_id]), _("Look at the account")
    return step_url(campaign, lacks.step), _("Mend")
