"""The clock's entrances are known by name, scheduled, and do their work."""

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone

from campaigns.models import Notice, Role
from templates_app import review, tasks
from templates_app.models import Appeal, Rights
from tests.factories import a_person, a_submission, an_approved_material

pytestmark = pytest.mark.django_db


def test_both_are_scheduled_under_the_names_they_are_registered_by() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    ours = {tasks.lapse_rights.name, tasks.chase_appeals.name}
    assert ours <= scheduled
    assert ours <= set(current_app.tasks)


def test_the_clock_lapses_rights_and_warns() -> None:
    now = timezone.now()
    ended, ending = an_approved_material(), an_approved_material()
    Rights.objects.filter(material=ended).update(ends_at=now - timedelta(seconds=1))
    Rights.objects.filter(material=ending).update(ends_at=now + timedelta(days=5))
    tasks.lapse_rights()
    kinds = Notice.objects.filter(kind__contains="rights").values_list("kind", "organisation")
    assert set(kinds) == {
        ("material_rights_lapsed", ended.organisation.pk),
        ("material_rights_ending", ending.organisation.pk),
    }


def test_the_clock_chases_appeals() -> None:
    submitted = a_submission()
    reviewer = a_person(Role.REVIEWER, organisation=submitted.organisation)
    review.reject(review=submitted, by=reviewer, reasons=["look"])
    review.appeal(review=submitted, by=submitted.submitted_by, text="Look again")
    Appeal.objects.update(due_at=timezone.now())
    tasks.chase_appeals()
    assert Notice.objects.filter(kind="material_appeal_overdue").exists()
