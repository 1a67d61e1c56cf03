"""Clock work: an account that has a key has a sandbox, wherever the key was made."""

import structlog
from celery import shared_task

from campaigns.models import Campaign, Credential
from campaigns.refusals import NotAllowed, NothingHere
from fusionsite import trying

log = structlog.get_logger(__name__)
_AT_A_TIME = 20


@shared_task(name="developers.stock_sandboxes", ignore_result=True)
def stock_sandboxes() -> None:
    """Makes the sandboxes that are missing, on behalf of whoever made the account's first key."""
    having = Campaign.objects.filter(sandbox=True).values("account")
    first_keys = (
        Credential.objects.filter(disabled_at=None, created_by__isnull=False)
        .exclude(account__in=having)
        .select_related("account__organisation", "created_by")
        .order_by("pk")
    )
    for key in first_keys[:_AT_A_TIME]:
        if key.created_by is None:
            continue
        try:
            trying.sandbox_for(key.account, by=key.created_by)
        except (NotAllowed, NothingHere):
            log.info("sandbox_not_made", account=key.account.appid)
