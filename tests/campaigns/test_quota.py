"""Rates: exact moving windows, named layers, seconds to wait, raises by two people."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from campaigns import quota
from campaigns.models import Layer, Notice, Quota, QuotaRaise, Role
from campaigns.quota import Rate
from campaigns.refusals import (
    NotAllowed,
    PaceUnknown,
    ReasonMissing,
    SamePerson,
    TooFast,
    WrongState,
)
from campaigns.windows import Full, SqliteWindows, Store, StoreAway, Window, store_at
from tests.factories import a_campaign, a_credential, a_person, an_account

START = 1_800_000_000.0
ONE = Window("k", 5, 60)


def allowed_at(times: list[float], rate: Rate) -> list[float]:
    """Which of the calls at these seconds get through."""
    through = []
    for second in times:
        with time_machine.travel(START + second, tick=False):
            try:
                quota.take(Layer.CAMPAIGN, "key", rate)
                through.append(second)
            except TooFast:
                pass
    return through


def test_a_second_call_within_the_second_waits() -> None:
    assert allowed_at([0, 0.5, 0.999, 1.0, 1.5, 2.0], Rate(1)) == [0, 1.0, 2.0]


def test_a_moving_window_has_no_second_burst_behind_a_boundary() -> None:
    times = [0.9, 0.95, 1.05, 1.1, 1.9, 1.95]
    assert allowed_at(times, Rate(2)) == [0.9, 0.95, 1.9, 1.95]


def test_a_refusal_names_the_layer_and_the_seconds() -> None:
    with time_machine.travel(START, tick=False):
        quota.take(Layer.CREDENTIAL, 7, Rate(1, 60))
    with time_machine.travel(START + 20, tick=False), pytest.raises(TooFast) as refused:
        quota.take(Layer.CREDENTIAL, 7, Rate(1, 60))
    assert refused.value.layer == "credential"
    assert refused.value.retry_after_s == pytest.approx(40)
    assert "this credential" in str(refused.value.message())
    assert "40 seconds" in str(refused.value.message())


def test_coming_back_after_the_said_seconds_works() -> None:
    rate = Rate(3, 10)
    assert allowed_at([0, 1, 2, 3], rate) == [0, 1, 2]
    with time_machine.travel(START + 3, tick=False), pytest.raises(TooFast) as refused:
        quota.take(Layer.CAMPAIGN, "key", rate)
    wait_s = refused.value.retry_after_s
    assert wait_s is not None
    assert allowed_at([3 + wait_s - 0.01, 3 + wait_s], rate) == [3 + wait_s]


def test_keys_and_layers_do_not_share() -> None:
    for layer in (Layer.CAMPAIGN, Layer.ACCOUNT):
        for key in (1, 2):
            quota.take(layer, key, Rate(1, 60))


def test_use_can_be_looked_at_without_using() -> None:
    rate = Rate(5, 60)
    assert quota.used(Layer.SITE, "site", rate).used == 0
    quota.take(Layer.SITE, "site", rate)
    assert quota.used(Layer.SITE, "site", rate) == quota.Use(1, rate)


def test_a_store_that_is_away_refuses_when_closed(settings: LazySettings) -> None:
    settings.FUSION_QUOTA_URL = "quota+sqlite:///nowhere/at/all/quota.sqlite3"
    settings.FUSION_QUOTA_WHEN_AWAY = "closed"
    with pytest.raises(PaceUnknown) as refused:
        quota.take(Layer.SITE, "site", Rate(1))
    assert refused.value.retry_after_s == 5


def test_a_store_that_is_away_lets_through_when_open(settings: LazySettings) -> None:
    settings.FUSION_QUOTA_URL = "redis://127.0.0.1:1/0"
    settings.FUSION_QUOTA_WHEN_AWAY = "open"
    for _ in range(3):
        quota.take(Layer.SITE, "site", Rate(1))
    with pytest.raises(PaceUnknown):
        quota.used(Layer.SITE, "site", Rate(1))


# --- Several windows at once -----------------------------------------------------------------


@pytest.fixture(params=["file", pytest.param("redis", marks=pytest.mark.redis)])
def windows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of each kind with nothing in it, behind quota.take_all too."""
    url = f"quota+sqlite://{tmp_path / 'w.sqlite3'}"
    if request.param == "redis":
        url = request.getfixturevalue("server")("redis")
    store = store_at(url)
    yield store
    store.reset()


def taken(store: Store, *keys: str, limit: int = 2, at: float = 0) -> Full | None:
    with time_machine.travel(START + at, tick=False):
        return store.acquire_all([Window(key, limit, 60) for key in keys])


