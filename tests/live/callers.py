"""Calls a running site as its users do: a partner's signed call, a visitor's browser, a reader."""

import base64
import hashlib
import hmac
import http.client
import json
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from django.utils import timezone

from campaigns import credentials, quota
from campaigns.admission import Caller
from campaigns.models import Campaign, Credential, Dialect, Layer, Organisation
from fusionsite.demo import seeding
from fusionsite.developers.tasks import stock_sandboxes
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.submission import FusionRequest

TIMEOUT_S = 60.0
FASTEST = quota.Rate(1_000)
# The web server closes a connection that was idle for 2 s; a client must not meet that moment.
KEPT_S = 1.0
SIGNED = "content-type;host;x-call"


@dataclass(frozen=True)
class Ends:
    """Everything a caller must know of a seeded site."""

    url: str
    campaign: Campaign
    model_id: str
    secret_id: str
    secret_key: str

    @property
    def organisation(self) -> Organisation:
        """Whose account pays."""
        return self.campaign.organisation


@dataclass(frozen=True)
class Answer:
    """One call's end: `said` is "ok", "refused <code>", or "broken <what>"."""

    said: str
    seconds: float
    retry_after_s: float | None = None

    @property
    def is_ok(self) -> bool:
        """Whether there was a picture (or a page)."""
        return self.said == "ok"


def seed(url: str) -> Ends:
    """The demo's rows, and a partner's key for its campaign; needs DJANGO_SETTINGS_MODULE.

    The campaign, its account and the key may be called as fast as the machine can.
    """
    seeded = seeding.seed()
    for old in Credential.objects.filter(account=seeded.account, disabled_at=None):
        credentials.disable(old, by=seeded.people["operator"])
    made = credentials.make(
        seeded.account,
        by=seeded.people["operator"],
        name=f"measuring {timezone.now():%H:%M:%S}",
        kind=Credential.Kind.TENCENT,
        dialects=[Dialect.TENCENT_V3],
    )
    _unbounded(seeded, made.credential)
    stock_sandboxes()  # else the clock does it, with templates to analyse, while others measure
    model_id = next(m.model_id for m in seeding.approved_materials(seeded.campaign))
    return Ends(url, seeded.campaign, model_id, made.credential.secret_id, made.secret)


def _unbounded(seeded: seeding.Seeded, credential: Credential) -> None:
    """Whatever the machine can do is measured, not what a campaign is allowed."""
    operator, administrator = seeded.people["operator"], seeded.people["administrator"]
    for layer, subject in ((Layer.ACCOUNT, seeded.account), (Layer.CREDENTIAL, credential)):
        quota.set_rate(layer, FASTEST, by=administrator, why="measuring", subject=subject)
    asked = quota.ask(seeded.campaign, by=operator, calls=FASTEST.calls, reason="measuring")
    quota.grant(asked, by=administrator)


def caller_of(ends: Ends, photo: bytes, *, key: str) -> FusionRequest:
    """A request of the same campaign, past HTTP, under an idempotency key."""
    return FusionRequest(
        caller=Caller(door="demo", address="127.0.0.1"),
        campaign=ends.campaign,
        model_id=ends.model_id,
        photos=(Photo(encoded=photo),),
        idempotency_key=key,
    )


