"""The signature checker names the first difference, for every protocol that signs."""

import base64
import hmac
import json
import time
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings

from campaigns.models import AuditLine, Credential
from fusionsite.api import signature as own
from fusionsite.developers import checking
from fusionsite.developers.checking import Asked, Keys, Report
from fusionsite.developers.checking.words import DIFFERENCES
from fusionsite.developers.inside import Outgoing
from fusionsite.dialects.jd import signature as jd
from fusionsite.dialects.tencent_fuseapi import signature as fuseapi
from fusionsite.dialects.tencent_v3 import signature as v3
from tests.developers.test_pages import a_browser, address, home, partner
from tests.factories import a_credential, an_account

__all__ = ["partner"]
pytestmark = pytest.mark.django_db
HOST = "fusion.example.org"
NOW = int(time.time())
FIELDS = {"ProjectId": "100646", "ModelId": "素材/1", "RspImgType": "url", "Image": "aGVsbG8="}
BODY = json.dumps(FIELDS).encode()


class Partner:
    """Somebody with two keys of a kind."""

    def __init__(self, kind: str, dialects: list[Any], account: Any = None) -> None:
        self.account = account or an_account()
        made = [a_credential(self.account, kind=kind, dialects=dialects) for _ in range(2)]
        self.key, self.secret = made[0].credential, made[0].secret
        self.other, self.other_secret = made[1].credential, made[1].secret

    def keys(self) -> Keys:
        mine = {self.key.secret_id: self.key, self.other.secret_id: self.other}
        secrets = {self.key.pk: self.secret, self.other.pk: self.other_secret}
        hashes = {Credential.hash_of(self.secret): self.key}
        return Keys(
            by_id=mine.get,
            secret_of=lambda key: secrets[key.pk],
            others_of=lambda key: [other for other in mine.values() if other != key],
            by_token=lambda token: hashes.get(Credential.hash_of(token)),
        )

    def check(self, raw: bytes | str, *, canonical: str = "", to_sign: str = "") -> Report:
        text = raw if isinstance(raw, str) else raw.decode()
        pasted = checking.read(text)
        asked = Asked(pasted, self.keys(), NOW, [HOST], canonical, to_sign)
        return checking.check(asked)


def raw_of(outgoing: Outgoing) -> bytes:
    head = "\r\n".join(
        [
            f"{outgoing.method} {outgoing.target} HTTP/1.1",
            *(f"{name}: {value}" for name, value in outgoing.headers),
            f"Content-Length: {len(outgoing.body)}",
        ]
    )
    return head.encode() + b"\r\n\r\n" + outgoing.body


# --- Requests as clients write them, right and wrong -----------------------------------------


def v3_request(
    partner: Partner,
    *,
    secret: str = "",
    signed_at: int = NOW,
    sent_at: int = NOW,
    signed_names: tuple[str, ...] = ("content-type", "host"),
    sent_names: tuple[str, ...] = ("content-type", "host"),
    signed_body: bytes = BODY,
    body: bytes = BODY,
    signed_type: str = "application/json",
    method: str = "POST",
    day: str = "",
    service: str = "facefusion",
) -> bytes:
    headers = {"content-type": signed_type, "host": HOST, "x-tc-action": "facefusion"}
    signed = v3.Signed(method, "", headers, signed_body, signed_at)
    when = day or v3.date_of(signed_at)
    by = v3.Authorization(partner.key.secret_id, when, service, signed_names, "")
    value = v3.sign(signed, by, secret or partner.secret)
    authorization = (
        f"TC3-HMAC-SHA256 Credential={by.secret_id}/{by.date}/{service}/tc3_request, "
        f"SignedHeaders={';'.join(sent_names)}, Signature={value}"
    )
    sent = (
        ("Host", HOST),
        ("Content-Type", "application/json"),
        ("X-TC-Action", "FaceFusion"),
        ("X-TC-Timestamp", str(sent_at)),
        ("Authorization", authorization),
    )
    return raw_of(Outgoing("POST", "/", sent, body))


def v1_request(
    partner: Partner,
    *,
    secret: str = "",
    signed_at: int = NOW,
    in_order: bool = True,
    image: str = "",
) -> bytes:
    parameters = {
        "Version": "2018-12-01",
        "Timestamp": str(NOW),
        "Action": "DescribeMaterialList",
        "SecretId": partner.key.secret_id,
        "Nonce": "7",
        "ActivityId": "100646",
        "MaterialId": "a b",
    }
    signed = {**parameters, "Timestamp": str(signed_at), "MaterialId": image or "a b"}
    if in_order:
        value = v3.sign_v1("GET", HOST, signed, secret or partner.secret)
    else:
        text = f"GET{HOST}/?" + "&".join(f"{name}={value}" for name, value in signed.items())

        value = b64encode(hmac.digest(partner.secret.encode(), text.encode(), "sha1")).decode()
    query = urlencode({**parameters, "Signature": value})
    return raw_of(Outgoing("GET", f"/?{query}", (("Host", HOST),)))


