"""v3: what the signature covers, and what people sign by mistake; v1 beside it."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from urllib.parse import quote, unquote

from django.utils.translation import gettext_noop as _

from campaigns.models import Credential, Dialect
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
from fusionsite.dialects.tencent_v3 import signature
from fusionsite.dialects.tencent_v3.signature import Authorization, Signed
from fusionsite.dialects.tencent_v3.views import SERVICE, WINDOW_S

PROTOCOL = "FaceFusion v3"
_MOST_NAMES = 6
_CONTENT_TYPES = (
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=utf-8",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "text/plain",
    "",
)


@dataclass(frozen=True)
class Case:
    """A parsed request with its key: everything that a signature of it is made of."""

    signed: Signed
    authorization: Authorization
    key: Credential
    secret: str
    lowered: bool = True

    @property
    def canonical(self) -> str:
        """Our canonical request."""
        names = self.authorization.headers
        return signature.canonical_request(self.signed, names, lowered=self.lowered)

    @property
    def to_sign(self) -> str:
        """Our string to sign."""
        return signature.string_to_sign(self.canonical, self.signed.timestamp, self.authorization)

    @property
    def value(self) -> str:
        """Our signature."""
        return signature.sign_text(self.to_sign, self.authorization, self.secret)

    def fits(self, canonical: str | None = None) -> bool:
        """Whether the given signature is that of this case, or of another canonical request."""
        if canonical is None:
            return hmac.compare_digest(self.value, self.authorization.signature)
        text = signature.string_to_sign(canonical, self.signed.timestamp, self.authorization)
        value = signature.sign_text(text, self.authorization, self.secret)
        return hmac.compare_digest(value, self.authorization.signature)


def check(asked: Asked) -> Report:
    """The first difference of a v3 request."""
    header = asked.pasted.headers.get("authorization", "")
    try:
        authorization = signature.parse_authorization(header)
    except signature.NotAuthorization:
        return Report(PROTOCOL, "form", facts={"what": Words(_what_is_wrong(header))})
    key = asked.keys.by_id(authorization.secret_id)
    if key is None:
        return Report(PROTOCOL, "key", facts={"key": authorization.secret_id})
    if Dialect.TENCENT_V3 not in key.dialects or key.kind != Credential.Kind.TENCENT:
        return Report(PROTOCOL, "kind", facts={"key": authorization.secret_id})
    stamp = asked.pasted.headers.get("x-tc-timestamp", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 11:
        return Report(PROTOCOL, "timestamp-form", facts={"yours": stamp or "—"})
    case = Case(_signed(asked, int(stamp)), authorization, key, asked.keys.secret_of(key))
    missing = [name for name in authorization.headers if name not in case.signed.headers]
    if missing:
        return Report(PROTOCOL, "form", facts={"what": ", ".join(missing)})
    return _compared(asked, case)


def _what_is_wrong(header: str) -> str:
    if not header:
        return _("the header Authorization is missing.")
    if not header.startswith(signature.ALGORITHM):
        return _("Authorization must begin with TC3-HMAC-SHA256.")
    if "SignedHeaders=" in header and not {"content-type", "host"} <= set(
        header.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    ):
        return _("content-type and host must be among the signed headers, in lower case.")
    return _("Authorization needs Credential, SignedHeaders and Signature (64 lower-case hex).")


def _signed(asked: Asked, stamp: int) -> Signed:
    pasted = asked.pasted
    unsigned = pasted.headers.get("x-tc-content-sha256") == signature.UNSIGNED_PAYLOAD
    payload = signature.UNSIGNED_PAYLOAD.encode() if unsigned else pasted.body
    query = pasted.query if pasted.method == "GET" else ""
    return Signed(pasted.method, query, pasted.headers, payload, stamp)


def _compared(asked: Asked, case: Case) -> Report:
    authorization, signed = case.authorization, case.signed
    day = signature.date_of(signed.timestamp)
    if authorization.service != SERVICE:
        return _report(asked, case, "service", yours=authorization.service)
    if authorization.date != day:
        return _report(asked, case, "date", yours=authorization.date, ours=day)
    if signature.is_signed(signed, authorization, case.secret, asked.hosts):
        seconds = round(abs(asked.now - signed.timestamp))
        first = "clock" if seconds > WINDOW_S else ""
        return _report(asked, case, first, theirs=case.canonical, seconds=seconds)
    if found := _own_texts(asked, case):
        return found
    for search in _SEARCHES:
        if found := search(asked, case):
            return found
    return _report(asked, case, "secret")


def _own_texts(asked: Asked, case: Case) -> Report | None:
    """The person's own texts go before guessing: their first line that differs."""
    for slug, yours, ours in (
        ("canonical", asked.canonical, case.canonical),
        ("to-sign", asked.to_sign, case.to_sign),
    ):
        found = first_difference(yours, ours) if yours else None
        if found:
            named = _named_line(slug, found.line, len(ours.split("\n")))
            return _report(
                asked,
                case,
                named,
                theirs=asked.canonical,
                line=found.line,
                yours=found.yours,
                ours=found.ours,
            )
    if asked.to_sign:
        return _report(asked, case, "secret", theirs=asked.canonical)
    return None


