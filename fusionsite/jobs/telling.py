"""Tells the organisation's programs what became of a job, in the job's own transaction.

A visitor's picture is the visitor's: its address is told to nobody. A partner's own picture comes
with the address that the partner's call was answered with.
"""

from typing import Any

from django.utils import timezone

from campaigns import webhooks
from campaigns.models import WebhookEvent
from campaigns.refusals import Refusal
from fusionsite.jobs.models import FusionJob
from fusionsite.results import links
from fusionsite.results.models import Result

_VISITORS = frozenset({"upload", "demo"})


def ready(job: FusionJob, result: Result | None) -> None:
    """The picture is there; a picture that was answered as bytes has no address."""
    if job.kind == FusionJob.Kind.FACES:
        return  # a measuring makes no picture

    def facts() -> dict[str, Any]:
        told = _facts(job) | {"charged": job.charged}
        if result is not None:
            told |= {"result": result.key, "expires_at": result.expires_at}
            if job.door not in _VISITORS:
                told["picture_url"] = links.picture_url(result)
        return told

    webhooks.post(job.organisation_id, WebhookEvent.RESULT_READY, facts)


def failed(job: FusionJob, refusal: Refusal) -> None:
    """No picture, nothing charged, and why."""
    if job.kind == FusionJob.Kind.FACES:
        return
    facts = _facts(job) | {"charged": False, "code": refusal.code}
    webhooks.post(job.organisation_id, WebhookEvent.RESULT_FAILED, facts)


def _facts(job: FusionJob) -> dict[str, Any]:
    return {
        "id": str(job.public_id),
        "kind": job.kind,
        "door": job.door,
        "request_id": job.request_id,
        "campaign": job.campaign.project_id if job.campaign else None,
        "material": job.material.model_id if job.material else None,
        "finished_at": timezone.now(),
    }
