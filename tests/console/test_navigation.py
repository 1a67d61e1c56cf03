"""The numbers in the side bar: what waits for this person, behind the line that leads there."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import notices
from campaigns.models import Person, Role
from fusionsite.results import reports
from fusionsite.results.models import Report
from templates_app import review
from tests.factories import a_person, a_submission, an_offered_picture

pytestmark = pytest.mark.django_db


def numbers(person: Person) -> dict[str, Any]:
    """Number by the line's address, where there is one; on a page that asks nothing of its own."""
    client = Client()
    client.force_login(person)
    context = client.get("/console/notices/").context
    lines = [line for group in context["sidebar_navigation"] for line in group["items"]]
    return {line["link"]: line["badge"] for line in lines if line["badge"]}


def test_a_reviewer_sees_how_many_materials_are_free_to_be_reviewed() -> None:
    first = a_submission()
    a_submission(first.version.material.campaign)
    reviewer, other = (a_person(Role.REVIEWER, organisation=first.organisation) for _ in range(2))
    assert numbers(reviewer)["/console/review/"] == 2
    review.claim(review=first, by=other)
    assert numbers(reviewer)["/console/review/"] == 1
    assert "/console/review/" not in numbers(a_person(Role.REVIEWER))
    assert "/console/review/" not in numbers(first.submitted_by)


def test_pictures_offered_and_reported_are_counted_where_they_are_decided() -> None:
    result = an_offered_picture()
    operator = a_person(Role.OPERATOR, organisation=result.organisation)
    reviewer = a_person(Role.REVIEWER, organisation=result.organisation)
    assert numbers(operator)["/console/moderation/"] == 1
    reports.report(result, ground=Report.Ground.NOT_ME)
    assert numbers(reviewer)["/console/takedowns/"] == 1
    client = Client()
    client.force_login(reviewer)
    assert '<span class="n n-hot">1</span>' in client.get("/console/notices/").content.decode()
    Report.objects.update(decided_at=timezone.now())
    assert "/console/takedowns/" not in numbers(reviewer)


def test_unread_notices_are_counted_until_they_are_read() -> None:
    operator = a_person(Role.OPERATOR)
    organisation = operator.memberships.get().organisation
    assert organisation is not None
    facts = {"campaign": 7, "before": "draft", "after": "published"}
    told = notices.tell(organisation, notices.CAMPAIGN_STATE, facts=facts)
    assert numbers(operator) == {"/console/notices/": 1}
    assert told is not None
    notices.mark_read(told, operator)
    assert numbers(operator) == {}
