"""Tells partners' programs what happened: `post` writes rows, the clock delivers them.

Signed as in Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over "id.timestamp.body".
Delivered at least once, with pauses that grow; the message id is the same at each attempt.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F
from django.utils import timezone

from campaigns import audit, outbound, sealing
from campaigns.access import Act, require
from campaigns.models import Organisation, Person, WebhookDelivery, WebhookEndpoint, WebhookEvent
from campaigns.prepared import Prepared, Slot
from campaigns.refusals import OutboundRefused, WrongState

# After the first attempt fails, the next one comes this much later, and so on; then it gives up.
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
# A delivery whose process died is taken up again after this.
_LEASE = timedelta(seconds=60)
_ANSWER_BYTES = 4_096
_TIMEOUT_S = 8.0
_ENDPOINTS = Prepared(
    lambda: WebhookEndpoint.objects.filter(
        organisation_id=Slot("organisation"), disabled_at__isnull=True
    ),
    remembered=True,
)


@dataclass(frozen=True)
class NewEndpoint:
    """An endpoint and its signing secret, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str = field(repr=False)


def add_endpoint(
    organisation: Organisation, *, by: Person, url: str, events: list[WebhookEvent]
) -> NewEndpoint:
    """A new endpoint; raises OutboundRefused if the address is one we do not go to."""
    require(by, Act.WEBHOOK_MANAGE, organisation)
    outbound.check_address(url)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    endpoint = WebhookEndpoint.objects.create(
        organisation=organisation,
        url=url,
        events=[str(event) for event in events],
        secret_sealed=sealing.seal(secret),
    )
    audit.record(Act.WEBHOOK_MANAGE, endpoint, by=by, after={"url": url, "events": events})
    return NewEndpoint(endpoint, secret)


def disable_endpoint(endpoint: WebhookEndpoint, *, by: Person) -> None:
    """Nothing goes there any more, deliveries that wait included."""
    require(by, Act.WEBHOOK_MANAGE, endpoint)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(disabled_at=timezone.now())
    audit.record(Act.WEBHOOK_MANAGE, endpoint, by=by, after={"disabled": True})


Payload = Mapping[str, object]


def post(
    organisation: Organisation | int, event: WebhookEvent, payload: Payload | Callable[[], Payload]
) -> list[WebhookDelivery]:
    """One waiting delivery per endpoint of the organisation that wants the event.

    In the caller's transaction: the event is told if and only if what it tells of has happened.
    payload: or what makes it, which is called only when somebody listens.
    """
    return [
        WebhookDelivery.objects.create(
            endpoint=endpoint,
            event=event,
            payload=dict(payload() if callable(payload) else payload),
        )
        for endpoint in _ENDPOINTS.all(
            organisation=organisation if isinstance(organisation, int) else organisation.pk
        )
        if endpoint.wants(event)
    ]


def test(endpoint: WebhookEndpoint, *, by: Person) -> WebhookDelivery:
    """A delivery that says nothing but that it is a test."""
    require(by, Act.WEBHOOK_MANAGE, endpoint)
    return WebhookDelivery.objects.create(
        endpoint=endpoint, event=WebhookEvent.TEST, payload={"test": True}
    )


def replay(delivery: WebhookDelivery, *, by: Person) -> None:
    """Sends a finished delivery again under the same message id; raises WrongState."""
    require(by, Act.WEBHOOK_MANAGE, delivery)
    State = WebhookDelivery.State
    again = WebhookDelivery.objects.filter(
        pk=delivery.pk, state__in=[State.DELIVERED, State.GIVEN_UP]
    ).update(state=State.WAITING, attempts=0, due_at=timezone.now(), delivered_at=None)
    if not again:
        raise WrongState(delivery.state)


def due(now: datetime, *, limit: int) -> list[int]:
    """The ids of deliveries whose time has come, the longest waiting first."""
    return list(
        WebhookDelivery.objects.filter(
            state__in=[WebhookDelivery.State.WAITING, WebhookDelivery.State.SENDING],
            due_at__lte=now,
            endpoint__disabled_at__isnull=True,
        )
        .order_by("due_at")
        .values_list("pk", flat=True)[:limit]
    )


def deliver(delivery_id: int, now: datetime) -> bool:
    """One attempt; whether it was delivered. A second caller at the same time does nothing."""
    claimed = WebhookDelivery.objects.filter(
        pk=delivery_id,
        state__in=[WebhookDelivery.State.WAITING, WebhookDelivery.State.SENDING],
        due_at__lte=now,
    ).update(state=WebhookDelivery.State.SENDING, due_at=now + _LEASE, attempts=F("attempts") + 1)
    if not claimed:
        return False
    delivery = WebhookDelivery.objects.select_related("endpoint").get(pk=delivery_id)
    status, problem = _send(delivery, now)
    _finish(delivery, now, status, problem)
    return not problem


def signed(secret: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks; the key is the base64 part of the secret."""
    stamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def _send(delivery: WebhookDelivery, now: datetime) -> tuple[int | None, str]:
    """(status of the answer, problem or "")."""
    message = {
        "type": delivery.event,
        "timestamp": delivery.created_at.isoformat(),
        "data": delivery.payload,
    }
    body = json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False).encode()
    secret = sealing.unseal(delivery.endpoint.secret_sealed)
    headers = signed(secret, str(delivery.message_id), now, body)
    headers["content-type"] = "application/json"
    try:
        answer = outbound.post(
            delivery.endpoint.url,
            body=body,
            headers=headers,
            max_bytes=_ANSWER_BYTES,
            timeout_s=_TIMEOUT_S,
        )
    except OutboundRefused as refusal:
        return None, refusal.code
    return answer.status, "" if 200 <= answer.status < 300 else f"http-{answer.status}"


def _finish(delivery: WebhookDelivery, now: datetime, status: int | None, problem: str) -> None:
    State = WebhookDelivery.State
    if not problem:
        state, due_at = State.DELIVERED, now
    elif delivery.attempts <= len(PAUSES):
        state, due_at = State.WAITING, now + PAUSES[delivery.attempts - 1]
    else:
        state, due_at = State.GIVEN_UP, now
    WebhookDelivery.objects.filter(pk=delivery.pk, state=State.SENDING).update(
        state=state,
        due_at=due_at,
        answer_status=status,
        problem=problem,
        delivered_at=None if problem else now,
    )
