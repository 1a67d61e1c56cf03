"""The older signature of the v3 protocol: parameters in the order of their names."""

import hmac
from base64 import b64encode
from urllib.parse import parse_qsl, quote

from django.utils.translation import gettext_noop as _

from campaigns.models import Credential, Dialect
from fusionsite.developers.checking.base import (
    Asked,
    Comparison,
    Report,
    covered,
    moments,
    secrets_like,
)
from fusionsite.developers.checking.lines import first_difference
from fusionsite.dialects.tencent_v3 import signature
from fusionsite.dialects.tencent_v3.views import WINDOW_S

PROTOCOL = "FaceFusion v1"
Found = tuple[str, str, dict[str, object]]


def parameters_of(asked: Asked) -> list[tuple[str, str]]:
    """All parameters in the order in which they were sent."""
    pasted = asked.pasted
    text = pasted.query if pasted.method == "GET" else pasted.body.decode("latin-1")
    return parse_qsl(text, keep_blank_values=True)


def check(asked: Asked) -> Report:
    """The first difference of a v1 request."""
    sent = parameters_of(asked)
    given = dict(sent)
    name = given.get("SecretId", "")
    key = asked.keys.by_id(name)
    if key is None:
        return Report(PROTOCOL, "key", facts={"key": name or "—"})
    if Dialect.TENCENT_V3 not in key.dialects or key.kind != Credential.Kind.TENCENT:
        return Report(PROTOCOL, "kind", facts={"key": name})
    stamp, method = given.get("Timestamp", ""), given.get("SignatureMethod") or "HmacSHA1"
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 11:
        return Report(PROTOCOL, "timestamp-form", facts={"yours": stamp or "—"})
    if method not in signature.V1_METHODS:
        facts = {"yours": method, "ours": "HmacSHA1"}
        return Report(PROTOCOL, "algorithm", facts=facts)
    return _compared(asked, sent, key, int(stamp))


def _compared(asked: Asked, sent: list[tuple[str, str]], key: Credential, stamp: int) -> Report:
    given, secret = dict(sent), asked.keys.secret_of(key)
    value = given.get("Signature", "")
    text = signature.text_v1(asked.pasted.method, asked.pasted.host, given)
    ours = _mac(text, given, secret)
    same = value == ours
    first, theirs, facts = _difference(asked, sent, key, stamp, text)
    comparisons = (
        Comparison(_("Key"), key.secret_id, key.secret_id),
        Comparison(_("String to sign"), asked.to_sign or theirs, text),
        Comparison(
            _("Signature"), value if same else covered(value), ours if same else covered(ours)
        ),
    )
    return Report(PROTOCOL, first, comparisons, facts)


def _difference(
    asked: Asked, sent: list[tuple[str, str]], key: Credential, stamp: int, text: str
) -> Found:
    """The difference, the text that was signed where it is known, the facts of the sentence."""
    given, secret = dict(sent), asked.keys.secret_of(key)
    if signature.is_signed_v1(asked.pasted.method, asked.hosts, given, secret):
        seconds = round(abs(asked.now - stamp))
        return "clock" if seconds > WINDOW_S else "", text, {"seconds": seconds}
    if asked.to_sign and (found := first_difference(asked.to_sign, text)):
        return "to-sign", "", {"line": found.line, "yours": found.yours, "ours": found.ours}
    for first, theirs, facts in _guesses(asked, sent, stamp, text):
        if hmac.compare_digest(_mac(theirs, given, secret), given.get("Signature", "")):
            return first, theirs, facts
    return _other_secret(asked, given, key, text)


def _other_secret(asked: Asked, given: dict[str, str], key: Credential, text: str) -> Found:
    value, secret = given.get("Signature", ""), asked.keys.secret_of(key)
    named = given.get("SignatureMethod") or "HmacSHA1"
    for other in signature.V1_METHODS.keys() - {named}:
        if _mac(text, {"SignatureMethod": other}, secret) == value:
            return "algorithm", text, {"yours": other, "ours": named}
    if any(_mac(text, given, like) == value for like in secrets_like(secret)):
        return "secret-form", text, {}
    for other_key in asked.keys.others_of(key):
        if _mac(text, given, asked.keys.secret_of(other_key)) == value:
            return "other-key", text, {"yours": other_key.secret_id, "ours": key.secret_id}
    return "secret", "", {}


def _guesses(asked: Asked, sent: list[tuple[str, str]], stamp: int, text: str) -> list[Found]:
    """What people sign by mistake: the difference, the text, the facts of its sentence."""
    pasted = asked.pasted
    plain = [(name, value) for name, value in sent if name != "Signature"]
    in_order = f"{pasted.method}{pasted.host}/?" + "&".join(f"{n}={v}" for n, v in plain)
    encoded = f"{pasted.method}{pasted.host}/?" + "&".join(
        f"{n}={quote(v, safe='')}" for n, v in sorted(plain)
    )
    names = ";".join(name for name, _value in plain)
    other = "GET" if pasted.method == "POST" else "POST"
    found: list[Found] = [
        ("field-order", in_order, {"yours": names, "ours": ";".join(sorted(dict(plain)))}),
        ("query", encoded, {}),
        ("query", text.replace("/?", "?", 1), {}),
        ("method", text.replace(pasted.method, other, 1), {"yours": other, "ours": pasted.method}),
    ]
    for moment in moments(stamp):
        moved = text.replace(f"Timestamp={stamp}", f"Timestamp={moment}")
        found.append(("timestamp", moved, {"yours": str(moment), "ours": str(stamp)}))
    return found


def _mac(text: str, given: dict[str, str], secret: str) -> str:
    digest = signature.V1_METHODS[given.get("SignatureMethod") or "HmacSHA1"]
    return b64encode(hmac.digest(secret.encode(), text.encode(), digest)).decode()
