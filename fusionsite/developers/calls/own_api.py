"""The own API: a bearer's token, or five signed lines."""

import hashlib
from functools import partial
from typing import Any

from django.utils.translation import gettext_noop as _

from campaigns.models import Credential, Dialect
from fusionsite.api import signature
from fusionsite.developers.calls.base import (
    HIDDEN,
    Need,
    Operation,
    Prepared,
    Step,
    Wish,
    base64_of,
    filled,
    json_of,
)
from fusionsite.developers.inside import Outgoing

BASE = "/api/v1"
_ANSWERS = {"url": "link", "base64": "bytes"}


def fields_of(name: str, wish: Wish) -> dict[str, Any]:
    """The body of a call that sends one."""
    photo = {"base64": base64_of(wish.photo)}
    if name != "fusions":
        return filled({"photo": photo}, wish.more)
    fields = {
        "campaign": int(wish.project_id),
        "material": wish.model_id,
        "photos": [photo],
        "answer": _ANSWERS[wish.answer],
    }
    return filled(fields, wish.more)


def prepare(method: str, name: str, query: str, wish: Wish) -> Prepared:
    """The call with its token, or signed."""
    target = f"{BASE}/{name}{query.format(campaign=wish.project_id)}"
    body = json_of(fields_of(name, wish)) if method == "POST" else b""
    headers = [("Host", wish.host), ("Accept-Language", "en")]
    if body:
        headers.append(("Content-Type", "application/json"))
    if wish.key.kind == Credential.Kind.BEARER:
        headers.append(("Authorization", f"Bearer {wish.secret}"))
        steps: tuple[Step, ...] = (Step(_("Header"), f"Authorization: Bearer {HIDDEN}"),)
        outgoing = Outgoing(method, target, tuple(headers), body, secrets=(wish.secret,))
        return Prepared(outgoing, steps)
    signed = signature.Signed(method, target, body, int(wish.now))
    made = signature.headers(wish.secret, wish.key.secret_id, signed)
    value = signature.sign(wish.secret, signed)
    steps = (
        Step(_("Hash of the body"), hashlib.sha256(body).hexdigest()),
        Step(_("String to sign"), signed.string_to_sign),
        Step(_("Signature"), f"hex(HMAC-SHA256(secret, …)) = {value}"),
    )
    return Prepared(Outgoing(method, target, (*headers, *made.items()), body), steps)


def _operation(method: str, name: str, query: str, *needs: Need) -> Operation:
    return Operation(
        slug=f"api-{method.lower()}-{name}",
        door=Dialect.API,
        title=f"{method} /{name}",
        method=method,
        path=f"{BASE}/{name}",
        needs=frozenset(needs),
        prepare=partial(prepare, method, name, query),
        error_goes_in="material",
    )


OPERATIONS = (
    _operation("POST", "fusions", "?wait=10", "campaign", "material", "photo", "answer"),
    _operation("POST", "faces", "?wait=10", "photo"),
    _operation("POST", "parses", "?wait=10", "photo"),
    _operation("GET", "materials", "?campaign={campaign}", "campaign"),
    _operation("GET", "campaigns", ""),
    _operation("GET", "fusions", ""),
    _operation("GET", "usage", ""),
    _operation("GET", "key", ""),
)
