"""The own API's signature: five lines, of which each may differ; and its bearer tokens."""

import hmac
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext_noop as _

from campaigns.models import Credential, Dialect
from fusionsite.api import signature
from fusionsite.api.signature import Signed
from fusionsite.developers.checking.base import (
    Asked,
    Comparison,
    Report,
    covered,
    moments,
    reencodings,
    secrets_like,
)
from fusionsite.developers.checking.lines import first_difference
from fusionsite.developers.guides.base import Words

PROTOCOL = "Own API"
_LINES = {1: "form", 2: "timestamp", 3: "method", 4: "target", 5: "body"}


def check(asked: Asked) -> Report:
    """The first difference of a request to the own API."""
    header = asked.pasted.headers.get("authorization", "")
    if header.lower().startswith("bearer "):
        return _bearer(asked, header[7:].strip())
    try:
        authorization = signature.parse_authorization(header)
    except signature.NotAuthorization:
        what = Words(
            _("Authorization must read FUSION-HMAC-SHA256 key=…, signature=… (64 lower-case hex).")
        )
        return Report(PROTOCOL, "form", facts={"what": what})
    key = asked.keys.by_id(authorization.key_id)
    if key is None:
        return Report(PROTOCOL, "key", facts={"key": authorization.key_id})
    if key.kind != Credential.Kind.HMAC or Dialect.API not in key.dialects:
        return Report(PROTOCOL, "kind", facts={"key": authorization.key_id})
    stamp = asked.pasted.headers.get(signature.TIMESTAMP_HEADER.lower(), "")
    try:
        seconds = signature.parse_timestamp(stamp)
    except signature.NotAuthorization:
        return Report(PROTOCOL, "timestamp-form", facts={"yours": stamp or "—"})
    pasted = asked.pasted
    signed = Signed(pasted.method, pasted.target, pasted.body, seconds)
    return _compared(asked, key, signed, authorization.signature)


def _bearer(asked: Asked, token: str) -> Report:
    notes = (Words(_("A bearer's request is not signed: the token is all that is checked.")),)
    key = asked.keys.by_token(token)
    if key is None:
        return Report(PROTOCOL, "token", notes=notes)
    if Dialect.API not in key.dialects:
        return Report(PROTOCOL, "kind", facts={"key": key.secret_id}, notes=notes)
    comparison = Comparison(_("Token"), covered(token), covered(token))
    return Report(PROTOCOL, "", (comparison,), notes=notes)


def _compared(asked: Asked, key: Credential, signed: Signed, given: str) -> Report:
    secret = asked.keys.secret_of(key)
    if signature.verify(secret, signed, given):
        seconds = round(abs(asked.now - signed.timestamp))
        first = "clock" if seconds > signature.WINDOW_S else ""
        return _report(asked, key, signed, given, first, signed, seconds=seconds)
    if asked.to_sign:
        return _own_text(asked, key, signed, given)
    for first, other, facts in _guesses(asked, signed):
        if signature.verify(secret, other, given):
            return _report(asked, key, signed, given, first, other, **facts)
    for like in secrets_like(secret):
        if signature.verify(like, signed, given):
            return _report(asked, key, signed, given, "secret-form", signed)
    for other_key in asked.keys.others_of(key):
        if signature.verify(asked.keys.secret_of(other_key), signed, given):
            facts = {"yours": other_key.secret_id, "ours": key.secret_id}
            return _report(asked, key, signed, given, "other-key", signed, **facts)
    return _report(asked, key, signed, given, "secret", None)


def _own_text(asked: Asked, key: Credential, signed: Signed, given: str) -> Report:
    found = first_difference(asked.to_sign, signed.string_to_sign)
    if found is None:
        return _report(asked, key, signed, given, "secret", signed)
    first = _LINES.get(found.line, "to-sign")
    facts: dict[str, object] = {"line": found.line, "yours": found.yours, "ours": found.ours}
    if first == "form":
        first = "to-sign"
    return _report(asked, key, signed, given, first, None, **facts)


def _guesses(asked: Asked, signed: Signed) -> Iterator[tuple[str, Signed, dict[str, object]]]:
    """What people sign by mistake, in the order of the lines."""
    for moment in (*moments(signed.timestamp), signed.timestamp * 1000):
        facts: dict[str, object] = {"yours": str(moment), "ours": str(signed.timestamp)}
        yield "timestamp", replace(signed, timestamp=moment), facts
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        yield "method", replace(signed, method=method), {"yours": method, "ours": signed.method}
    for target in _targets(asked, signed):
        yield "target", replace(signed, target=target), {"yours": target, "ours": signed.target}
    for body in reencodings(signed.body):
        other = replace(signed, body=body)
        yield "body", other, {"yours": other.body_sha256, "ours": signed.body_sha256}


def _targets(asked: Asked, signed: Signed) -> Iterator[str]:
    path, _mark, query = signed.target.partition("?")
    slashed = path[:-1] if path.endswith("/") else f"{path}/"
    tail = f"?{query}" if query else ""
    yield from (path, slashed + tail, slashed)
    yield f"{path}?{'&'.join(sorted(query.split('&')))}"
    for host in (asked.pasted.host, *asked.hosts):
        for scheme in ("", "http://", "https://"):
            yield f"{scheme}{host}{signed.target}"


def _report(
    asked: Asked,
    key: Credential,
    signed: Signed,
    given: str,
    first: str,
    theirs: Signed | None,
    **facts: object,
) -> Report:
    ours = signature.sign(asked.keys.secret_of(key), signed)
    same = hmac.compare_digest(ours, given)
    yours = theirs.string_to_sign if theirs else asked.to_sign
    comparisons = (
        Comparison(_("Key"), key.secret_id, key.secret_id),
        Comparison(_("Timestamp"), str(theirs.timestamp) if theirs else "", str(signed.timestamp)),
        Comparison(_("Body hash"), theirs.body_sha256 if theirs else "", signed.body_sha256),
        Comparison(_("String to sign"), yours, signed.string_to_sign),
        Comparison(
            _("Signature"), given if same else covered(given), ours if same else covered(ours)
        ),
    )
    return Report(PROTOCOL, first, comparisons, facts)
