"""Sends notices by e-mail, one letter per person and run, in that person's language."""

from collections import defaultdict
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns import notices
from campaigns.models import Membership, Notice, Person

log = structlog.get_logger(__name__)

# Whoever switches e-mail on is not told of last month.
NO_OLDER_THAN = timedelta(days=1)
BATCH = 200


def send_due(now: datetime) -> int:
    """Sends what nobody was written to about yet; how many letters went out.

    Nothing is sent without FUSION_EMAIL_URL. A notice counts as sent before the server is asked,
    so that a server that fails half-way makes nobody read the same thing every minute.
    """
    if not settings.FUSION_EMAIL_URL:
        return 0
    waiting = Notice.objects.filter(mailed_at=None, created_at__gte=now - NO_OLDER_THAN)
    taken = [notice for notice in waiting.order_by("pk")[:BATCH] if _take(notice, now)]
    by_person: dict[Person, list[Notice]] = defaultdict(list)
    for notice in taken:
        for person in readers(notice):
            by_person[person].append(notice)
    return _send([_letter(person, told) for person, told in by_person.items()])


def readers(notice: Notice) -> list[Person]:
    """Who is told by letter: addressed by it, active, with an address, and not muting the kind."""
    people = Person.objects.filter(is_active=True).exclude(email="")
    if notice.person_id is not None:
        people = people.filter(pk=notice.person_id)
    else:
        of_it = Membership.objects.filter(organisation=notice.organisation)
        if notice.role:
            of_it = of_it.filter(role=notice.role)
        people = people.filter(pk__in=of_it.values("person"))
    return [person for person in people if notice.kind not in person.muted_notices]


def _take(notice: Notice, now: datetime) -> bool:
    """Compare and set: of two clocks only one writes."""
    return bool(Notice.objects.filter(pk=notice.pk, mailed_at=None).update(mailed_at=now))


def _letter(person: Person, told: list[Notice]) -> EmailMessage:
    with translation.override(person.language):
        sentences = [notices.sentence(notice) for notice in told]
        rest = _("and %(count)s more") % {"count": len(told) - 1}
        subject = sentences[0] if len(told) == 1 else f"{sentences[0]} ({rest})"
        foot = _("Mute kinds of notices here: %(url)s") % {"url": _console("notices/")}
    return EmailMessage(
        subject=" ".join(subject.split())[:200],
        body="\n\n".join([*sentences, foot]) + "\n",
        to=[person.email],
    )


def _send(letters: list[EmailMessage]) -> int:
    if not letters:
        return 0
    try:
        sent = get_connection().send_messages(letters)
    except OSError as problem:  # smtplib's errors are among them
        log.error("letters_not_sent", letters=len(letters), problem=type(problem).__name__)
        return 0
    return int(sent or 0)


def _console(path: str) -> str:
    return f"{settings.FUSION_BASE_URL}/console/{path}"
