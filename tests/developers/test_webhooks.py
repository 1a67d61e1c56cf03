"""What partners' programs hear of, that it verifies, and that nothing of it is lost."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from campaigns import outbound, standing, tasks, webhooks
from campaigns.models import (
    Account,
    Campaign,
    Organisation,
    Role,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from fusionsite.developers.calls import BY_SLUG, Wish
from fusionsite.developers.hook_examples import EXAMPLES, WHEN
from fusionsite.developers.hooks import FOLDER, events, receivers
from fusionsite.developers.inside import Answer, send
from fusionsite.results import storing
from fusionsite.results.models import Result
from tests.conftest import IN_CI
from tests.dialects.transcripts import forget_counts
from tests.dialects.world import SECRET_KEY, World, picture
from tests.factories import a_person, an_account, an_approved_material

pytestmark = pytest.mark.django_db
State = WebhookDelivery.State


def an_endpoint(organisation: Organisation, url: str = "https://example.org/hook") -> Any:
    partner = a_person(Role.PARTNER, organisation=organisation)
    return webhooks.add_endpoint(organisation, by=partner, url=url, events=[])


def told() -> dict[str, Any]:
    """The data of the newest delivery of each event."""
    return {d.event: d.payload for d in WebhookDelivery.objects.order_by("pk")}


def call(world: World, photo: str, answer: str = "url") -> Answer:
    forget_counts()
    wish = Wish(
        world.tencent,
        SECRET_KEY,
        project_id="100646",
        model_id=world.material.model_id,
        photo=picture(photo),
        answer=answer,
    )
    return send(BY_SLUG["v3-2022-FuseFace"].prepare(wish).outgoing, address="203.0.113.9")


# --- Every event is really posted ------------------------------------------------------------


def test_a_partners_picture_is_told_with_its_address_and_its_end(world: World) -> None:
    an_endpoint(world.account.organisation)
    link = json.loads(call(world, "face.jpg").body)["Response"]["FusedImage"]
    data = told()["result.ready"]
    assert set(data) == set(EXAMPLES[WebhookEvent.RESULT_READY])
    assert data["picture_url"] == link and data["charged"] is True
    assert (data["campaign"], data["door"]) == (100646, "tencent_v3")


def test_a_picture_answered_as_bytes_has_no_address(world: World) -> None:
    an_endpoint(world.account.organisation)
    call(world, "face.jpg", answer="base64")
    assert "picture_url" not in told()["result.ready"]


def test_a_refused_job_is_told_with_its_reason(world: World) -> None:
    an_endpoint(world.account.organisation)
    call(world, "noface.jpg")
    data = told()["result.failed"]
    assert set(data) == set(EXAMPLES[WebhookEvent.RESULT_FAILED])
    assert (data["code"], data["charged"]) == ("no-face", False)


def test_an_erased_picture_is_told_once(world: World) -> None:
    an_endpoint(world.account.organisation)
    call(world, "face.jpg")
    result = Result.objects.get()
    for _ in range(2):
        storing.erase(result, Result.Why.OWNER)
    deleted = WebhookDelivery.objects.filter(event="result.deleted")
    assert deleted.count() == 1
    assert set(deleted.get().payload) == set(EXAMPLES[WebhookEvent.RESULT_DELETED])


def test_materials_and_accounts_are_told_as_the_page_shows(world: World) -> None:
    an_endpoint(world.account.organisation)
    an_approved_material(Campaign.objects.get(project_id=100646), seed=7)
    finance = a_person(Role.FINANCE, organisation=world.account.organisation)
    standing.freeze(Account.objects.get(pk=world.account.pk), by=finance, why="asked")
    data = told()
    assert set(data["material.decided"]) == set(EXAMPLES[WebhookEvent.MATERIAL_DECIDED])
    assert set(data["account.state"]) >= set(EXAMPLES[WebhookEvent.ACCOUNT_STATE])


def test_a_cap_is_told_as_the_page_shows(world: World) -> None:
    an_endpoint(world.account.organisation)
    Campaign.objects.filter(project_id=100646).update(total_cap=2)
    call(world, "face.jpg")
    assert set(told()["quota.threshold"]) == set(EXAMPLES[WebhookEvent.QUOTA_THRESHOLD])


def test_the_page_explains_every_event() -> None:
    assert {event.name for event in events()} == set(WebhookEvent.values)
    assert set(WHEN) == set(EXAMPLES) == set(WebhookEvent)


# --- The programs that verify ----------------------------------------------------------------


def runners(folder: Path, secret: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """How each language's program is asked: the command, and the file that asks."""
    said, text = json.dumps(headers), body.decode()
    java = "".join(f'h.put("{name}", "{value}");' for name, value in headers.items())
    return {
        "python": (
            [sys.executable, "ask.py"],
            {
                "webhook.py": "",
                "ask.py": f"from webhook import is_ours\n"
                f"print(is_ours({secret!r}, {headers!r}, {body!r}))\n",
            },
        ),
        "node": (
            ["node", "ask.mjs"],
            {
                "webhook.mjs": "",
                "ask.mjs": 'import { isOurs } from "./webhook.mjs";\n'
                f"console.log(isOurs({secret!r}, {said}, Buffer.from({json.dumps(text)})));\n",
            },
        ),
        "php": (
            ["php", "ask.php"],
            {
                "webhook.php": "",
                "ask.php": "<?php require 'webhook.php';\n"
                f"var_export(isOurs({secret!r}, json_decode({said!r}, true), {text!r}));\n",
            },
        ),
        "java": (
            ["sh", "-c", "javac Webhook.java Ask.java && java -cp . Ask"],
            {
                "Webhook.java": "",
                "Ask.java": "import java.util.*; public class Ask { public static void"
                " main(String[] a) throws Exception { Map<String,String> h = new HashMap<>();"
                f"{java} System.out.println(Webhook.isOurs({json.dumps(secret)}, h,"
                f' {json.dumps(text)}.getBytes("UTF-8"))); }} }}',
            },
        ),
    }