class Partner:
    """Calls FuseFace of the v3 protocol, signed with TC3-HMAC-SHA256, over one kept connection."""

    def __init__(self, ends: Ends, photo: bytes, *, wants: str = "url") -> None:
        self._ends = ends
        self._host = urlsplit(ends.url).netloc
        self._connection: http.client.HTTPConnection | None = None
        self._used = 0.0
        body = {
            "ProjectId": str(ends.campaign.project_id),
            "ModelId": ends.model_id,
            "RspImgType": wants,
            "MergeInfos": [{"Image": base64.b64encode(photo).decode()}],
        }
        self._body = json.dumps(body).encode()
        self._digest = hashlib.sha256(self._body).hexdigest()

    def fuse(self) -> Answer:
        """One picture, or the reason why not."""
        began = time.perf_counter()
        try:
            said, retry_after_s = self._call()
        except (OSError, http.client.HTTPException) as error:
            self._connection = None
            said, retry_after_s = f"broken {type(error).__name__}", None
        return Answer(said, time.perf_counter() - began, retry_after_s)

    def _call(self) -> tuple[str, float | None]:
        idle_s, self._used = time.monotonic() - self._used, time.monotonic()
        if self._connection is None or idle_s > KEPT_S:
            self._connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT_S)
        self._connection.request("POST", "/", self._body, self._headers())
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            return f"broken HTTP {answer.status}", None
        error = json.loads(body)["Response"].get("Error")
        if error is None:
            return "ok", None
        seconds = answer.headers["Retry-After"]
        return f"refused {error['Code']}", float(seconds) if seconds else None

    def _headers(self) -> dict[str, str]:
        """As the v3 signing page has it; a header of our own, signed too, makes each call another.

        Users' photos differ; these do not, and the same signature twice is a replay to the site.
        """
        stamp = int(time.time())
        day = datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d")
        call = secrets.token_hex(8)
        signed = f"content-type:application/json\nhost:{self._host}\nx-call:{call}\n"
        canonical = f"POST\n/\n\n{signed}\n{SIGNED}\n{self._digest}"
        scope = f"{day}/facefusion/tc3_request"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}"
        key = f"TC3{self._ends.secret_key}".encode()
        for part in (day, "facefusion", "tc3_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "Host": self._host,
            "X-Call": call,
            "X-TC-Action": "FuseFace",
            "X-TC-Version": "2022-09-27",
            "X-TC-Timestamp": str(stamp),
            "Authorization": f"TC3-HMAC-SHA256 Credential={self._ends.secret_id}/{scope}, "
            f"SignedHeaders={SIGNED}, Signature={signature}",
        }


class Visitor:
    """A browser on the visitor pages: opens the make page once, then sends photos."""

    def __init__(self, ends: Ends, photo: bytes) -> None:
        self._photo = photo
        self._ends = ends
        self._make = f"/c/{ends.campaign.slug}/make/"
        self._connection = http.client.HTTPConnection(urlsplit(ends.url).netloc, timeout=TIMEOUT_S)
        page, cookies = self._get(self._make + "?" + urlencode({"model": ends.model_id}))
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        if token is None:
            raise LookupError(f"no form on the make page: {page[:300]}")
        self._token = token.group(1)
        self._cookies = cookies
        consent = ends.campaign.consent("en")
        self._version = str(consent.version) if consent else ""

    def fuse(self) -> Answer:
        """From pressing the button to the address of the picture, watching as the page does."""
        began = time.perf_counter()
        status, place, body = self._send()
        if status != 303:
            facts = json.loads(body)["refusal"] if body.startswith(b"{") else {}
            said = f"refused {facts.get('code', status)}"
            return Answer(said, time.perf_counter() - began, facts.get("retry_after_s"))
        while True:
            headers = {"Accept": "application/json", **self._cookie()}
            self._connection.request("GET", place, headers=headers)
            job = json.loads(self._connection.getresponse().read())
            took = time.perf_counter() - began
            if job.get("result_url"):
                return Answer("ok", took)
            if job.get("refusal") or job["state"] == "cancelled":
                return Answer(f"refused {(job['refusal'] or {}).get('code', 'cancelled')}", took)
            time.sleep(max(0.15, job.get("retry_after_s") or 0.5))  # as static/upload/progress.js

    def page(self, path: str = "") -> Answer:
        """How long a page takes; the landing page of the campaign without a path."""
        began = time.perf_counter()
        self._connection.request("GET", path or f"/c/{self._ends.campaign.slug}/")
        answer = self._connection.getresponse()
        answer.read()
        said = "ok" if answer.status == 200 else f"broken HTTP {answer.status}"
        return Answer(said, time.perf_counter() - began)

    def _cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _get(self, path: str) -> tuple[str, dict[str, str]]:
        self._connection.request("GET", path, headers={"Accept-Language": "en"})
        answer = self._connection.getresponse()
        cookies = (line.split(";")[0] for line in answer.headers.get_all("Set-Cookie") or [])
        return answer.read().decode(), dict(cookie.split("=", 1) for cookie in cookies)

    def _send(self) -> tuple[int, str, bytes]:
        edge = "fusion-measuring-boundary"
        fields = {
            "csrfmiddlewaretoken": self._token,
            "model_id": self._ends.model_id,
            "consent_version": self._version,
            "consent_language": "en",
            "agrees": "yes",
        }
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="me.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        body = "".join([*parts, head]).encode() + self._photo + f"\r\n--{edge}--\r\n".encode()
        headers = {
            **self._cookie(),
            "Accept": "application/json",
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Referer": self._ends.url + self._make,
        }
        self._connection.request("POST", f"/c/{self._ends.campaign.slug}/jobs/", body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read()
