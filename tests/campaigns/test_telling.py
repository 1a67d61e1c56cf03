"""What is written down, who is told, and what programs hear of it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from structlog.contextvars import bind_contextvars, clear_contextvars

from campaigns import (
    audit,
    billing,
    ledger,
    lifecycle,
    notices,
    outbound,
    quota,
    standing,
    tasks,
    webhooks,
)
from campaigns.models import (
    AuditLine,
    Campaign,
    Notice,
    Organisation,
    Role,
    Standing,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from campaigns.refusals import NothingHere, OutboundFailed, OutboundRefused, WrongState
from tests.factories import a_campaign, a_person, an_account, an_organisation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
State = WebhookDelivery.State


# --- Audit -----------------------------------------------------------------------------------


@pytest.fixture
def in_a_request() -> Iterator[str]:
    bind_contextvars(request_id="req-1")
    yield "req-1"
    clear_contextvars()


def test_a_line_says_who_what_before_after_why_and_in_which_request(in_a_request: str) -> None:
    campaign = a_campaign()
    person = a_person()
    line = audit.record("x", campaign, by=person, before={"a": 1}, after={"a": 2}, why="because")
    line.refresh_from_db()
    assert (line.by, line.before, line.after, line.why) == (person, {"a": 1}, {"a": 2}, "because")
    assert (line.organisation, line.object_type) == (campaign.organisation, "campaigns.campaign")
    assert line.request_id == in_a_request


def test_the_database_refuses_to_change_or_delete_the_trail() -> None:
    line = audit.record("x", an_organisation(), by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditLine.objects.filter(pk=line.pk).update(why="nothing happened")
    with pytest.raises(IntegrityError), transaction.atomic():
        line.delete()


# --- Notices ---------------------------------------------------------------------------------


def told(person: object) -> list[str]:
    return [notice.kind for notice in notices.for_person(person)]  # type: ignore[arg-type]


def test_a_notice_reaches_those_it_is_for() -> None:
    organisation = an_organisation()
    operator = a_person(Role.OPERATOR, organisation=organisation)
    finance = a_person(Role.FINANCE, organisation=organisation)
    stranger = a_person(Role.FINANCE)
    notices.tell(organisation, notices.CAMPAIGN_STATE)
    notices.tell(organisation, notices.STATEMENT_READY, role=Role.FINANCE)
    notices.tell(organisation, notices.QUOTA_DECIDED, person=operator)
    assert told(operator) == ["quota_decided", "campaign_state"]
    assert told(finance) == ["statement_ready", "campaign_state"]
    assert told(stranger) == []


def test_a_role_elsewhere_does_not_count_here() -> None:
    here, there = an_organisation(), an_organisation()
    person = a_person(Role.OPERATOR, organisation=here)
    a_person(Role.FINANCE, organisation=there)
    notices.tell(here, notices.STATEMENT_READY, role=Role.FINANCE)
    assert told(person) == []


def test_a_muted_kind_is_not_shown_and_a_read_one_not_again() -> None:
    organisation = an_organisation()
    person = a_person(Role.OPERATOR, organisation=organisation, muted_notices=["fee_state"])
    notices.tell(organisation, notices.FEE_STATE)
    notice = notices.tell(organisation, notices.CAMPAIGN_STATE)
    assert notice is not None
    assert told(person) == ["campaign_state"]
    notices.mark_read(notice, person)
    assert not notices.unread(person).exists()


def test_what_is_told_once_is_told_once_per_organisation() -> None:
    one, two = an_organisation(), an_organisation()
    results = [notices.tell(o, notices.FEE_STATE, once="2026-11") for o in (one, one, two)]
    assert [result is None for result in results] == [False, True, False]


def test_a_notice_is_read_in_the_readers_language() -> None:
    notice = Notice(
        kind="cap_threshold",
        facts={"percent": 80, "used": 8, "cap": 10, "unit": "pictures", "what": "campaign 1"},
    )
    with translation.override("en"):
        assert notices.sentence(notice).startswith("80 % of a cap is used: 8 of 10")


def test_every_kind_can_be_said_with_the_facts_it_is_told_with() -> None:
    old = datetime(2026, 10, 5, tzinfo=UTC)
    campaign = a_campaign(
        account=an_account(created_at=old), total_cap=2, fee_state="unpaid", ends_at=None
    )
    organisation, account = campaign.organisation, campaign.account
    operator = a_person(Role.OPERATOR, organisation=organisation)
    finance = a_person(Role.FINANCE, organisation=organisation)
    ledger.hold(account, reference="a", campaign=campaign)
    billing.take_fee(campaign, amount_fen=1, by=finance)
    billing.close_month(account, old.date(), now=NOW)
    asked = quota.ask(campaign, by=operator, calls=60, reason="launch")
    quota.refuse(asked, by=a_person(Role.ADMINISTRATOR), note="no")
    lifecycle.pause(campaign, by=operator)
    account.refresh_from_db()
    standing.freeze(account, by=finance, why="asked by the bank")
    with translation.override("en"):
        said = {notice.kind: notices.sentence(notice) for notice in Notice.objects.all()}
    ours = {name for name, value in vars(notices).items() if isinstance(value, notices.Kind)}
    assert set(said) == {name.lower() for name in ours}
    assert "asked by the bank" in said["account_state"]


# --- Webhooks --------------------------------------------------------------------------------


def an_endpoint(organisation: Organisation, *events: WebhookEvent) -> webhooks.NewEndpoint:
    partner = a_person(Role.PARTNER, organisation=organisation)
    return webhooks.add_endpoint(
        organisation, by=partner, url="https://example.org/hook", events=list(events)
    )


def answering(status: int) -> "mock._patch[mock.MagicMock]":
    answer = outbound.Answer(status, {}, b"", "")
    return mock.patch("campaigns.webhooks.outbound.post", return_value=answer)


def a_delivery() -> WebhookDelivery:
    organisation = an_organisation()
    an_endpoint(organisation)
    (delivery,) = webhooks.post(organisation, WebhookEvent.RESULT_READY, {"id": "r1"})
    WebhookDelivery.objects.update(due_at=NOW)
    delivery.refresh_from_db()
    return delivery


def test_a_message_is_delivered_and_signed() -> None:
    organisation = an_organisation()
    added = an_endpoint(organisation)
    (delivery,) = webhooks.post(organisation, WebhookEvent.RESULT_READY, {"id": "r1"})
    now = delivery.due_at
    with answering(204) as sent:
        assert webhooks.deliver(delivery.pk, now)
    body, headers = sent.call_args.kwargs["body"], sent.call_args.kwargs["headers"]
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(added.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert json.loads(body)["data"] == {"id": "r1"}
    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer_status) == (State.DELIVERED, 204)


def test_the_signature_is_the_published_example() -> None:
    """The example of the Standard Webhooks specification's reference libraries."""
    headers = webhooks.signed(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, tz=UTC),
        b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_pauses_grow_and_then_it_gives_up() -> None:
    delivery = a_delivery()
    now, waits = NOW, []
    with answering(500):
        while delivery.state != State.GIVEN_UP:
            assert not webhooks.deliver(delivery.pk, now)
            delivery.refresh_from_db()
            waits.append(delivery.due_at - now)
            now = delivery.due_at
    assert waits[:-1] == list(webhooks.PAUSES)
    assert waits[:-1] == sorted(waits[:-1])
    assert (delivery.attempts, delivery.problem) == (len(webhooks.PAUSES) + 1, "http-500")


