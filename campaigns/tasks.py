"""Clock work. Each task finds its work by query, so that a lost message is a delay, not a loss."""

import time
from contextlib import suppress

import structlog
from celery import shared_task
from django.utils import timezone

from campaigns import billing, letters, lifecycle, standing, webhooks
from campaigns.models import Account, Standing
from campaigns.refusals import WrongState

log = structlog.get_logger(__name__)

_DELIVERY_BUDGET_S = 10.0
_DELIVERIES_PER_RUN = 50


@shared_task(name="campaigns.account_clock", ignore_result=True)
def account_clock() -> None:
    """Finishes set-ups, closes the month, duns, and ends campaigns that are over."""
    now = timezone.now()
    billing.close_those_due(now)
    for account in Account.objects.filter(standing=Standing.DELIVERING):
        with suppress(WrongState):  # a person was faster
            standing.finish_setup(account)
    moving = [Standing.NORMAL, Standing.LOW_BALANCE, *standing.OWING]
    for account in Account.objects.filter(standing__in=moving):
        with suppress(WrongState):
            standing.dun(account, now=now)
    lifecycle.end_those_over(now)


@shared_task(name="campaigns.reconcile", ignore_result=True)
def reconcile() -> None:
    """Adds every ledger up; an account whose records disagree is stopped and everyone is told."""
    for account in Account.objects.exclude(standing=Standing.NOT_EXIST):
        if not standing.examine(account):
            log.error("ledger_does_not_add_up", account=account.pk)


@shared_task(name="campaigns.mail_notices", ignore_result=True)
def mail_notices() -> None:
    """Sends notices by e-mail, where the site has a mail server."""
    if sent := letters.send_due(timezone.now()):
        log.info("sent_letters", letters=sent)


@shared_task(name="campaigns.deliver_webhooks", ignore_result=True)
def deliver_webhooks() -> None:
    """Delivers what is due, one after the other, for at most ten seconds: the rest is next."""
    ends_at = time.monotonic() + _DELIVERY_BUDGET_S
    for delivery_id in webhooks.due(timezone.now(), limit=_DELIVERIES_PER_RUN):
        if time.monotonic() > ends_at:
            return
        webhooks.deliver(delivery_id, timezone.now())
