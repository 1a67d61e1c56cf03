"""Which materials a list shows: by where they stand, by what was found on them, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from templates_app.models import Finding, State
from templates_app.models.material import SERVING_STATES

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from templates_app.models.material import MaterialQuerySet

_KEPT = Q(deleted_at=None)
_ALIVE = _KEPT & ~Q(state=State.WITHDRAWN)

# What a tab shows. A material that serves while a newer version is under review is in both tabs.
TABS: dict[str, tuple[Promise, Q]] = {
    "": (_("All"), _KEPT),
    "draft": (_("Draft"), _ALIVE & Q(newest_state=State.DRAFT)),
    "review": (_("In review"), _ALIVE & Q(newest_state=State.PENDING)),
    "approved": (_("Approved"), _ALIVE & Q(state__in=SERVING_STATES)),
    "rejected": (_("Rejected"), _ALIVE & Q(newest_state__in=(State.REJECTED, State.APPEAL_LOST))),
    "appealed": (_("Appeals"), _ALIVE & Q(newest_state=State.APPEALED)),
    "withdrawn": (_("Withdrawn"), _KEPT & Q(state=State.WITHDRAWN)),
    "deleted": (_("Deleted"), ~_KEPT),
}


def counts(rows: MaterialQuerySet) -> dict[str, int]:
    """How many rows each tab shows, in one query; rows come from `with_newest`."""
    wanted = {f"n_{slug}": Count("pk", filter=shown) for slug, (_title, shown) in TABS.items()}
    found = rows.order_by().aggregate(**wanted)
    return {slug: found[f"n_{slug}"] for slug in TABS}


def on_tab(rows: MaterialQuerySet, slug: str) -> MaterialQuerySet:
    """The rows of that tab; of the first one for a name that is none."""
    _title, shown = TABS.get(slug, TABS[""])
    return rows.filter(shown)


def missing_rule(rows: MaterialQuerySet, rule: str) -> MaterialQuerySet:
    """Those whose version in work misses the limit of that rule."""
    missed = Finding.objects.filter(version=OuterRef("newest_pk"), rule=rule, met=False)
    return rows.filter(Exists(missed))


def named(rows: MaterialQuerySet, text: str) -> MaterialQuerySet:
    """Those whose id or title, in any language, contains the text."""
    wanted = Q(model_id__icontains=text)
    for code, _name in settings.LANGUAGES:
        wanted |= Q(**{f"titles__{code}__icontains": text})
    return rows.filter(wanted)
