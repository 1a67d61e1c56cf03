"""Where a partner wants to be told, and what was sent there."""

import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.organisation import Organisation


class WebhookEvent(models.TextChoices):
    """What can be told; `docs/own-api.md` says what each carries."""

    RESULT_READY = "result.ready", _("Result ready")
    RESULT_FAILED = "result.failed", _("Result failed")
    RESULT_DELETED = "result.deleted", _("Result deleted")
    MATERIAL_DECIDED = "material.decided", _("Material decided")
    QUOTA_THRESHOLD = "quota.threshold", _("Cap threshold reached")
    ACCOUNT_STATE = "account.state", _("Account state changed")
    TEST = "test", _("Test")


class WebhookEndpoint(models.Model):
    """One address of a partner. Deliveries are signed with its secret, which is kept encrypted."""

    organisation_path: ClassVar[str] = "organisation"

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="webhooks", verbose_name=_("organisation")
    )
    url = models.CharField(
        _("address"), max_length=500, validators=[URLValidator(schemes=["https", "http"])]
    )
    events = models.JSONField(
        _("events"), default=list, blank=True, help_text=_("Empty: all of them.")
    )
    secret_sealed = models.TextField(editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    disabled_at = models.DateTimeField(_("disabled"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["organisation", "url"]

    def __str__(self) -> str:
        return self.url

    def wants(self, event: str) -> bool:
        return self.disabled_at is None and (
            not self.events or event in self.events or event == WebhookEvent.TEST
        )


class WebhookDelivery(models.Model):
    """One message to one endpoint: waiting -> sending -> delivered, or waiting again, or given up.

    `message_id` is the same at every attempt, so that a receiver can drop repeats.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        DELIVERED = "delivered", _("Delivered")
        GIVEN_UP = "given_up", _("Given up")

    organisation_path: ClassVar[str] = "endpoint__organisation"

    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    message_id = models.UUIDField(_("message id"), default=uuid.uuid4, unique=True)
    event = models.CharField(_("event"), max_length=40, choices=WebhookEvent.choices)
    payload = models.JSONField(_("payload"), encoder=DjangoJSONEncoder)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    answer_status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="webhook_delivery_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"

    @property
    def organisation(self) -> Organisation:
        return self.endpoint.organisation
