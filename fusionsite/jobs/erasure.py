"""What is erased around jobs, by the clock or by a person who does not want to wait for it."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from campaigns import audit
from campaigns.access import Act, require
from campaigns.models import Organisation, Person
from fusionsite.jobs import consents, photos
from fusionsite.jobs.models import Consent
from fusionsite.results import erasing
from fusionsite.results.models import ErasureRun

Kind = ErasureRun.Kind
BATCH = 2_000


def erase_all(*, by: Person) -> list[ErasureRun]:
    """Every erasure at once, asked for by a person; the rows say what went and what failed."""
    require(by, Act.RETENTION_SET)
    now = timezone.now()
    runs = [
        erase_photos(now, by=by),
        erasing.erase_due(now, by=by),
        erase_leads(now, by=by),
        erase_consents(now, by=by),
    ]
    for run in runs:
        facts = {"erased": run.erased, "failed": run.failed}
        audit.record("erasure_run", run, by=by, after=facts)
    return runs


def erase_photos(now: datetime, *, by: Person | None = None) -> ErasureRun:
    """Photos that outlived their time; the sum of jobs whose files went."""
    return erasing.note(Kind.PHOTOS, now, erased=photos.erase_stale(now), by=by)


def erase_leads(now: datetime, *, by: Person | None = None) -> ErasureRun:
    """Contact details whose purge date has come."""
    gone = consents.erase_due_leads(timezone.localdate(now))
    return erasing.note(Kind.LEADS, now, erased=gone, by=by)


def erase_consents(now: datetime, *, by: Person | None = None) -> ErasureRun:
    """Consent records older than their organisation keeps them, once the picture is gone too."""
    gone = sum(_erase_consents_of(organisation, now) for organisation in Organisation.objects.all())
    return erasing.note(Kind.CONSENTS, now, erased=gone, by=by)


def _erase_consents_of(organisation: Organisation, now: datetime) -> int:
    before = now - timedelta(days=organisation.consent_kept_days)
    gone = Q(job=None) | Q(job__result=None) | Q(job__result__erased_at__isnull=False)
    old = Consent.objects.filter(gone, campaign__organisation=organisation, given_at__lt=before)
    oldest = list(old.order_by("given_at").values_list("pk", flat=True)[:BATCH])
    Consent.objects.filter(pk__in=oldest).delete()
    return len(oldest)
