"""Who may do what: one table, role by act, used by console and API alike.

A model says whose it is by `organisation_path`, the lookup from it to its organisation
(`"pk"` on Organisation itself). Models without one belong to the whole site.
"""

from typing import TYPE_CHECKING, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import SITE_ROLES, Membership, Person, Role, organisation_of
from campaigns.refusals import NotAllowed, NothingHere, SamePerson

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

_Row = TypeVar("_Row", bound="Model")


class Act(models.TextChoices):
    """Everything a person may do."""

    SEE = "see", _("see it")
    # Campaigns
    CAMPAIGN_EDIT = "campaign_edit", _("create and edit campaigns")
    CAMPAIGN_PUBLISH = "campaign_publish", _("publish a campaign")
    CAMPAIGN_PAUSE = "campaign_pause", _("pause and resume a campaign")
    CAMPAIGN_END = "campaign_end", _("end a campaign")
    CAMPAIGN_ARCHIVE = "campaign_archive", _("archive a campaign")
    CAMPAIGN_CLONE = "campaign_clone", _("copy a campaign")
    # Materials
    MATERIAL_EDIT = "material_edit", _("add and edit materials")
    MATERIAL_SUBMIT = "material_submit", _("submit a material")
    MATERIAL_WITHDRAW = "material_withdraw", _("withdraw a material")
    MATERIAL_APPEAL = "material_appeal", _("appeal a decision")
    MATERIAL_REVIEW = "material_review", _("approve and reject materials")
    APPEAL_DECIDE = "appeal_decide", _("decide appeals")
    RIGHTS_EDIT = "rights_edit", _("record rights")
    # Results and what visitors leave
    RESULT_MODERATE = "result_moderate", _("moderate results")
    TAKEDOWN_DECIDE = "takedown_decide", _("decide takedown reports")
    DATA_EXPORT = "data_export", _("export counts, contacts and pictures")
    UNLABELLED_ASK = "unlabelled_ask", _("ask for an unlabelled copy")
    UNLABELLED_GRANT = "unlabelled_grant", _("grant an unlabelled copy")
    STATISTICS_SEE = "statistics_see", _("see statistics")
    # Money
    LEDGER_SEE = "ledger_see", _("see the ledger")
    SERVICE_OPEN = "service_open", _("open the service")
    TOP_UP = "top_up", _("top up")
    PACK_SELL = "pack_sell", _("book a pack")
    FEE_TAKE = "fee_take", _("take or stop an authorization fee")
    ACCOUNT_CORRECT = "account_correct", _("correct the ledger and resolve its state")
    ACCOUNT_TERMS = "account_terms", _("set price and terms of an account")
    CAPS_SET = "caps_set", _("set spending caps")
    FREEZE = "freeze", _("freeze and unfreeze an account")
    # Partners
    CREDENTIAL_MANAGE = "credential_manage", _("manage keys")
    WEBHOOK_MANAGE = "webhook_manage", _("manage webhooks")
    REQUEST_LOG_SEE = "request_log_see", _("search the request log")
    # Limits
    QUOTA_ASK = "quota_ask", _("ask for a higher limit")
    QUOTA_GRANT = "quota_grant", _("decide on a higher limit")
    QUOTA_SET = "quota_set", _("set limits")
    # The site
    PEOPLE_MANAGE = "people_manage", _("manage people and roles")
    ORGANISATION_MANAGE = "organisation_manage", _("manage organisations")
    RETENTION_SET = "retention_set", _("set how long things are kept")
    PRIVACY_SEE = "privacy_see", _("see the privacy centre")
    HEALTH_SEE = "health_see", _("see the site's health")
    AUDIT_SEE = "audit_see", _("see the audit trail")


