"""The day an account runs dry: solid where there are figures, silent where there are none."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns import forecast, ledger
from campaigns.models import Account, Billing, Tally
from tests.factories import a_pack, an_account

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 6, 15, 12))
TODAY = date(2026, 6, 15)


def used(account: Account, pictures: int, *, days: int) -> None:
    for ago in range(1, days + 1):
        Tally.objects.create(account=account, day=TODAY - timedelta(days=ago), pictures=pictures)


def test_the_balance_lasts_as_long_as_the_pace_says() -> None:
    account = an_account(balance_fen=1_000)  # 100 pictures at 10 fen
    used(account, 20, days=14)
    seen = forecast.of(account, now=NOW)
    assert seen.pace is not None
    assert seen.pace.pictures == 20
    assert seen.dry_on == TODAY + timedelta(days=6)  # five days of 20, and none on the sixth
    assert seen.balance[0] == (TODAY, 1_000)
    assert seen.balance[5] == (TODAY + timedelta(days=5), 0)


def test_two_days_of_pictures_are_too_little_to_tell() -> None:
    account = an_account()
    used(account, 500, days=2)
    assert forecast.of(account, now=NOW) == forecast.Forecast(None)


def test_a_young_account_is_averaged_over_its_own_days() -> None:
    account = an_account(balance_fen=1_000)
    used(account, 20, days=4)
    seen = forecast.of(account, now=NOW)
    assert seen.pace == forecast.Pace(pictures=Decimal(20), days=4)
    assert seen.dry_on == TODAY + timedelta(days=6)


def test_quiet_days_in_between_slow_the_pace() -> None:
    account = an_account(balance_fen=1_000)
    for ago in (14, 7, 1):
        Tally.objects.create(account=account, day=TODAY - timedelta(days=ago), pictures=14)
    seen = forecast.of(account, now=NOW)
    assert seen.pace is not None
    assert seen.pace.pictures == 3


def test_what_was_used_long_ago_says_nothing_of_tomorrow() -> None:
    account = an_account()
    Tally.objects.create(account=account, day=TODAY - timedelta(days=40), pictures=9_000)
    assert forecast.of(account, now=NOW).pace is None


def test_packs_are_eaten_before_the_balance_and_only_until_they_end() -> None:
    account = an_account(balance_fen=1_000)
    used(account, 20, days=14)
    starts_at = NOW - timedelta(days=1)
    a_pack(account, pictures=40, starts_at=starts_at, ends_at=NOW + timedelta(days=60))
    a_pack(account, pictures=9_000, starts_at=starts_at, ends_at=NOW + timedelta(hours=1))
    assert forecast.of(account, now=NOW).dry_on == TODAY + timedelta(days=8)


def test_free_pictures_of_the_day_cost_nothing() -> None:
    account = an_account(balance_fen=1_000, free_daily=20)
    used(account, 20, days=14)
    seen = forecast.of(account, now=NOW)
    assert seen.dry_on is None
    assert len(seen.balance) == forecast.LOOKS_AHEAD_DAYS + 1


def test_an_account_that_only_buys_packs_runs_dry_with_them() -> None:
    account = an_account(billing=Billing.PACKS_ONLY)
    used(account, 20, days=14)
    starts_at = NOW - timedelta(days=1)
    a_pack(account, pictures=50, starts_at=starts_at, ends_at=NOW + timedelta(days=60))
    assert forecast.of(account, now=NOW).dry_on == TODAY + timedelta(days=3)


@pytest.mark.parametrize("terms", [{"unlimited": True}, {"billing": "monthly"}, {"price_fen": 0}])
def test_what_has_no_end_has_no_day(terms: dict[str, object]) -> None:
    account = an_account(**terms)  # type: ignore[arg-type]
    used(account, 20, days=14)
    seen = forecast.of(account, now=NOW)
    assert seen.endless
    assert seen.dry_on is None


def test_an_empty_account_is_dry_today() -> None:
    account = an_account(balance_fen=5)
    assert forecast.of(account, now=NOW).dry_on == TODAY
    assert ledger.balance(account) == 5