def _named_line(slug: str, line: int, count: int) -> str:
    """Some lines of a canonical request have a name of their own."""
    if slug == "to-sign":
        return "timestamp" if line == 2 else slug
    return {1: "method", count - 1: "header-list", count: "body"}.get(line, slug)


# --- What may have been signed instead -------------------------------------------------------


def _other_order(asked: Asked, case: Case) -> Report | None:
    """The signed headers in another order, in the lines, in the list, or in both."""
    names = case.authorization.headers
    if len(names) > _MOST_NAMES:
        return None
    lines = case.canonical.split("\n")
    head, body_hash = lines[:3], lines[-1]
    for order in permutations(names):
        rows = [f"{name}:{case.signed.headers[name].strip().lower()}" for name in order]
        for listed in (order, names):
            text = "\n".join([*head, *rows, "", ";".join(listed), body_hash])
            if (order, listed) != (names, names) and case.fits(text):
                facts = {"yours": ";".join(order), "ours": ";".join(names)}
                return _report(asked, case, "header-list", theirs=text, **facts)
    return None


def _other_values(asked: Asked, case: Case) -> Report | None:
    """Another content type, another host, or a value with its capitals."""
    headers = case.signed.headers
    port = headers.get("host", "").rpartition(":")
    hosts = [*asked.hosts, port[0], f"{headers.get('host', '')}:80", f"{headers.get('host')}:443"]
    tries = [("content-type", value) for value in _CONTENT_TYPES]
    tries += [("host", value) for value in hosts if value]
    for name, value in tries:
        if name not in case.authorization.headers:
            continue
        other = replace(case, signed=replace(case.signed, headers={**headers, name: value}))
        for lowered in (True, False):
            if replace(other, lowered=lowered).fits():
                facts = {"yours": f"{name}: {value}", "ours": f"{name}: {headers[name]}"}
                return _report(asked, case, "header-value", theirs=other.canonical, **facts)
    return None


def _other_body(asked: Asked, case: Case) -> Report | None:
    words = [signature.UNSIGNED_PAYLOAD.encode()]
    for body in [*reencodings(case.signed.payload), *words]:
        other = replace(case, signed=replace(case.signed, payload=body))
        if other.fits():
            facts = {"yours": _hash(body), "ours": _hash(case.signed.payload)}
            return _report(asked, case, "body", theirs=other.canonical, **facts)
    return None


