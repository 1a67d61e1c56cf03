"""From an empty organisation to a charged picture, by two people, through the functions alone.

Anna is operator; Bert is reviewer and does finance. The same walk is taken three more times, and
at every step somebody tries it who may not: a colleague in the wrong role, a stranger in the right
role, and the right person in the wrong state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns import billing, ledger, lifecycle, standing
from campaigns.access import TABLE
from campaigns.admission import Caller
from campaigns.models import Account, Campaign, Organisation, Person, Role, Standing
from campaigns.refusals import NotAllowed, NothingHere, Refusal, SamePerson, WrongState
from fusion import read_picture
from fusionsite.jobs.consents import Agreement
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.submission import FusionRequest, submit_and_wait
from fusionsite.results import links, storing
from templates_app import catalogue, intake, publishing, refusals, review, rights
from templates_app.models import Material, Review, State
from tests.factories import a_person, an_organisation
from tests.pictures import a_face_picture, file_of

pytestmark = pytest.mark.django_db


class Walk:
    """What there is so far, and who walks."""

    account: Account
    campaign: Campaign
    material: Material
    submission: Review

    def __init__(self) -> None:
        self.organisation: Organisation = an_organisation()
        self.anna = a_person(Role.OPERATOR, organisation=self.organisation, username="anna")
        self.bert = a_person(
            Role.REVIEWER, Role.FINANCE, organisation=self.organisation, username="bert"
        )

    def colleague_without(self, person: Person) -> Person:
        """Someone of the same organisation with every role there is, but this person's."""
        held = set(person.memberships.values_list("role", flat=True))
        others = [r for r in (Role.OPERATOR, Role.REVIEWER, Role.PARTNER) if r not in held]
        others += [] if Role.FINANCE in held else [Role.FINANCE]
        return a_person(*others, organisation=self.organisation)

    def stranger_like(self, person: Person) -> Person:
        """Someone with the same roles in another organisation."""
        held = person.memberships.values_list("role", flat=True)
        return a_person(*held, organisation=an_organisation())


Doing = Callable[[Walk, Person], object]


@dataclass(frozen=True)
class Step:
    """One step of the walk: who takes it, what is done, and what doing it twice is answered."""

    name: str
    who: str
    do: Doing
    again: type[Refusal] | None = None


def make_account(walk: Walk, by: Person) -> None:
    walk.account = billing.make_account(walk.organisation, by=by)


def make_campaign(walk: Walk, by: Person) -> None:
    now = timezone.now()
    walk.campaign = lifecycle.make_campaign(
        walk.organisation,
        walk.account,
        by=by,
        slug="walk",
        owner_contact="owner@example.org",
        starts_at=now,
        ends_at=now + timedelta(days=30),
    )


def write_texts(walk: Walk, by: Person) -> None:
    for language in ("en", "zh-hans"):
        lifecycle.write_text(walk.campaign, language, by=by, name="To the stars")
        lifecycle.write_consent(
            walk.campaign,
            language,
            by=by,
            responsible="Example Ltd",
            contact="privacy@example.org",
            body="This is me; use this photo once to make the picture.",
        )


def take_in(walk: Walk, by: Person) -> None:
    walk.material = intake.take_in(
        campaign=walk.campaign,
        data=file_of(a_face_picture(480, 480)),
        by=by,
        title={"en": "Astronaut", "zh-hans": "宇航员"},
    )


def record_rights(walk: Walk, by: Person) -> None:
    rights.record(
        material=walk.material,
        by=by,
        source="generated",
        holder="Example Ltd",
        depicted="nobody",
        consent="not_needed",
        without_end=True,
    )


def submit(walk: Walk, by: Person) -> None:
    walk.submission = review.submit(material=walk.material, by=by)


def claim_and_approve(walk: Walk, by: Person) -> None:
    review.claim(review=walk.submission, by=by)
    review.approve(review=walk.submission, by=by)