def test_what_is_not_due_or_done_is_not_sent_again() -> None:
    delivery = a_delivery()
    with answering(200) as sent:
        assert not webhooks.deliver(delivery.pk, NOW - timedelta(seconds=1))
        assert webhooks.deliver(delivery.pk, NOW)
        assert not webhooks.deliver(delivery.pk, NOW + timedelta(hours=1))
    assert sent.call_count == 1


def test_a_delivery_whose_process_died_is_taken_up_again() -> None:
    delivery = a_delivery()
    with answering(200) as sent:
        sent.side_effect = SystemExit
        with pytest.raises(SystemExit):
            webhooks.deliver(delivery.pk, NOW)
        sent.side_effect = None
        assert not webhooks.deliver(delivery.pk, NOW + timedelta(seconds=59))
        assert webhooks.deliver(delivery.pk, NOW + timedelta(seconds=60))


def test_an_unreachable_address_is_tried_again() -> None:
    delivery = a_delivery()
    with mock.patch("campaigns.webhooks.outbound.post", side_effect=OutboundFailed):
        assert not webhooks.deliver(delivery.pk, NOW)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem) == (State.WAITING, "outbound-failed")


def test_only_wanted_events_of_ones_own_organisation_are_sent() -> None:
    organisation = an_organisation()
    an_endpoint(organisation, WebhookEvent.RESULT_READY)
    an_endpoint(an_organisation())
    assert not webhooks.post(organisation, WebhookEvent.ACCOUNT_STATE, {})
    assert len(webhooks.post(organisation, WebhookEvent.RESULT_READY, {})) == 1