def fuseapi_request(
    partner: Partner,
    *,
    secret: str = "",
    signed: dict[str, str] | None = None,
    order: str = "abketruf",
    signed_order: str = "",
    appid_in_body: str = "",
    mangle: Callable[[str], str] = lambda header: header,
    ends: int = NOW + 3600,
) -> bytes:
    fields = {
        "a": partner.account.appid,
        "b": "",
        "k": partner.key.secret_id,
        "e": str(ends),
        "t": str(NOW),
        "r": "1",
        "u": "0",
        "f": "",
    }

    def text(named: dict[str, str], names: str) -> str:
        return "&".join(f"{name}={named[name]}" for name in names)

    sent = text(fields, order)
    mac_of = text({**fields, **(signed or {})}, signed_order or order)
    mac = fuseapi.write(mac_of, secret or partner.secret)

    header = b64encode(base64.b64decode(mac)[:20] + sent.encode()).decode()
    body = json.dumps(
        {"appid": appid_in_body or partner.account.appid, "uin": partner.account.uin}
    ).encode()
    headers = (("Host", HOST), ("Authorization", mangle(header)))
    return raw_of(Outgoing("POST", "/fuseapi/face", headers, body))


def jd_request(
    partner: Partner, *, secret: str = "", signed_at: str = "", sent: str = "", sign: str = ""
) -> bytes:
    stamp = sent or str(NOW * 1000)
    query = urlencode(
        {
            "appkey": partner.key.secret_id,
            "timestamp": stamp,
            "sign": sign or jd.sign(secret or partner.secret, signed_at or stamp),
        }
    )
    headers = (("Host", HOST), ("Content-Type", "application/json"))
    return raw_of(Outgoing("POST", f"/jdai/face_morph?{query}", headers, b"[]"))


def own_request(
    partner: Partner,
    *,
    secret: str = "",
    signed_at: int = NOW,
    body: bytes = BODY,
    signed_body: bytes = BODY,
    target: str = "/api/v1/fusions?wait=5&a=1",
    signed_target: str = "",
) -> bytes:
    signed = own.Signed("POST", signed_target or target, signed_body, signed_at)
    made = own.headers(secret or partner.secret, partner.key.secret_id, signed)
    made[own.TIMESTAMP_HEADER] = str(NOW)
    return raw_of(Outgoing("POST", target, (("Host", HOST), *made.items()), body))


COMPACT = json.dumps(FIELDS, ensure_ascii=False, separators=(",", ":")).encode()
V3_CASES: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("secret", {"secret": "somebody else's"}),
    ("timestamp", {"signed_at": NOW - 17}),
    ("clock", {"signed_at": NOW - 4000, "sent_at": NOW - 4000}),
    ("header-list", {"signed_names": ("host", "content-type")}),
    ("header-list", {"sent_names": ("host", "content-type")}),
    ("body", {"signed_body": COMPACT}),
    ("body", {"body": COMPACT}),
    ("body", {"signed_body": json.dumps(FIELDS, sort_keys=True).encode()}),
    ("body", {"signed_body": b""}),
    ("header-value", {"signed_type": "application/json; charset=utf-8"}),
    ("method", {"method": "GET"}),
    ("date", {"day": "2020-01-01"}),
    ("service", {"service": "cvm"}),
]


@pytest.mark.parametrize(("first", "wrong"), V3_CASES)
def test_v3(first: str, wrong: dict[str, Any]) -> None:
    someone = Partner("tencent", ["tencent_v3"])
    report = someone.check(v3_request(someone, **wrong))
    assert report.first == first, report.comparisons
    assert str(report.says) and "%(" not in str(report.says)


def test_v3_names_the_secret_of_another_key_and_one_with_a_line_end() -> None:
    someone = Partner("tencent", ["tencent_v3"])
    other = someone.check(v3_request(someone, secret=someone.other_secret))
    assert (other.first, other.facts["yours"]) == ("other-key", someone.other.secret_id)
    assert someone.check(v3_request(someone, secret=f"{someone.secret}\n")).first == "secret-form"


