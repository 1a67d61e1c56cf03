"""How long an organisation keeps what must be kept: consent records and deletion receipts."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns import audit
from campaigns.access import Act, require
from campaigns.models import Organisation, Person
from campaigns.refusals import ReasonMissing

# Half a year at least, because unlabelled copies may have been given; ten years at most.
KEPT_DAYS = (183, 3_653)


def keep_consents(organisation: Organisation, *, days: int, by: Person, why: str) -> None:
    """Sets for how many days consent records are kept. Raises ReasonMissing or ValidationError."""
    require(by, Act.RETENTION_SET, organisation)
    if not why.strip():
        raise ReasonMissing
    least, most = KEPT_DAYS
    if not least <= days <= most:
        problem = _("Between %(least)s and %(most)s days.")
        raise ValidationError(problem % {"least": least, "most": most})
    with transaction.atomic():
        row = Organisation.objects.select_for_update().get(pk=organisation.pk)
        before, row.consent_kept_days = row.consent_kept_days, days
        row.save(update_fields=["consent_kept_days"])
        audit.record(
            Act.RETENTION_SET,
            row,
            by=by,
            before={"consent_kept_days": before},
            after={"consent_kept_days": days},
            why=why,
        )
    organisation.consent_kept_days = days
