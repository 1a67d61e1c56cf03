"""fuseapi: a signed text that travels with its signature."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from urllib.parse import unquote

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
from fusionsite.developers.guides.base import Words
from fusionsite.dialects.base import NotJson, parse_json
from fusionsite.dialects.tencent_fuseapi import signature
from fusionsite.dialects.tencent_fuseapi.signature import MAC_BYTES, Ticket
from fusionsite.dialects.tencent_fuseapi.views import FUTURE_S, LONGEST_LIFE_S

PROTOCOL = "fuseapi"
_MOST_FIELDS = 8


@dataclass(frozen=True)
class Case:
    """A ticket taken apart, with its key."""

    ticket: Ticket
    key: Credential
    secret: str

    @property
    def text(self) -> str:
        """The text that came along."""
        return self.ticket.original.decode()

    def mac(self, text: str, secret: str | None = None, digest: str = "sha1") -> bytes:
        """The signature of a text."""
        return hmac.digest((secret or self.secret).encode(), text.encode(), digest)

    def fits(self, text: str, secret: str | None = None) -> bool:
        """Whether the given signature is that of the text."""
        return hmac.compare_digest(self.mac(text, secret), self.ticket.mac)


def check(asked: Asked) -> Report:
    """The first difference of a fuseapi request."""
    header = asked.pasted.headers.get("authorization", "").strip()
    if not header:
        missing = Words(_("the header Authorization is missing."))
        return Report(PROTOCOL, "form", facts={"what": missing})
    try:
        ticket = signature.parse(header)
    except signature.Unparsable:
        return _unparsable(asked, header)
    key = asked.keys.by_id(ticket.secret_id)
    if key is None:
        return Report(PROTOCOL, "key", facts={"key": ticket.secret_id})
    if Dialect.TENCENT_FUSEAPI not in key.dialects or key.kind != Credential.Kind.TENCENT:
        return Report(PROTOCOL, "kind", facts={"key": ticket.secret_id})
    case = Case(ticket, key, asked.keys.secret_of(key))
    return _compared(asked, case)


def _unparsable(asked: Asked, header: str) -> Report:
    """The header mended where it was only encoded once more; else its form is wrong."""
    for mended, what in _mended(header):
        try:
            ticket = signature.parse(mended)
        except signature.Unparsable:
            continue
        key = asked.keys.by_id(ticket.secret_id)
        if key is not None and signature.is_signed(ticket, asked.keys.secret_of(key)):
            return Report(PROTOCOL, "encoding", facts={"what": Words(what)})
    facts = {
        "what": Words(_("Authorization must be base64 of 20 bytes and a text with a, k, e, t."))
    }
    return Report(PROTOCOL, "form", facts=facts)


def _mended(header: str) -> Iterator[tuple[str, str]]:
    yield unquote(header), _("it was percent-encoded.")
    yield header.replace("-", "+").replace("_", "/"), _("it is in the alphabet for addresses.")
    yield header.replace(" ", "+"), _("its plus signs became spaces.")
    with_word = header.partition(" ")[2]
    yield with_word, _("a word stands before it.")
    for text in (header, with_word):
        yield _hex_taken_for_bytes(text), _("the 20 bytes were written as 40 hex digits.")


def _hex_taken_for_bytes(header: str) -> str:
    try:
        raw = b64decode(header + "=" * (-len(header) % 4))
        return b64encode(bytes.fromhex(raw[:40].decode()) + raw[40:]).decode()
    except ValueError:
        return ""


def _compared(asked: Asked, case: Case) -> Report:
    ticket, account = case.ticket, case.key.account
    if not case.fits(case.text):
        return _wrong_mac(asked, case)
    in_body = _appid_in_body(asked.pasted.body)
    for appid in (ticket.appid, in_body):
        if appid is not None and appid != account.appid:
            return _report(asked, case, "account", case.text, yours=appid, ours=account.appid)
    ahead = ticket.created - asked.now
    if ahead > FUTURE_S:
        return _report(asked, case, "clock", case.text, seconds=round(ahead))
    if ticket.expires == 0:
        why = Words(_("single use is not offered here."))
        return _report(asked, case, "lifetime", case.text, yours="0", ours=why)
    if ticket.expires < asked.now:
        why = Words(_("that has passed."))
        return _report(asked, case, "lifetime", case.text, yours=str(ticket.expires), ours=why)
    if ticket.expires - ticket.created > LONGEST_LIFE_S:
        why = Words(_("that is more than 90 days after t."))
        return _report(asked, case, "lifetime", case.text, yours=str(ticket.expires), ours=why)
    return _report(asked, case, "", case.text)


def _appid_in_body(body: bytes) -> str | None:
    try:
        found = parse_json(body)
    except NotJson:
        return None
    return str(found["appid"]) if isinstance(found, dict) and "appid" in found else None


def _wrong_mac(asked: Asked, case: Case) -> Report:
    mended = asked.pasted.headers["authorization"].strip().replace(" ", "+")
    if " " in asked.pasted.headers["authorization"].strip():
        ticket = signature.parse(mended)
        if signature.is_signed(ticket, case.secret):
            what = Words(_("its plus signs became spaces."))
            return _report(asked, case, "encoding", case.text, what=what)
    if asked.to_sign:
        return _own_text(asked, case)
    for first, text, facts in _guesses(case):
        if case.fits(text):
            return _report(asked, case, first, text, **facts)
    return _other_secret(asked, case)


def _own_text(asked: Asked, case: Case) -> Report:
    found = first_difference(asked.to_sign, case.text)
    if found is None:
        return _report(asked, case, "secret", asked.to_sign)
    facts: dict[str, object] = {"line": 1, "yours": found.yours, "ours": found.ours}
    return _report(asked, case, "to-sign", asked.to_sign, **facts)


def _other_secret(asked: Asked, case: Case) -> Report:
    if hmac.compare_digest(case.mac(case.text, digest="sha256")[:MAC_BYTES], case.ticket.mac):
        facts = {"yours": "HMAC-SHA256", "ours": "HMAC-SHA1"}
        return _report(asked, case, "algorithm", case.text, **facts)
    for secret in secrets_like(case.secret):
        if case.fits(case.text, secret):
            return _report(asked, case, "secret-form", case.text)
    for key in asked.keys.others_of(case.key):
        if case.fits(case.text, asked.keys.secret_of(key)):
            facts = {"yours": key.secret_id, "ours": case.key.secret_id}
            return _report(asked, case, "other-key", case.text, **facts)
    return _report(asked, case, "secret")


def _guesses(case: Case) -> Iterator[tuple[str, str, dict[str, object]]]:
    """What people sign by mistake: the difference, the text, the facts of its sentence."""
    text, pairs = case.text, case.text.split("&")
    names = ",".join(pair.partition("=")[0] for pair in pairs)
    yield "query", f"{text}\n", {}
    if len(pairs) <= _MOST_FIELDS:
        for order in permutations(pairs):
            order_names = ",".join(pair.partition("=")[0] for pair in order)
            yield "field-order", "&".join(order), {"yours": order_names, "ours": names}
    for name, value in (("t", case.ticket.created), ("e", case.ticket.expires)):
        for moment in moments(value):
            moved = _with(pairs, name, str(moment))
            yield "timestamp", moved, {"yours": f"{name}={moment}", "ours": f"{name}={value}"}


def _with(pairs: list[str], name: str, value: str) -> str:
    return "&".join(f"{name}={value}" if pair.partition("=")[0] == name else pair for pair in pairs)


def _report(asked: Asked, case: Case, first: str, theirs: str = "", **facts: object) -> Report:
    ours, given = case.mac(case.text).hex(), case.ticket.mac.hex()
    fits = ours == given
    comparisons = (
        Comparison(_("Key"), case.ticket.secret_id, case.key.secret_id),
        Comparison(_("Account"), case.ticket.appid, case.key.account.appid),
        Comparison(_("Text to sign"), asked.to_sign or theirs, case.text),
        Comparison(
            _("Signature"), given if fits else covered(given), ours if fits else covered(ours)
        ),
    )
    return Report(PROTOCOL, first, comparisons, facts)