def test_v3_compares_ones_own_texts_line_by_line() -> None:
    someone = Partner("tencent", ["tencent_v3"])
    raw = v3_request(someone, signed_body=b"something nobody could guess")
    assert someone.check(raw).first == "secret"
    fine = someone.check(v3_request(someone))
    ours = {one.name: one.ours for one in fine.comparisons}
    wrong_hash = ours["Canonical request"][:-64] + "0" * 64
    report = someone.check(raw, canonical=wrong_hash)
    assert (report.first, report.facts["yours"]) == ("body", "0" * 64)
    listed = ours["Canonical request"].replace("content-type;host", "host;content-type")
    assert someone.check(raw, canonical=listed).first == "header-list"
    early = ours["String to sign"].replace(str(NOW), str(NOW - 9))
    assert someone.check(raw, to_sign=early).first == "timestamp"
    assert someone.check(raw, to_sign=ours["String to sign"]).first == "secret"


def test_v3_says_what_is_wrong_with_the_header_and_whose_key_it_is() -> None:
    someone = Partner("tencent", ["tencent_v3"])
    raw = v3_request(someone).decode()
    for broken in (
        raw.replace("TC3-HMAC-SHA256", "SKIP", 1),
        raw.replace("SignedHeaders=content-type;host", "SignedHeaders=host"),
        raw.replace("Authorization", "X-Other"),
    ):
        assert someone.check(broken).first == "form"
    stranger = Partner("tencent", ["tencent_v3"], account=an_account())
    assert stranger.check(raw).first == "key"
    assert someone.check(raw.replace(f"X-TC-Timestamp: {NOW}", "X-TC-Timestamp: soon")).first == (
        "timestamp-form"
    )
    jd_only = Partner("tencent", ["tencent_fuseapi"], account=an_account())
    assert jd_only.check(v3_request(jd_only)).first == "kind"


def test_v1() -> None:
    someone = Partner("tencent", ["tencent_v3"])
    assert someone.check(v1_request(someone)).first == ""
    assert someone.check(v1_request(someone, secret="x")).first == "secret"
    assert someone.check(v1_request(someone, signed_at=NOW - 9)).first == "timestamp"
    assert someone.check(v1_request(someone, in_order=False)).first == "field-order"
    assert someone.check(v1_request(someone, image="a%20b")).first == "query"
    assert someone.check(v1_request(someone, secret=someone.other_secret)).first == "other-key"


FUSEAPI_CASES: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("", {"order": "uabketrf"}),
    ("secret", {"secret": "somebody else's"}),
    ("timestamp", {"signed": {"t": str(NOW - 30)}}),
    ("lifetime", {"ends": NOW - 10}),
    ("lifetime", {"ends": NOW + 91 * 86_400}),
    ("lifetime", {"ends": 0}),
    ("field-order", {"signed_order": "akbetruf"}),
    ("account", {"appid_in_body": "1"}),
    ("encoding", {"mangle": lambda header: "".join(f"%{ord(one):02X}" for one in header)}),
]


@pytest.mark.parametrize(("first", "wrong"), FUSEAPI_CASES)
def test_fuseapi(first: str, wrong: dict[str, Any]) -> None:
    someone = Partner("tencent", ["tencent_fuseapi"])
    report = someone.check(fuseapi_request(someone, **wrong))
    assert report.first == first
    assert "%(" not in str(report.says)


def test_jd() -> None:
    someone = Partner("jd", ["jd_morph"])
    stamp = str(NOW * 1000)
    assert someone.check(jd_request(someone)).first == ""
    assert someone.check(jd_request(someone, secret="x")).first == "secret"
    assert someone.check(jd_request(someone, signed_at=str(NOW * 1000 - 250))).first == "timestamp"
    assert someone.check(jd_request(someone, signed_at=str(NOW))).first == "timestamp"
    assert someone.check(jd_request(someone, sent=str(NOW))).first == "timestamp-form"
    assert someone.check(jd_request(someone, sent="soon")).first == "timestamp-form"
    assert someone.check(jd_request(someone, sent=str(NOW * 1000 - 400_000))).first == "clock"
    turned = jd.sign(stamp, someone.secret)
    assert someone.check(jd_request(someone, sign=turned)).first == "field-order"
    assert someone.check(jd_request(someone, secret=someone.other_secret)).first == "other-key"


def test_faceswap_signs_nothing_and_its_token_is_looked_at() -> None:
    someone = Partner("bearer", ["aigs"])
    raw = "POST /v1/faceswap?token={} HTTP/1.1\nHost: x\n\n{{}}"
    assert someone.check(raw.format(someone.secret)).first == ""
    assert someone.check(raw.format("fk_wrong")).first == "token"
    assert someone.check(raw.format("")).first == "form"


