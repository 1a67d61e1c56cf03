"""Tells people what they must know, once, in their language; and their programs by webhook."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns import webhooks
from campaigns.access import visible_to
from campaigns.models import (
    Campaign,
    Membership,
    Notice,
    Organisation,
    Person,
    QuotaRaise,
    Role,
    Standing,
    WebhookEvent,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Kind:
    """A kind of notice. The sentence names its facts as %(fact)s; the event is for webhooks.

    states: whose words `before` and `after` are, so that people read labels and not codes.
    label: what it is about, in the list of kinds that can be muted.
    """

    slug: str
    sentence: "StrPromise | str"
    event: WebhookEvent | None = None
    states: type[models.TextChoices] | None = None
    label: "StrPromise | str" = ""


KINDS: dict[str, Kind] = {}


def define(
    slug: str,
    sentence: "StrPromise | str",
    *,
    event: WebhookEvent | None = None,
    states: type[models.TextChoices] | None = None,
    label: "StrPromise | str" = "",
) -> Kind:
    """Makes a kind known; the packages above define their own beside the act they tell of."""
    kind = KINDS[slug] = Kind(slug, sentence, event, states, label)
    return kind


CAP_THRESHOLD = define(
    "cap_threshold",
    _("%(percent)s %% of a cap is used: %(used)s of %(cap)s %(unit)s (%(what)s)."),
    event=WebhookEvent.QUOTA_THRESHOLD,
    label=_("Caps at 50, 80 and 100 %"),
)
ACCOUNT_STATE = define(
    "account_state",
    _("Account %(appid)s went from “%(before)s” to “%(after)s”: %(why)s"),
    event=WebhookEvent.ACCOUNT_STATE,
    states=Standing,
    label=_("The account's state"),
)
FEE_STATE = define(
    "fee_state",
    _("Authorization fee of %(campaign)s: %(after)s."),
    states=Campaign.FeeState,
    label=_("Authorization fees"),
)
CAMPAIGN_STATE = define(
    "campaign_state",
    _("Campaign %(campaign)s: %(after)s."),
    states=Campaign.State,
    label=_("A campaign's state"),
)
QUOTA_DECIDED = define(
    "quota_decided",
    _("Your request for %(calls)s calls per second was decided: %(after)s."),
    states=QuotaRaise.State,
    label=_("Decisions on raises"),
)
STATEMENT_READY = define(
    "statement_ready", _("The statement of %(month)s is ready."), label=_("Statements")
)


def tell(
    organisation: Organisation,
    kind: Kind,
    *,
    facts: Mapping[str, object] | None = None,
    campaign: Campaign | None = None,
    person: Person | None = None,
    role: Role | None = None,
    loud: bool = False,
    once: str = "",
) -> Notice | None:
    """Writes the notice, and the webhook deliveries of its event; None if it was told before.

    Without person and role, everyone of the organisation is told. `once` names what must be told
    only once per organisation and kind, such as "2026-11/80".
    """
    try:
        with transaction.atomic():
            notice = Notice.objects.create(
                organisation=organisation,
                campaign=campaign,
                kind=kind.slug,
                facts=dict(facts or {}),
                person=person,
                role=role or "",
                loud=loud,
                once=once,
            )
    except IntegrityError:
        if once:
            return None
        raise
    if kind.event is not None:
        webhooks.post(organisation, kind.event, notice.facts)
    return notice


def sentence(notice: Notice) -> str:
    """The notice in the language that is active now."""
    kind = KINDS[notice.kind]
    facts: dict[str, object] = {
        name: _said(kind, name, notice.facts[name]) for name in notice.facts
    }
    return str(kind.sentence) % facts


def _said(kind: Kind, name: str, value: object) -> object:
    """A state by its label, a reason of ours in the reader's language, anything else as it is."""
    if name in ("before", "after") and kind.states is not None and value in kind.states.values:
        return kind.states(value).label
    return gettext(value) if name == "why" and isinstance(value, str) and value else value


def for_person(person: Person) -> QuerySet[Notice]:
    """What this person is to be told: theirs, their roles', and everyone's; not what they muted."""
    mine = Membership.objects.filter(person=person)
    to_my_roles = Q()
    for organisation_id, role in mine.values_list("organisation", "role"):
        to_my_roles |= (
            Q(role=role) if organisation_id is None else Q(role=role, organisation=organisation_id)
        )
    addressed = Q(person=person) | (Q(person=None) & (Q(role="") | to_my_roles))
    return (
        visible_to(person, Notice.objects.all())
        .filter(addressed)
        .exclude(kind__in=person.muted_notices)
    )


def unread(person: Person) -> QuerySet[Notice]:
    return for_person(person).exclude(read_by=person)


def mark_read(notice: Notice, person: Person) -> None:
    notice.read_by.add(person)


def mark_all_read(person: Person) -> int:
    """Everything this person has not read yet; how many there were."""
    found = list(unread(person))
    through = Notice.read_by.through
    rows = [through(notice_id=notice.pk, person_id=person.pk) for notice in found]
    through._default_manager.bulk_create(rows, ignore_conflicts=True)
    return len(found)


def mute(person: Person, kinds: Collection[str]) -> None:
    """From now on this person does not see these kinds; ValueError for one that is not known."""
    if unknown := set(kinds) - set(KINDS):
        raise ValueError(f"not kinds of notices: {unknown}")
    Person.objects.filter(pk=person.pk).update(muted_notices=sorted(kinds))
    person.muted_notices = sorted(kinds)