def test_windows_are_taken_together_or_not_at_all(windows: Store) -> None:
    assert taken(windows, "b") is None
    assert taken(windows, "b", at=10) is None
    assert taken(windows, "a", "b", "c", at=20) == Full(1, START + 60)
    with time_machine.travel(START + 20, tick=False):
        assert [windows.used(Window(key, 2, 60)) for key in "abc"] == [0, 2, 0]
    assert taken(windows, "a", "b", "c", at=60) is None
    with time_machine.travel(START + 60, tick=False):
        assert [windows.used(Window(key, 2, 60)) for key in "abc"] == [1, 2, 1]


def test_the_first_full_window_is_the_one_that_is_named(windows: Store) -> None:
    taken(windows, "b", limit=1)
    taken(windows, "c", limit=1, at=5)
    assert taken(windows, "a", "c", "b", limit=1, at=6) == Full(1, START + 65)


def test_the_wait_is_that_of_the_entry_in_the_way(windows: Store) -> None:
    for second in range(3):
        assert taken(windows, "k", limit=3, at=second) is None
    assert taken(windows, "k", limit=3, at=3) == Full(0, START + 60)
    assert taken(windows, "k", limit=2, at=3) == Full(0, START + 61)


@pytest.mark.usefixtures("windows")
def test_a_mark_that_comes_again_is_told_and_stops_nobody() -> None:
    def marked(mark: str, at: float) -> bool:
        with time_machine.travel(START + at, tick=False):
            return quota.take_all([(Layer.CREDENTIAL, 1, Rate(2, 60))], mark=mark)

    assert [marked("a", 0), marked("a", 1)] == [False, True]
    for mark in ("a", "b"):  # the rate stops them, and a call that was stopped leaves no mark
        with pytest.raises(TooFast) as refused:
            marked(mark, 2)
        assert refused.value.limit == 2
    assert not marked("b", 62)
    assert [marked("b", 63), marked("a", 599), marked("a", 661)] == [True, True, False]


@pytest.mark.parametrize("url", ["memory://", "memcached://127.0.0.1:11211", ""])
def test_calls_are_counted_in_a_file_or_in_redis(url: str) -> None:
    with pytest.raises(ValueError, match="redis"):
        store_at(url)


def test_nothing_is_asked_for_no_layers(settings: LazySettings) -> None:
    settings.FUSION_QUOTA_URL = "redis://127.0.0.1:1/0"
    quota.take_all([])


# --- The SQLite windows ----------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> SqliteWindows:
    return SqliteWindows(str(tmp_path / "w.sqlite3"))


def test_a_clock_set_back_does_not_block_for_long(store: SqliteWindows) -> None:
    assert taken(store, "k", limit=1) is None
    assert taken(store, "k", limit=1, at=-3600) is None


def test_keys_nobody_asks_for_are_forgotten(store: SqliteWindows) -> None:
    assert taken(store, *(f"old-{number}" for number in range(10))) is None
    for _ in range(1_000):
        taken(store, "new", limit=2_000, at=61)
    with sqlite3.connect(store.path) as database:
        old = database.execute("SELECT COUNT(*) FROM hits WHERE key LIKE 'old%'").fetchone()
    database.close()
    assert old == (0,)


@pytest.mark.parametrize("act", [lambda it: it.acquire_all([ONE]), lambda it: it.used(ONE)])
@pytest.mark.parametrize("url", ["quota+sqlite:///nowhere/at/all.sqlite3", "redis://127.0.0.1:1/0"])
def test_a_store_that_is_not_there_says_so(url: str, act: Callable[[Store], object]) -> None:
    with pytest.raises(StoreAway):
        act(store_at(url))