def test_a_disabled_endpoint_gets_nothing_more() -> None:
    delivery = a_delivery()
    endpoint = delivery.endpoint
    partner = a_person(Role.PARTNER, organisation=endpoint.organisation)
    webhooks.disable_endpoint(endpoint, by=partner)
    assert webhooks.due(NOW, limit=9) == []
    assert not webhooks.post(endpoint.organisation, WebhookEvent.RESULT_READY, {})


def test_a_delivery_can_be_replayed_under_the_same_id() -> None:
    delivery = a_delivery()
    partner = a_person(Role.PARTNER, organisation=delivery.endpoint.organisation)
    with pytest.raises(WrongState):
        webhooks.replay(delivery, by=partner)
    with answering(200) as sent:
        webhooks.deliver(delivery.pk, NOW)
        webhooks.replay(delivery, by=partner)
        tasks.deliver_webhooks()
    ids = [call.kwargs["headers"]["webhook-id"] for call in sent.call_args_list]
    assert ids == [str(delivery.message_id)] * 2


def test_an_address_inside_is_refused_when_it_is_entered() -> None:
    organisation = an_organisation()
    partner = a_person(Role.PARTNER, organisation=organisation)
    with pytest.raises(OutboundRefused):
        webhooks.add_endpoint(organisation, by=partner, url="http://x:6379/", events=[])
    with pytest.raises(NothingHere):
        webhooks.add_endpoint(an_organisation(), by=partner, url="https://x/", events=[])


def test_a_test_message_reaches_an_endpoint_that_wants_other_events() -> None:
    organisation = an_organisation()
    added = an_endpoint(organisation, WebhookEvent.RESULT_READY)
    partner = a_person(Role.PARTNER, organisation=organisation)
    assert webhooks.test(added.endpoint, by=partner).payload == {"test": True}


def test_the_secret_is_sealed_and_in_no_repr() -> None:
    added = an_endpoint(an_organisation())
    assert added.secret not in repr(added)
    assert added.secret not in repr(WebhookEndpoint.objects.values())


# --- The clock -------------------------------------------------------------------------------


def test_the_clock_finishes_duns_closes_and_ends() -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    new = an_account(standing=Standing.DELIVERING)
    owing = an_account(standing=Standing.GRACE, balance_fen=-5, standing_since=long_ago)
    over = a_campaign(ends_at=NOW - timedelta(days=300), starts_at=None)
    tasks.account_clock()
    tasks.account_clock()
    new.refresh_from_db()
    owing.refresh_from_db()
    assert (new.standing, owing.standing) == (Standing.NORMAL, Standing.IN_ARREARS)
    assert Campaign.objects.get(pk=over.pk).state == "ended"


def test_the_clock_stops_an_account_whose_records_disagree() -> None:
    account = an_account()
    with mock.patch("campaigns.ledger.adds_up", return_value=False):
        tasks.reconcile()
    account.refresh_from_db()
    assert account.standing == Standing.UNKNOWN


def test_state_changes_and_caps_are_told_to_programs_too() -> None:
    account = an_account(standing=Standing.DELIVERING)
    an_endpoint(account.organisation)
    tasks.account_clock()
    delivery = WebhookDelivery.objects.get()
    assert delivery.event == WebhookEvent.ACCOUNT_STATE
    assert delivery.payload["after"] == "normal"
