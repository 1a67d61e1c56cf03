"""What waits for a person: behind the dashboard's lines and the side bar's numbers."""

from datetime import datetime

from django.db.models import QuerySet

from campaigns import notices
from campaigns.access import Act, visible_to
from campaigns.models import Notice, Person
from fusionsite.results.models import Report, Result
from templates_app import queue
from templates_app.models import Review


def reports(person: Person, _now: datetime) -> QuerySet[Report]:
    """Pictures that somebody reported."""
    return visible_to(person, Report.objects.filter(decided_at=None), Act.TAKEDOWN_DECIDE)


def reviews(person: Person, now: datetime) -> QuerySet[Review]:
    """Materials that nobody else holds and somebody else submitted."""
    return queue.waiting(person).free_for(person.pk, now)


def gallery(person: Person, now: datetime) -> QuerySet[Result]:
    """Pictures whose makers want them shown."""
    offered = Result.objects.live(now).filter(gallery_state=Result.GalleryState.WAITING)
    return visible_to(person, offered.filter(hidden_at=None), Act.RESULT_MODERATE)


def told(person: Person, _now: datetime) -> QuerySet[Notice]:
    """What the person has not read."""
    return notices.unread(person)
