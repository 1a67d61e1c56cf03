"""Privacy: what is held of people right now, for how long, and whether erasure keeps its word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Count, F, Min, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import retention
from campaigns.access import Act, acts_on, visible_to
from campaigns.models import Campaign, Organisation, Person
from fusionsite.console.deeds import Deed, DeedPage, Values, WhyForm
from fusionsite.console.page import ConsolePage
from fusionsite.jobs import erasure, photos
from fusionsite.jobs.models import Consent, FusionJob, Lead
from fusionsite.results.models import ErasureRun, Result

# Colours of the meter: from here on the filing should be prepared.
NEAR_THRESHOLD = 0.8
SHOWN_CAMPAIGNS = 50


@dataclass(frozen=True)
class Held:
    """What is held of people, as far as the reader may know."""

    photos: int
    results: int
    oldest: datetime | None
    overdue: int
    failing: int
    people: int
    consents: int
    withdrawn: int
    leads: int
    next_purge: Any


class PrivacyPage(ConsolePage):
    """The figures, the periods and the runs."""

    template_name = "console/office/privacy.html"
    act = Act.PRIVACY_SEE
    title = _("Privacy")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        everywhere = acts_on(self.person, None)
        site = Act.PRIVACY_SEE in everywhere
        held = held_for(self.person, site=site)
        threshold = settings.FUSION_FILING_THRESHOLD
        campaigns = visible_to(self.person, Campaign.objects.all(), Act.PRIVACY_SEE)
        running = campaigns.filter(state__in=["published", "paused", "ended"])
        return super().get_context_data(
            held=held,
            threshold=threshold,
            near=int(threshold * NEAR_THRESHOLD),
            site=site,
            may_set=Act.RETENTION_SET in everywhere,
            organisations=visible_to(self.person, Organisation.objects.all(), Act.PRIVACY_SEE),
            campaigns=running.prefetch_related("texts").select_related("organisation")[
                :SHOWN_CAMPAIGNS
            ],
            runs=ErasureRun.objects.select_related("by")[:20] if site else [],
            failing=_failing(self.person),
            photo_life_s=settings.FUSION_PHOTO_LIFE_S,
            **more,
        )


def held_for(person: Person, *, site: bool) -> Held:
    """What is held at the organisations whose privacy this person may look at."""
    now = timezone.now()
    held = _mine(person, Result).filter(erased_at=None)
    facts = held.aggregate(
        results=Count("pk"),
        oldest=Min("created_at"),
        overdue=Count("pk", filter=Q(expires_at__lte=now)),
        failing=Count("pk", filter=Q(erase_failures__gt=0)),
        known=Count("visitor", distinct=True, filter=~Q(visitor="")),
        unknown=Count("pk", filter=Q(visitor="")),
    )
    agreed = _mine(person, Consent).aggregate(
        consents=Count("pk"), withdrawn=Count("pk", filter=~Q(withdrawn_at=None))
    )
    left = _mine(person, Lead).aggregate(leads=Count("pk"), next_purge=Min("purge_on"))
    people = facts.pop("known") + facts.pop("unknown")
    return Held(photos=_photos(person, site=site), people=people, **facts, **agreed, **left)


def _mine(person: Person, model: Any) -> Any:
    return visible_to(person, model.objects.all(), Act.PRIVACY_SEE)


def _photos(person: Person, *, site: bool) -> int:
    """Jobs whose photos are in the storage now, files that no job knows included for the site."""
    folders = list(photos.held())
    if site or not folders:
        return len(folders)
    jobs = _mine(person, FusionJob)
    known = [folder for folder in folders if photos.names_a_job(folder)]
    count: int = jobs.filter(public_id__in=known).count()
    return count


def _failing(person: Person) -> Any:
    """Pictures that should be gone and could not be erased yet; the most tried first."""
    failing = _mine(person, Result).filter(erased_at=None, erase_failures__gt=0)
    return failing.select_related("campaign").order_by(F("erase_failures").desc(), "pk")[:20]


# --- Acts ------------------------------------------------------------------------------------


class KeptForm(WhyForm):
    days = forms.IntegerField(
        label=_("Consent records are kept for so many days"),
        min_value=retention.KEPT_DAYS[0],
        max_value=retention.KEPT_DAYS[1],
    )
    field_order = ["days", "why"]

    def prepare(self) -> None:
        self.initial = {"days": self.subject.consent_kept_days}


def _keep(organisation: Organisation, by: Person, values: Values) -> None:
    retention.keep_consents(organisation, by=by, **values)


class RetentionPage(DeedPage):
    """How long one organisation keeps its consent records."""

    act = Act.RETENTION_SET
    deeds = (
        Deed(
            "consents",
            _("Set the period"),
            Act.RETENTION_SET,
            _keep,
            _("Older records are erased within the hour, unless their picture is still held."),
            KeptForm,
        ),
    )

    def find(self) -> Organisation:
        rows = visible_to(self.person, Organisation.objects.all())
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def back(self) -> str:
        return reverse("admin:privacy")


def _erase(_site: object, by: Person, _values: Values) -> None:
    erasure.erase_all(by=by)


class ErasurePage(DeedPage):
    """Every erasure at once."""

    act = Act.RETENTION_SET
    deeds = (
        Deed(
            "run",
            _("Erase what is due now"),
            Act.RETENTION_SET,
            _erase,
            _(
                "Photos left behind, pictures whose link has ended, contact details and consent "
                "records past their day. Nothing that is still due to somebody is touched."
            ),
            done=_("Erased what was due; the runs below say how much."),
        ),
    )

    def find(self) -> Any:
        return _("Privacy")

    def back(self) -> str:
        return reverse("admin:privacy")
