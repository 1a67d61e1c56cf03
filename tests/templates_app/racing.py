"""Runs races over real connections against the database in DATABASE_URL; prints what happened.

Started as a process of its own by test_races.py. Every contender is a thread with its own
connection; a barrier lets them go at once. One JSON object on standard output: by scenario, per
round the names of what each contender got ("won", or the refusal's class) and whether the rows
are as they must be.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionsite.settings")
# Tables straight from the models: what is raced here needs no trigger, and it is quicker.
settings.MIGRATION_MODULES = dict.fromkeys(
    app.removesuffix(".apps").rpartition(".")[2] for app in settings.INSTALLED_APPS
)
settings.STORAGES = {
    **settings.STORAGES,
    "materials": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
}
django.setup()

from django.core.management import call_command  # noqa: E402 - after the settings are in place
from django.db import connection, transaction  # noqa: E402

from campaigns import lifecycle  # noqa: E402
from campaigns.models import Campaign, Notice, Person, Role  # noqa: E402
from campaigns.refusals import Refusal  # noqa: E402
from templates_app import intake, publishing, review  # noqa: E402
from templates_app.models import Material, Review, State  # noqa: E402
from tests import factories  # noqa: E402

ROUNDS = int(os.environ.get("FUSION_RACE_ROUNDS", "3"))
Act = Callable[[], object]


def race(*acts: Act) -> list[str]:
    """Lets all acts go at the same moment; what each of them got, in their order."""
    barrier = threading.Barrier(len(acts))
    got = [""] * len(acts)

    def contend(place: int) -> None:
        barrier.wait()
        try:
            acts[place]()
            got[place] = "won"
        except Refusal as refusal:
            got[place] = type(refusal).__name__
        except Exception as unexpected:
            got[place] = f"UNEXPECTED {type(unexpected).__name__}: {unexpected}"
        finally:
            connection.close()

    threads = [threading.Thread(target=contend, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def reviewers(campaign: Campaign, number: int) -> list[Person]:
    return [
        factories.a_person(Role.REVIEWER, organisation=campaign.organisation) for _ in range(number)
    ]


def state_of(row: Review) -> str:
    return Material.objects.get(pk=row.version.material_id).state


def fresh(row: Review) -> Review:
    """The row as another process would have read it: shared with nobody."""
    return Review.objects.select_related("version__material__campaign__organisation").get(pk=row.pk)


def approve_against_reject(campaign: Campaign) -> tuple[list[str], bool]:
    row = factories.a_submission(campaign)
    one, other = reviewers(campaign, 2)
    mine, theirs = fresh(row), fresh(row)
    got = race(
        lambda: review.approve(review=mine, by=one),
        lambda: review.reject(review=theirs, by=other, reasons=["look"]),
    )
    expected = State.APPROVED if got[0] == "won" else State.REJECTED
    told = Notice.objects.filter(person=row.submitted_by).count()
    return got, state_of(row) == expected and told == 1


def four_claims(campaign: Campaign) -> tuple[list[str], bool]:
    row = factories.a_submission(campaign)
    people = reviewers(campaign, 4)
    copies = [fresh(row) for _ in people]
    got = race(
        *(
            lambda copy=copy, by=by: review.claim(review=copy, by=by)
            for copy, by in zip(copies, people, strict=True)
        )
    )
    return got, fresh(row).claimed_by == people[got.index("won")]


def approve_against_recall(campaign: Campaign) -> tuple[list[str], bool]:
    row = factories.a_submission(campaign)
    [reviewer] = reviewers(campaign, 1)
    mine, theirs = fresh(row), fresh(row)
    got = race(
        lambda: review.approve(review=mine, by=reviewer),
        lambda: review.recall(review=theirs, by=row.submitted_by),
    )
    return got, state_of(row) == (State.APPROVED if got[0] == "won" else State.DRAFT)


def two_submissions(campaign: Campaign) -> tuple[list[str], bool]:
    material = factories.a_draft_material(campaign)
    factories.with_rights(material)
    copies = [Material.objects.get(pk=material.pk) for _ in range(2)]
    got = race(
        *(lambda copy=copy: review.submit(material=copy, by=material.created_by) for copy in copies)
    )
    return got, Review.objects.filter(version__material=material).count() == 1


def two_decisions_of_an_appeal(campaign: Campaign) -> tuple[list[str], bool]:
    row = factories.a_submission(campaign)
    first, one, other = reviewers(campaign, 3)
    review.reject(review=row, by=first, reasons=["look"])
    appeal = review.appeal(review=row, by=row.submitted_by, text="Look again")
    mine, theirs = (type(appeal).objects.get(pk=appeal.pk) for _ in range(2))
    got = race(
        lambda: review.decide_appeal(appeal=mine, by=one, won=True, comment="Yes"),
        lambda: review.decide_appeal(appeal=theirs, by=other, won=False, comment="No"),
    )
    return got, state_of(row) == (State.APPEAL_WON if got[0] == "won" else State.APPEAL_LOST)


def undo_against_appeal(campaign: Campaign) -> tuple[list[str], bool]:
    row = factories.a_submission(campaign)
    [reviewer] = reviewers(campaign, 1)
    review.reject(review=row, by=reviewer, reasons=["look"])
    mine, theirs = fresh(row), fresh(row)
    got = race(
        lambda: review.undo(review=mine, by=reviewer),
        lambda: review.appeal(review=theirs, by=row.submitted_by, text="Look again"),
    )
    return got, state_of(row) == (State.PENDING if got[0] == "won" else State.APPEALED)


def publish_against_archive(campaign: Campaign) -> tuple[list[str], bool]:
    draft = factories.a_campaign(account=campaign.account, state=Campaign.State.DRAFT)
    factories.an_approved_material(draft)
    operator = factories.a_person(Role.OPERATOR, organisation=draft.organisation)
    mine, theirs = (Campaign.objects.get(pk=draft.pk) for _ in range(2))
    got = race(
        lambda: publishing.publish(mine, by=operator),
        lambda: lifecycle.archive(theirs, by=operator),
    )
    draft.refresh_from_db()
    return got, draft.state == ("published" if got[0] == "won" else "archived")


def eight_uploads(campaign: Campaign) -> tuple[list[str], bool]:
    target = factories.a_campaign(account=campaign.account)
    operator = factories.a_person(Role.OPERATOR, organisation=target.organisation)
    looked = factories.a_look()
    copies = [Campaign.objects.get(pk=target.pk) for _ in range(8)]
    got = race(
        *(
            lambda copy=copy: intake.keep(campaign=copy, looked=looked, by=operator)
            for copy in copies
        )
    )
    numbers = Material.objects.filter(campaign=target).values_list("number", flat=True)
    return got, sorted(numbers) == list(range(1, 9))


SCENARIOS = (
    approve_against_reject,
    four_claims,
    approve_against_recall,
    two_submissions,
    two_decisions_of_an_appeal,
    undo_against_appeal,
    publish_against_archive,
    eight_uploads,
)


def main() -> None:
    """All scenarios, each several times on fresh rows."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    with transaction.atomic():
        campaign = factories.a_campaign()
    happened = {
        scenario.__name__: [scenario(campaign) for _ in range(ROUNDS)] for scenario in SCENARIOS
    }
    json.dump(happened, sys.stdout)


if __name__ == "__main__":
    main()
