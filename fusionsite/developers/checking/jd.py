"""The JD APIs: only the moment is signed."""

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from campaigns.models import Credential
from fusionsite.developers.checking.base import (
    Asked,
    Comparison,
    Report,
    covered,
    moments,
    secrets_like,
)
from fusionsite.developers.guides.base import Words
from fusionsite.dialects.jd import signature

PROTOCOL = "JD AI"
_SECONDS_AT_MOST = 10**11


def check(asked: Asked) -> Report:
    """The first difference of a face_morph or face_parser request."""
    given = asked.pasted.parameters
    missing = [name for name in ("appkey", "timestamp", "sign") if not given.get(name)]
    if missing:
        what = Words(_("the query lacks %(names)s."), {"names": ", ".join(missing)})
        return Report(PROTOCOL, "form", facts={"what": what})
    key = asked.keys.by_id(given["appkey"])
    if key is None:
        return Report(PROTOCOL, "key", facts={"key": given["appkey"]})
    if key.kind != Credential.Kind.JD:
        return Report(PROTOCOL, "kind", facts={"key": given["appkey"]})
    stamp = signature.milliseconds(given["timestamp"])
    if stamp is None:
        return Report(PROTOCOL, "timestamp-form", facts={"yours": given["timestamp"]})
    return _compared(asked, key, given["timestamp"], stamp, given["sign"])


def _compared(asked: Asked, key: Credential, text: str, stamp: int, sign: str) -> Report:
    secret = asked.keys.secret_of(key)
    ours = signature.sign(secret, text)

    def report(first: str, theirs: str = "", **facts: object) -> Report:
        same = ours == sign.lower()
        comparisons = (
            Comparison(_("Key"), key.secret_id, key.secret_id),
            Comparison(_("Timestamp"), theirs or (text if same else ""), text),
            Comparison(
                _("Signature"),
                sign if same else covered(sign),
                sign if same else covered(ours),
            ),
        )
        notes = (Words(_("This protocol signs the moment only: address and body are not signed.")),)
        return Report(PROTOCOL, first, comparisons, facts, notes)

    if signature.is_signed(secret, text, sign):
        if stamp < _SECONDS_AT_MOST:
            return report("timestamp-form", yours=text)
        away_ms = abs(asked.now * 1000 - stamp)
        seconds = round(away_ms / 1000)
        return report("clock" if away_ms > signature.WINDOW_MS else "", text, seconds=seconds)
    for first, tried, facts in _guesses(secret, text, stamp, key.secret_id):
        if tried == sign.lower():
            return report(first, "", **facts)
    for like in secrets_like(secret):
        if signature.is_signed(like, text, sign):
            return report("secret-form", text)
    for other in asked.keys.others_of(key):
        if signature.is_signed(asked.keys.secret_of(other), text, sign):
            return report("other-key", text, yours=other.secret_id, ours=key.secret_id)
    return report("secret")


def _guesses(
    secret: str, text: str, stamp: int, appkey: str
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """What people sign by mistake: the difference, the signature, the facts of its sentence."""
    right = "secretkey + timestamp"
    for words, content in (
        ("timestamp + secretkey", text + secret),
        ("appkey + timestamp + secretkey", appkey + text + secret),
        ("appkey + secretkey + timestamp", appkey + secret + text),
        ("secretkey + appkey + timestamp", secret + appkey + text),
    ):
        yield "field-order", _md5(content), {"yours": words, "ours": right}
    sha256 = hashlib.sha256(f"{secret}{text}".encode()).hexdigest()
    yield "algorithm", sha256, {"yours": "SHA-256", "ours": "MD5"}
    seconds = [stamp // 1000, stamp * 1000]
    nearby = (stamp + ms for distance in range(1, 3000) for ms in (distance, -distance))
    for moment in (*seconds, *nearby, *moments(stamp, 1000)):
        facts: dict[str, object] = {"yours": str(moment), "ours": text}
        yield "timestamp", signature.sign(secret, str(moment)), facts


def _md5(content: str) -> str:
    # The protocol's own choice of hash; nothing is kept safe by it.
    return hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()
