"""What a process remembers for a moment: how long, of what, and that nobody shares an object."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings

from campaigns import admission, credentials, ledger
from campaigns.admission import Caller
from campaigns.models import Account, Campaign, Credential, Dialect, Role
from campaigns.prepared import Prepared, Slot
from campaigns.refusals import AccountLowBalance, CredentialDisabled
from campaigns.remembered import Remembered
from tests.factories import a_campaign, a_credential, a_person, an_account


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Callable[[float], None]:
    """Lets so many seconds pass; answers are remembered for one."""
    settings.FUSION_REMEMBER_S = 1.0
    now = [100.0]
    monkeypatch.setattr("campaigns.remembered.time.monotonic", lambda: now[0])

    def wait(seconds: float) -> None:
        now[0] += seconds

    return wait


class TestAnswers:
    def test_are_read_again_when_their_time_is_over(self, clock: Callable[[float], None]) -> None:
        answers = iter("abc")
        memory = Remembered[str]()
        assert memory.of("q", lambda: next(answers)) == "a"
        clock(0.9)
        assert memory.of("q", lambda: next(answers)) == "a"
        clock(0.2)
        assert memory.of("q", lambda: next(answers)) == "b"

    def test_have_a_shorter_time_where_they_change_faster(
        self, clock: Callable[[float], None]
    ) -> None:
        answers = iter("ab")
        memory = Remembered[str](at_most_s=0.05)
        assert memory.of("q", lambda: next(answers)) == "a"
        clock(0.06)
        assert memory.of("q", lambda: next(answers)) == "b"

    def test_are_kept_apart_by_what_they_answer(self, clock: Callable[[float], None]) -> None:
        memory, answers = Remembered[int](), iter((1, 2))
        assert [memory.of(name, lambda: next(answers)) for name in "aba"] == [1, 2, 1]

    def test_that_are_errors_are_not_remembered(self, clock: Callable[[float], None]) -> None:
        memory = Remembered[int]()
        with pytest.raises(ZeroDivisionError):
            memory.of("q", lambda: 1 // 0)
        assert memory.of("q", lambda: 7) == 7

    def test_are_not_remembered_when_the_site_wants_none(self, settings: LazySettings) -> None:
        settings.FUSION_REMEMBER_S = 0
        answers = iter("ab")
        memory = Remembered[str]()
        assert [memory.of("q", lambda: next(answers)) for _ in "12"] == ["a", "b"]

    def test_of_ten_thousand_questions_fill_no_memory(self, clock: Callable[[float], None]) -> None:
        memory = Remembered[int]()
        for number in range(10_000):
            memory.of(number, lambda: 0)
        assert len(memory._kept) <= 1_000


@pytest.mark.django_db
class TestOnTheWayIn:
    def test_rows_are_remembered_and_objects_are_not(self, clock: Callable[[float], None]) -> None:
        campaign = a_campaign()
        by_pk = Prepared(lambda: Campaign.objects.filter(pk=Slot("pk")), remembered=True)
        first = by_pk.first(pk=campaign.pk)
        assert first is not None
        first.slug = "spoilt"
        Campaign.objects.filter(pk=campaign.pk).update(slug="renamed")
        again = by_pk.first(pk=campaign.pk)
        assert again is not None and again.slug == campaign.slug
        clock(1)
        later = by_pk.first(pk=campaign.pk)
        assert later is not None and later.slug == "renamed"

    def test_a_key_that_was_switched_off_opens_nothing_a_second_later(
        self, clock: Callable[[float], None]
    ) -> None:
        credential = a_credential().credential
        kind = Credential.Kind(credential.kind)
        credentials.by_secret_id(credential.secret_id, kind=kind)
        partner = a_person(Role.PARTNER, organisation=credential.account.organisation)
        credentials.disable(credential, by=partner)
        clock(1)
        with pytest.raises(CredentialDisabled):
            credentials.by_secret_id(credential.secret_id, kind=kind)

    def test_money_is_decided_by_what_is_there_now(self, clock: Callable[[float], None]) -> None:
        account = an_account(balance_fen=10, price_fen=10)
        campaign = a_campaign(account=account)
        made = a_credential(account, dialects=[Dialect.TENCENT_V3])
        caller = Caller(Dialect.TENCENT_V3, "203.0.113.9", credential=made.credential)
        admission.admit(caller, campaign=campaign)
        ledger.hold(account, reference="one", campaign=campaign)
        admission.admit(caller, campaign=campaign)  # by what it had a moment ago
        with pytest.raises(AccountLowBalance):
            ledger.hold(account, reference="two", campaign=campaign)
        clock(1)
        with pytest.raises(AccountLowBalance):
            admission.admit(caller, campaign=campaign)
        assert Account.objects.get(pk=account.pk).standing == "low_balance"
