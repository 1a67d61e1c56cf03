"""When each webhook event comes, and an example of its data; a test holds them to what is sent."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.models import WebhookEvent

WHEN: Mapping[WebhookEvent, Any] = {
    WebhookEvent.RESULT_READY: _("A picture was made."),
    WebhookEvent.RESULT_FAILED: _("A call was accepted, and no picture came of it."),
    WebhookEvent.RESULT_DELETED: _("A picture was erased: by its clock, its owner or an operator."),
    WebhookEvent.MATERIAL_DECIDED: _("A material was approved or rejected, or an appeal decided."),
    WebhookEvent.QUOTA_THRESHOLD: _("50, 80 or 100 % of a cap is used."),
    WebhookEvent.ACCOUNT_STATE: _("The account went from one state to another."),
    WebhookEvent.TEST: _("Somebody pressed “Send a test”."),
}
_JOB = {
    "id": "5b0f1a52-9f0a-4c8e-8a67-6f1d1c2b7e11",
    "kind": "fuse",
    "door": "tencent_v3",
    "request_id": "0d9a6a0e-2a43-4f4e-b0ad-2f1f6b5b8c10",
    "campaign": 100646,
    "material": "qc_100646_154021_9",
    "finished_at": "2026-11-21T09:30:00Z",
}
EXAMPLES: Mapping[WebhookEvent, dict[str, Any]] = {
    WebhookEvent.RESULT_READY: {
        **_JOB,
        "charged": True,
        "result": "mW3kz0V9tQ1xYb7c",
        "expires_at": "2026-11-28T09:30:00Z",
        "picture_url": "https://fusion.example.org/r/…",
    },
    WebhookEvent.RESULT_FAILED: {**_JOB, "code": "no-face", "charged": False},
    WebhookEvent.RESULT_DELETED: {
        "result": "mW3kz0V9tQ1xYb7c",
        "campaign": 100646,
        "why": "expired",
        "erased_at": "2026-11-28T09:30:00Z",
    },
    WebhookEvent.MATERIAL_DECIDED: {
        "campaign": 100646,
        "model_id": "qc_100646_154021_9",
        "title": "Lantern Keeper",
        "status": 1,
        "state": "approved",
        "version": 1,
        "version_state": "approved",
        "reasons": [],
    },
    WebhookEvent.QUOTA_THRESHOLD: {
        "what": "campaign 100646",
        "percent": 80,
        "used": 800,
        "cap": 1000,
        "unit": "pictures",
    },
    WebhookEvent.ACCOUNT_STATE: {
        "appid": "1250000001",
        "before": "normal",
        "after": "low_balance",
        "why": "balance",
    },
    WebhookEvent.TEST: {"test": True},
}