def test_a_store_under_someone_elses_lock_is_away_and_not_wrong(store: SqliteWindows) -> None:
    assert store.acquire_all([ONE]) is None
    with sqlite3.connect(store.path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        store._database().execute("PRAGMA busy_timeout=1")
        with pytest.raises(StoreAway):
            store.acquire_all([ONE])
        other.execute("ROLLBACK")
    other.close()
    assert store.acquire_all([ONE]) is None
    assert store.used(ONE) == 2


# --- What was set ----------------------------------------------------------------------------


@pytest.mark.django_db
class TestRates:
    def test_defaults_are_1_before_and_50_after_publishing(self) -> None:
        rates = quota.rates(campaign=a_campaign())
        assert (rates[Layer.TRIAL], rates[Layer.CAMPAIGN]) == (Rate(1), Rate(50))
        assert set(rates) == set(Layer)

    def test_a_raise_takes_two_people(self) -> None:
        campaign = a_campaign()
        operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
        asked = quota.ask(campaign, by=operator, calls=120, reason="television spot")
        quota.grant(asked, by=a_person(Role.ADMINISTRATOR), note="until Sunday")
        assert quota.rates(campaign=campaign)[Layer.CAMPAIGN] == Rate(120)
        assert quota.rates(campaign=a_campaign())[Layer.CAMPAIGN] == Rate(50)
        assert Notice.objects.get(kind="quota_decided").person == operator

    def test_nobody_grants_their_own(self) -> None:
        campaign = a_campaign()
        both = a_person(Role.OPERATOR, Role.ADMINISTRATOR, organisation=campaign.organisation)
        asked = quota.ask(campaign, by=both, calls=120, reason="x")
        with pytest.raises(SamePerson):
            quota.grant(asked, by=both)
        with pytest.raises(IntegrityError), transaction.atomic():
            QuotaRaise.objects.filter(pk=asked.pk).update(decided_by=both)

    def test_the_asker_without_the_role_cannot_grant(self) -> None:
        campaign = a_campaign()
        operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
        asked = quota.ask(campaign, by=operator, calls=2, reason="x", layer=Layer.TRIAL)
        with pytest.raises(NotAllowed):
            quota.grant(asked, by=a_person(Role.OPERATOR, organisation=campaign.organisation))

    def test_a_refusal_has_a_reason_and_changes_nothing(self) -> None:
        campaign = a_campaign()
        operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
        asked = quota.ask(campaign, by=operator, calls=120, reason="x")
        administrator = a_person(Role.ADMINISTRATOR)
        with pytest.raises(ReasonMissing):
            quota.refuse(asked, by=administrator, note=" ")
        quota.refuse(asked, by=administrator, note="the machine is full")
        assert quota.rates(campaign=campaign)[Layer.CAMPAIGN] == Rate(50)

    def test_the_second_decision_loses(self) -> None:
        campaign = a_campaign()
        operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
        asked = quota.ask(campaign, by=operator, calls=120, reason="x")
        same = QuotaRaise.objects.get(pk=asked.pk)
        quota.refuse(asked, by=a_person(Role.ADMINISTRATOR), note="no")
        with pytest.raises(WrongState):
            quota.grant(same, by=a_person(Role.ADMINISTRATOR))
        assert not Quota.objects.exists()

    def test_one_raise_at_a_time(self) -> None:
        campaign = a_campaign()
        operator = a_person(Role.OPERATOR, organisation=campaign.organisation)
        quota.ask(campaign, by=operator, calls=120, reason="x")
        with pytest.raises(WrongState):
            quota.ask(campaign, by=operator, calls=130, reason="x")
        with pytest.raises(ReasonMissing):
            quota.ask(campaign, by=operator, calls=130, reason="")

    def test_other_layers_are_set_by_an_administrator(self) -> None:
        administrator = a_person(Role.ADMINISTRATOR)
        made = a_credential()
        account = made.credential.account
        quota.set_rate(Layer.SITE, Rate(9), by=administrator, why="small machine")
        quota.set_rate(Layer.ACCOUNT, Rate(8), by=administrator, why="x", subject=account)
        quota.set_rate(
            Layer.CREDENTIAL, Rate(7), by=administrator, why="x", subject=made.credential
        )
        quota.set_rate(Layer.SITE, Rate(10, 2), by=administrator, why="bigger machine")
        rates = quota.rates(credential=made.credential, account=account)
        assert (rates[Layer.SITE], rates[Layer.ACCOUNT], rates[Layer.CREDENTIAL]) == (
            Rate(10, 2),
            Rate(8),
            Rate(7),
        )

    def test_a_campaigns_rate_is_not_set_by_one_person(self) -> None:
        with pytest.raises(ValueError, match="two people"):
            quota.set_rate(Layer.CAMPAIGN, Rate(1), by=a_person(Role.ADMINISTRATOR), why="x")

    def test_a_layer_and_its_subject_must_fit(self) -> None:
        administrator = a_person(Role.ADMINISTRATOR)
        with pytest.raises(ValueError, match="not a limit"):
            quota.set_rate(Layer.SITE, Rate(1), by=administrator, why="x", subject=an_account())
        with pytest.raises(IntegrityError), transaction.atomic():
            Quota.objects.create(layer=Layer.SITE, account=an_account(), calls=1)