TABLE: dict[Role, frozenset[Act]] = {
    Role.OPERATOR: frozenset(
        {
            Act.SEE,
            Act.CAMPAIGN_EDIT,
            Act.CAMPAIGN_PUBLISH,
            Act.CAMPAIGN_PAUSE,
            Act.CAMPAIGN_END,
            Act.CAMPAIGN_ARCHIVE,
            Act.CAMPAIGN_CLONE,
            Act.MATERIAL_EDIT,
            Act.MATERIAL_SUBMIT,
            Act.MATERIAL_WITHDRAW,
            Act.MATERIAL_APPEAL,
            Act.RIGHTS_EDIT,
            Act.RESULT_MODERATE,
            Act.DATA_EXPORT,
            Act.UNLABELLED_ASK,
            Act.STATISTICS_SEE,
            Act.QUOTA_ASK,
            Act.PRIVACY_SEE,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            Act.SEE,
            Act.MATERIAL_REVIEW,
            Act.MATERIAL_WITHDRAW,
            Act.APPEAL_DECIDE,
            Act.RESULT_MODERATE,
            Act.TAKEDOWN_DECIDE,
            Act.UNLABELLED_GRANT,
        }
    ),
    Role.FINANCE: frozenset(
        {
            Act.SEE,
            Act.STATISTICS_SEE,
            Act.LEDGER_SEE,
            Act.SERVICE_OPEN,
            Act.TOP_UP,
            Act.PACK_SELL,
            Act.FEE_TAKE,
            Act.ACCOUNT_CORRECT,
            Act.ACCOUNT_TERMS,
            Act.CAPS_SET,
            Act.FREEZE,
        }
    ),
    Role.PARTNER: frozenset(
        {
            Act.SEE,
            Act.STATISTICS_SEE,
            Act.CREDENTIAL_MANAGE,
            Act.WEBHOOK_MANAGE,
            Act.REQUEST_LOG_SEE,
            Act.QUOTA_ASK,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Act.SEE,
            Act.STATISTICS_SEE,
            Act.LEDGER_SEE,
            Act.REQUEST_LOG_SEE,
            Act.PRIVACY_SEE,
            Act.HEALTH_SEE,
            Act.AUDIT_SEE,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Act.SEE,
            Act.STATISTICS_SEE,
            Act.LEDGER_SEE,
            Act.ACCOUNT_TERMS,
            Act.FREEZE,
            Act.CREDENTIAL_MANAGE,
            Act.REQUEST_LOG_SEE,
            Act.QUOTA_GRANT,
            Act.QUOTA_SET,
            Act.PEOPLE_MANAGE,
            Act.ORGANISATION_MANAGE,
            Act.RETENTION_SET,
            Act.PRIVACY_SEE,
            Act.HEALTH_SEE,
            Act.AUDIT_SEE,
        }
    ),
}


def allowed(person: Person | AnonymousUser, act: Act, obj: "Model | None" = None) -> bool:
    """Whether one of the person's roles at `obj`'s organisation includes the act.

    Without `obj` the act is about the whole site, so only site-wide roles count.
    """
    return any(act in TABLE[role] for role in roles(person, obj))


def anywhere(person: Person | AnonymousUser, act: Act) -> bool:
    """Whether the person may do the act somewhere; for menus, never as the check itself."""
    return any(act in TABLE[role] for role in _all_roles(person))


def acts_anywhere(person: Person | AnonymousUser) -> frozenset[Act]:
    """All that `anywhere` would say yes to, in one query; for menus, never as the check itself."""
    return frozenset(act for role in _all_roles(person) for act in TABLE[role])


def acts_on(person: Person | AnonymousUser, obj: "Model | None") -> frozenset[Act]:
    """All that `allowed` would say yes to for `obj`, in one query; for the buttons of a page."""
    return frozenset(act for role in roles(person, obj) for act in TABLE[role])


def require(person: Person | AnonymousUser, act: Act, obj: "Model | None" = None) -> None:
    """Raises NotAllowed; NothingHere if the person may not even know that `obj` is there."""
    if allowed(person, act, obj):
        return
    if obj is not None and not allowed(person, Act.SEE, obj):
        raise NothingHere
    raise NotAllowed(act)


def require_other(person: Person, first: "Person | None") -> None:
    """Raises SamePerson if `person` would decide what they themselves asked for."""
    if first is not None and person.pk == first.pk:
        raise SamePerson


def roles(person: Person | AnonymousUser, obj: "Model | None" = None) -> set[Role]:
    """The roles that count for `obj`: those at its organisation and the site-wide ones."""
    organisation = None if obj is None else organisation_of(obj)
    held = _memberships(person).filter(Q(organisation=None) | Q(organisation=organisation))
    return _roles(held, person)


def visible_to(
    person: Person | AnonymousUser, queryset: "QuerySet[_Row]", act: Act = Act.SEE
) -> "QuerySet[_Row]":
    """The rows of `queryset` on which the person may do `act`; every tenant query starts here."""
    if any(act in TABLE[role] for role in roles(person)):
        return queryset
    path: str | None = getattr(queryset.model, "organisation_path", None)
    if path is None:
        return queryset.none()
    fitting = [role for role in Role if act in TABLE[role] and role not in SITE_ROLES]
    mine = _memberships(person).filter(role__in=fitting).values("organisation")
    return queryset.filter(**{f"{path}__in": mine})


def _all_roles(person: Person | AnonymousUser) -> set[Role]:
    return _roles(_memberships(person), person)


def _roles(held: "QuerySet[Membership]", person: Person | AnonymousUser) -> set[Role]:
    found = {Role(role) for role in held.values_list("role", flat=True)}
    # The first person of a site comes from `createsuperuser` and must be able to begin.
    if person.is_active and person.is_superuser:
        found.add(Role.ADMINISTRATOR)
    return found


def _memberships(person: Person | AnonymousUser) -> "QuerySet[Membership]":
    if not isinstance(person, Person) or not person.is_active:
        return Membership.objects.none()
    return Membership.objects.filter(person=person)