def test_own_api() -> None:
    someone = Partner("hmac", ["api"])
    assert someone.check(own_request(someone)).first == ""
    assert someone.check(own_request(someone, secret="x")).first == "secret"
    assert someone.check(own_request(someone, signed_at=NOW - 40)).first == "timestamp"
    assert someone.check(own_request(someone, signed_body=COMPACT)).first == "body"
    assert someone.check(own_request(someone, signed_target="/api/v1/fusions")).first == "target"
    reordered = own_request(someone, signed_target="/api/v1/fusions?a=1&wait=5")
    assert someone.check(reordered).first == "target"
    assert someone.check(own_request(someone, secret=someone.other_secret)).first == "other-key"
    right = someone.check(own_request(someone))
    text = next(one.ours for one in right.comparisons if one.name == "String to sign")
    raw = own_request(someone, secret="x")
    assert someone.check(raw, to_sign=text).first == "secret"
    assert someone.check(raw, to_sign=text.replace("POST", "PUT")).first == "method"


def test_no_signature_of_ours_is_given_away() -> None:
    someone = Partner("tencent", ["tencent_v3"])
    report = someone.check(v3_request(someone, secret="x"))
    shown = next(one.ours for one in report.comparisons if one.name == "Signature")
    assert len(shown) < 12 and shown.endswith("…")


def test_curl_commands_are_read_too() -> None:
    someone = Partner("jd", ["jd_morph"])
    stamp = str(NOW * 1000)
    query = urlencode({"appkey": someone.key.secret_id, "timestamp": stamp, "sign": "0" * 32})
    command = f"curl -sS 'https://{HOST}/jdai/face_morph?{query}' \\\n  -H 'Accept: */*' -d '[]'"
    assert someone.check(command).first == "secret"
    pasted = checking.read(command)
    assert (pasted.method, pasted.host, pasted.body) == ("POST", HOST, b"[]")
    one = checking.read("curl --json '{\"a\": 1}' http://x:8000/v1/faceswap?token=t")
    assert one.headers["content-type"] == "application/json" and one.host == "x:8000"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "GET / HTTP/1.1\nno header at all\n\n",
        "curl",
        "curl -d @body.json http://x/",
        "curl 'http",
    ],
)
def test_what_is_no_request_is_told_so(text: str) -> None:
    with pytest.raises(checking.NotARequest):
        checking.read(text)


def test_line_ends_that_a_form_changes_are_put_back_by_the_announced_length() -> None:
    body = b'{\r\n  "a": 1\r\n}\r\n'
    text = f"POST / HTTP/1.1\nContent-Length: {len(body)}\n\n" + '{\n  "a": 1\n}\n'
    assert checking.read(text).body == body


def test_every_difference_has_its_words() -> None:
    for slug, difference in DIFFERENCES.items():
        assert difference.title and difference.says and difference.remedy, slug


# --- The page --------------------------------------------------------------------------------


def test_the_page_shows_the_difference_and_writes_nothing_down(
    partner: Any, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    account = an_account(organisation=home(partner))
    someone = Partner("tencent", ["tencent_v3"], account=account)
    client = a_browser(partner)
    lines = AuditLine.objects.count()
    raw = v3_request(someone, body=COMPACT).decode()
    page = client.post(address("checker"), {"request": raw})
    assert page.context["report"].first == "body"
    text = page.content.decode()
    assert "First difference: Body hash" in text and someone.secret not in text
    assert AuditLine.objects.count() == lines
    assert "素材" not in caplog.text and "Signature=" not in caplog.text


def test_the_page_tells_of_strange_doors_and_of_nonsense(partner: Any) -> None:
    client = a_browser(partner)
    for raw in (
        'POST / HTTP/1.1\nHost: x\n\n{"Image": "/9j… (194112)"}',
        "GET /somewhere HTTP/1.1\nHost: x\n\n",
        "nonsense",
    ):
        page = client.post(address("checker"), {"request": raw})
        assert "request" in page.context["form"].errors and page.context["report"] is None
        assert raw.splitlines()[0] in page.content.decode()


def test_nobody_checks_against_another_organisations_key(partner: Any) -> None:
    stranger = Partner("tencent", ["tencent_v3"])
    page = a_browser(partner).post(address("checker"), {"request": v3_request(stranger).decode()})
    assert page.context["report"].first == "key"