STEPS = (
    Step("account", "bert", make_account),
    Step("record", "bert", lambda w, by: standing.make_record(w.account, by=by), WrongState),
    Step("service", "bert", lambda w, by: standing.open_service(w.account, by=by), WrongState),
    Step("set-up", "bert", lambda w, by: standing.finish_setup(w.account, by=by), WrongState),
    Step(
        "money",
        "bert",
        lambda w, by: billing.top_up(w.account, amount_fen=100_000, by=by, reference="transfer 1"),
        WrongState,
    ),
    Step("campaign", "anna", make_campaign),
    Step("texts", "anna", write_texts),
    Step(
        "fee",
        "bert",
        lambda w, by: billing.take_fee(w.campaign, amount_fen=50_000, by=by),
        WrongState,
    ),
    Step("material", "anna", take_in),
    Step("rights", "anna", record_rights),
    Step("submission", "anna", submit, WrongState),
    Step("approval", "bert", claim_and_approve, refusals.AlreadyDecided),
    Step("publishing", "anna", lambda w, by: publishing.publish(w.campaign, by=by), WrongState),
)


def refused(doing: Doing, walk: Walk, by: Person, why: type[Refusal]) -> None:
    """It is refused for that reason, and nothing of it stays."""
    with pytest.raises(why), transaction.atomic():
        doing(walk, by)


@pytest.mark.usefixtures("run_jobs_at_once")
def test_two_people_come_from_nothing_to_a_published_campaign_and_a_charged_picture() -> None:
    walk = Walk()
    for step in STEPS:
        step.do(walk, getattr(walk, step.who))
    walk.campaign.refresh_from_db()
    assert walk.campaign.state == Campaign.State.PUBLISHED
    assert [m.model_id for m in catalogue.shelf(walk.campaign)] == [walk.material.model_id]
    walk.account.refresh_from_db()
    assert walk.account.standing == Standing.NORMAL
    assert ledger.balance(walk.account) == 50_000
    served = catalogue.servable_material(walk.campaign, walk.material.model_id)
    assert (served.state, served.status_number) == (State.APPROVED, 1)
    text = walk.campaign.consent("en")
    assert text is not None
    job = submit_and_wait(
        FusionRequest(
            caller=Caller(door="upload", address="203.0.113.7", device="phone"),
            campaign=walk.campaign,
            model_id=served.model_id,
            photos=(Photo(encoded=file_of(a_face_picture(480, 480, seed=2))),),
            agreement=Agreement(text=text, use_photo=True),
        )
    )
    assert job.result is not None and job.charged
    assert ledger.balance(walk.account) == 50_000 - walk.account.price_fen
    assert read_picture(storing.read(links.open_link(links.token_of(job.result)))).ndim == 3


def test_at_every_step_a_colleague_in_the_wrong_role_is_refused() -> None:
    walk = Walk()
    for step in STEPS:
        person: Person = getattr(walk, step.who)
        refused(step.do, walk, walk.colleague_without(person), NotAllowed)
        step.do(walk, person)


def test_at_every_step_a_stranger_finds_nothing() -> None:
    walk = Walk()
    for step in STEPS:
        person: Person = getattr(walk, step.who)
        refused(step.do, walk, walk.stranger_like(person), NothingHere)
        step.do(walk, person)


def test_at_every_step_the_wrong_state_is_refused() -> None:
    walk = Walk()
    missing: list[int] = []
    for step in STEPS:
        person: Person = getattr(walk, step.who)
        if hasattr(walk, "campaign"):
            missing.append(len(publishing.unmet(Campaign.objects.get(pk=walk.campaign.pk))))
            if missing[-1]:
                refused(STEPS[-1].do, walk, walk.anna, refusals.PublishBlocked)
        step.do(walk, person)
        if step.again is not None:
            refused(step.do, walk, person, step.again)
    assert missing == [4, 2, 1, 1, 1, 1, 0]


def test_a_material_is_not_submitted_before_its_rights_are_known() -> None:
    walk = Walk()
    for step in STEPS[: [s.name for s in STEPS].index("rights")]:
        step.do(walk, getattr(walk, step.who))
    refused(submit, walk, walk.anna, refusals.RightsMissing)


def test_one_person_with_both_roles_cannot_walk_alone() -> None:
    walk = Walk()
    for role in (Role.REVIEWER, Role.FINANCE):
        walk.anna.memberships.create(role=role, organisation=walk.organisation)
    for step in STEPS[: [s.name for s in STEPS].index("approval")]:
        step.do(walk, walk.anna)
    refused(claim_and_approve, walk, walk.anna, SamePerson)


def test_the_walk_needs_no_more_than_these_two_roles_each() -> None:
    assert not TABLE[Role.OPERATOR] & {"material_review", "fee_take", "quota_grant"}
    assert not TABLE[Role.REVIEWER] & {"material_submit", "campaign_publish", "rights_edit"}