@pytest.mark.parametrize("language", ["python", "node", "php", "java"])
def test_the_programs_believe_us_and_nobody_else(language: str, tmp_path: Path) -> None:
    needs = {"php": "php", "node": "node", "java": "javac"}.get(language)
    if needs and not IN_CI and shutil.which(needs) is None:
        pytest.skip(f"needs {needs}")
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"type": "test", "data": {}}'
    headers = webhooks.signed(secret, "msg_1", datetime.now(UTC), body)
    old = webhooks.signed(secret, "msg_1", datetime.now(UTC) - timedelta(seconds=400), body)
    answers = []
    for index, (said, text) in enumerate(((headers, body), (headers, b"{}"), (old, body))):
        folder = tmp_path / str(index)
        folder.mkdir()
        command, files = runners(folder, secret, said, text)[language]
        for name, content in files.items():
            program = (FOLDER / f"webhook.{language}.txt").read_text()
            (folder / name).write_text(content or program)
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        answers.append(done.stdout.strip().lower())
    assert answers == ["true", "false", "false"]


def test_the_page_shows_a_program_per_language() -> None:
    assert [name for name, _text in receivers()] == ["Python", "Node", "PHP", "Java"]


# --- A receiver that fails five times, and a sender that dies --------------------------------


class Receiver(ThreadingHTTPServer):
    """A partner's server: fails as often as it was told to, then accepts; keeps what it heard."""

    def __init__(self, failures: int) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.failures = failures
        self.heard: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        receiver = self.server
        assert isinstance(receiver, Receiver)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        heard = {name.lower(): value for name, value in self.headers.items()}
        receiver.heard.append((heard, body))
        receiver.failures -= 1
        self.send_response(503 if receiver.failures >= 0 else 204)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A real server on this machine; the filter of addresses, which would refuse it, is off."""

    def post(url: str, *, body: bytes, headers: dict[str, str], **_limits: Any) -> outbound.Answer:
        answer = requests.post(url, data=body, headers=headers, timeout=5)
        return outbound.Answer(answer.status_code, answer.headers, answer.content, url)

    monkeypatch.setattr(outbound, "post", post)
    server = Receiver(failures=5)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def a_message(receiver: Receiver) -> tuple[WebhookDelivery, str]:
    organisation = an_account().organisation
    added = an_endpoint(organisation)
    WebhookEndpoint.objects.filter(pk=added.endpoint.pk).update(url=receiver.url)
    (delivery,) = webhooks.post(organisation, WebhookEvent.RESULT_READY, {"id": "r1"})
    return delivery, added.secret


def verified(receiver: Receiver, secret: str) -> list[str]:
    """The ids of what was heard, each checked with the program of the page."""
    scope: dict[str, Any] = {}
    exec((FOLDER / "webhook.python.txt").read_text(), scope)
    scope["time"] = FrozenClock
    for headers, body in receiver.heard:
        FrozenClock.now = int(headers["webhook-timestamp"])
        assert scope["is_ours"](secret, headers, body)
    return [headers["webhook-id"] for headers, _body in receiver.heard]


class FrozenClock:
    now = 0

    @staticmethod
    def time() -> float:
        return float(FrozenClock.now)


def test_five_failures_then_accepted_with_growing_pauses_and_signatures_that_verify(
    receiver: Receiver,
) -> None:
    delivery, secret = a_message(receiver)
    now, log = delivery.due_at, []
    while delivery.state != State.DELIVERED:
        webhooks.deliver(delivery.pk, now)
        delivery.refresh_from_db()
        log.append((delivery.attempts, delivery.answer_status, delivery.state))
        pause, now = delivery.due_at - now, delivery.due_at
        if delivery.state == State.WAITING:
            assert pause == webhooks.PAUSES[delivery.attempts - 1]
    assert log == [(n, 503, "waiting") for n in range(1, 6)] + [(6, 204, "delivered")]
    pauses = list(webhooks.PAUSES[:5])
    assert pauses == sorted(pauses) and len(set(pauses)) == 5
    assert verified(receiver, secret) == [str(delivery.message_id)] * 6
    stamps = [int(headers["webhook-timestamp"]) for headers, _body in receiver.heard]
    assert stamps == sorted(set(stamps))


def test_a_delivered_message_is_replayed_under_its_id(receiver: Receiver) -> None:
    receiver.failures = 0
    delivery, secret = a_message(receiver)
    partner = a_person(Role.PARTNER, organisation=delivery.organisation)
    tasks.deliver_webhooks()
    delivery.refresh_from_db()
    webhooks.replay(delivery, by=partner)
    tasks.deliver_webhooks()
    assert verified(receiver, secret) == [str(delivery.message_id)] * 2


@pytest.mark.parametrize("dies", ["before", "after"])
def test_nothing_is_lost_when_the_sender_dies_before_or_after_it_was_heard(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, dies: str
) -> None:
    receiver.failures = 0
    delivery, secret = a_message(receiver)
    real = outbound.post

    def post(url: str, **more: Any) -> outbound.Answer:
        if dies == "after":
            real(url, **more)
        raise SystemExit  # the process is gone: nothing is written any more

    monkeypatch.setattr(outbound, "post", post)
    now = delivery.due_at
    with pytest.raises(SystemExit):
        webhooks.deliver(delivery.pk, now)
    delivery.refresh_from_db()
    assert delivery.state == State.SENDING
    monkeypatch.setattr(outbound, "post", real)
    assert delivery.pk not in webhooks.due(now + timedelta(seconds=59), limit=9)
    assert webhooks.due(now + timedelta(seconds=60), limit=9) == [delivery.pk]
    assert webhooks.deliver(delivery.pk, now + timedelta(seconds=60))
    assert verified(receiver, secret) == [str(delivery.message_id)] * (2 if dies == "after" else 1)