def _other_request(asked: Asked, case: Case) -> Report | None:
    """Another method, or a query where none belongs or in another writing."""
    for method in {"GET", "POST", case.signed.method.lower()} - {case.signed.method}:
        other = replace(case, signed=replace(case.signed, method=method))
        if other.fits():
            facts = {"yours": method, "ours": case.signed.method}
            return _report(asked, case, "method", theirs=other.canonical, **facts)
    pasted = asked.pasted
    queries = {pasted.query, unquote(pasted.query), "&".join(sorted(pasted.query.split("&"))), ""}
    queries |= {quote(pasted.query, safe="&="), pasted.query.replace("+", "%20")}
    for query in queries - {case.signed.query}:
        other = replace(case, signed=replace(case.signed, query=query))
        if other.fits():
            return _report(asked, case, "query", theirs=other.canonical)
    return None


def _other_time(asked: Asked, case: Case) -> Report | None:
    canonical = case.canonical
    for stamp in [*moments(case.signed.timestamp), case.signed.timestamp * 1000]:
        text = signature.string_to_sign(canonical, stamp, case.authorization)
        value = signature.sign_text(text, case.authorization, case.secret)
        if hmac.compare_digest(value, case.authorization.signature):
            facts = {"yours": str(stamp), "ours": str(case.signed.timestamp)}
            return _report(asked, case, "timestamp", theirs=canonical, signed_text=text, **facts)
    return None


def _other_secret(asked: Asked, case: Case) -> Report | None:
    for secret in secrets_like(case.secret):
        if replace(case, secret=secret).fits():
            return _report(asked, case, "secret-form", theirs=case.canonical)
    for key in asked.keys.others_of(case.key):
        if replace(case, secret=asked.keys.secret_of(key)).fits():
            facts = {"yours": key.secret_id, "ours": case.key.secret_id}
            return _report(asked, case, "other-key", theirs=case.canonical, **facts)
    return None


_SEARCHES: tuple[Callable[[Asked, Case], Report | None], ...] = (
    _other_order,
    _other_values,
    _other_request,
    _other_body,
    _other_time,
    _other_secret,
)


# --- Side by side ----------------------------------------------------------------------------


def _report(
    asked: Asked,
    case: Case,
    first: str,
    *,
    theirs: str = "",
    signed_text: str = "",
    **facts: object,
) -> Report:
    """`theirs` is the canonical request that was signed, where it is known."""
    their_lines = theirs.split("\n") if theirs else []
    if theirs and not signed_text:
        signed_text = signature.string_to_sign(theirs, case.signed.timestamp, case.authorization)
    given = case.authorization.signature
    ours = case.value
    comparisons = (
        Comparison(_("Key"), case.authorization.secret_id, case.key.secret_id),
        Comparison(
            _("Timestamp"), *(_stamps(signed_text, case) if signed_text else ("", _stamp(case)))
        ),
        Comparison(
            _("Header list"),
            their_lines[-2] if len(their_lines) > 1 else "",
            ";".join(case.authorization.headers),
        ),
        Comparison(
            _("Body hash"), their_lines[-1] if their_lines else "", _hash(case.signed.payload)
        ),
        Comparison(_("Canonical request"), theirs, case.canonical),
        Comparison(_("String to sign"), asked.to_sign or signed_text, case.to_sign),
        Comparison(_("Signature"), given if given == ours else covered(given), _shown(given, ours)),
    )
    return Report(PROTOCOL, first, comparisons, facts, tuple(_notes(asked, case, first)))


def _shown(given: str, ours: str) -> str:
    return given if given == ours else covered(ours)


def _stamp(case: Case) -> str:
    return str(case.signed.timestamp)


def _stamps(signed_text: str, case: Case) -> tuple[str, str]:
    return signed_text.split("\n")[1], _stamp(case)


def _notes(asked: Asked, case: Case, first: str) -> Iterator[Words]:
    seconds = round(abs(asked.now - case.signed.timestamp))
    if seconds > WINDOW_S and first != "clock":
        yield Words(
            _("The timestamp is %(seconds)s seconds away from our clock by now; 300 are taken."),
            {"seconds": seconds},
        )


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
