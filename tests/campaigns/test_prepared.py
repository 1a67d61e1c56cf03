"""Statements that are made once: the same answers as the ORM's, however often they are asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import DateTimeField, Exists, F, OuterRef
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import prepared
from campaigns.models import Account, Campaign, Hold, Organisation
from campaigns.prepared import Asked, Prepared, PreparedUpdate, Slot
from tests.factories import a_campaign, an_account

pytestmark = pytest.mark.django_db

OF_ORGANISATION = Prepared(
    lambda: (
        Campaign.objects.filter(organisation_id=Slot("organisation"))
        .select_related("account")
        .annotate(sibling=Exists(Campaign.objects.filter(account=OuterRef("account"))))
        .order_by("pk")
    )
)


def a_hold(campaign: Campaign, reference: str = "one") -> Hold:
    return Hold(
        reference=reference,
        account=campaign.account,
        campaign=campaign,
        pictures=1,
        price_fen=10,
        amount_fen=10,
        day=timezone.localdate(),
    )


def test_rows_are_what_the_orm_would_have_fetched() -> None:
    first = a_campaign()
    second = a_campaign(account=first.account)
    a_campaign()
    for _ in range(2):
        found = OF_ORGANISATION.all(organisation=first.organisation_id)
        assert found == [first, second]
    fetched = Campaign.objects.get(pk=first.pk)
    fields = [field.attname for field in Campaign._meta.concrete_fields]
    assert [getattr(found[0], name) for name in fields] == [
        getattr(fetched, name) for name in fields
    ]


def test_what_is_joined_and_added_is_there_without_another_statement() -> None:
    campaign = a_campaign()
    found = OF_ORGANISATION.first(organisation=campaign.organisation_id)
    with CaptureQueriesContext(connection) as asked:
        assert found is not None and found.account == campaign.account
        assert vars(found)["sibling"] is True
        assert found.account.appid == campaign.account.appid
    assert not asked.captured_queries


def test_no_row_is_none() -> None:
    assert OF_ORGANISATION.first(organisation=0) is None


def test_a_value_that_is_not_named_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        OF_ORGANISATION.all()


def test_deferred_columns_are_fetched_when_they_are_asked_for(
    django_assert_num_queries: Any,
) -> None:
    campaign = a_campaign()
    narrow = Prepared(lambda: Campaign.objects.filter(pk=Slot("pk")).only("slug"))
    with django_assert_num_queries(1):
        found = narrow.first(pk=campaign.pk)
        assert found is not None and found.slug == campaign.slug
    with django_assert_num_queries(1):
        assert found.state == campaign.state


def test_an_update_says_how_many_rows_it_changed() -> None:
    campaign, other = a_campaign(), a_campaign()
    later = timezone.now() + timedelta(days=90)
    move = PreparedUpdate(
        lambda: (
            Campaign.objects.filter(pk=Slot("pk"), state=Slot("state")),
            {"ends_at": Slot("later", DateTimeField()), "link_life_s": F("link_life_s") + 2},
        )
    )
    assert move(pk=campaign.pk, state="published", later=later) == 1
    assert move(pk=campaign.pk, state="draft", later=later) == 0
    assert move(pk=campaign.pk, state="published", later=later) == 1
    campaign.refresh_from_db()
    other.refresh_from_db()
    assert (campaign.ends_at, campaign.link_life_s) == (later, other.link_life_s + 4)
    assert other.ends_at != later


def test_an_inserted_row_is_the_row_that_save_would_have_written() -> None:
    campaign = a_campaign()
    held = a_hold(campaign)
    assert prepared.insert(held)
    read = Hold.objects.get(pk=held.pk)
    fields = [field.attname for field in Hold._meta.concrete_fields]
    assert [getattr(held, name) for name in fields] == [getattr(read, name) for name in fields]
    held.price_fen = 20
    held.save()  # it knows that it is in the database
    assert Hold.objects.get().price_fen == 20


def test_a_row_that_is_there_already_is_left_alone() -> None:
    campaign = a_campaign()
    assert prepared.insert(a_hold(campaign))
    again = a_hold(campaign)
    assert not prepared.insert(again, unless_same="reference")
    assert again.pk is None and Hold.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.insert(a_hold(campaign))


def test_a_column_can_be_asked_from_the_statement_itself() -> None:
    campaign = a_campaign()
    held = a_hold(campaign)
    price = "7 + (SELECT price_fen FROM campaigns_account WHERE id = %s)"
    assert prepared.insert(held, price_fen=Asked(price, [campaign.account_id]))
    assert Hold.objects.get().price_fen == 7 + campaign.account.price_fen


def test_what_is_remembered_is_another_object_each_time(settings: Any) -> None:
    settings.FUSION_REMEMBER_S = 60
    campaign = a_campaign()
    with_account = Prepared(
        lambda: Campaign.objects.select_related("account").filter(pk=Slot("pk")), remembered=True
    )
    first = with_account.first(pk=campaign.pk)
    assert first is not None
    first.slug, first.account.price_fen = "changed", 77
    first.account = an_account()
    with CaptureQueriesContext(connection) as asked:
        again = with_account.first(pk=campaign.pk)
        assert again == campaign and again is not None and again is not first
        assert again.account == campaign.account
        assert (again.slug, again.account.price_fen) == (campaign.slug, 10)
    assert not asked.captured_queries
    again.slug = "kept"
    again.save()  # it knows that it is in the database
    assert Campaign.objects.get(pk=campaign.pk).slug == "kept"


def test_rows_of_an_earlier_statement_stay_when_another_is_asked() -> None:
    campaign = a_campaign()
    rows = prepared.ask("SELECT id FROM campaigns_campaign WHERE id = %s", [campaign.pk])
    assert prepared.ask("SELECT 1 WHERE 1 = 2") == []
    assert [tuple(row) for row in rows] == [(campaign.pk,)]
    assert prepared.change("UPDATE campaigns_campaign SET slug = slug WHERE 1 = 2") == 0


def test_a_connection_that_was_closed_is_opened_again() -> None:
    def ask_twice() -> list[int]:
        found = []
        for _ in range(2):
            found += [len(prepared.ask("SELECT 1"))]
            connection.close()
        return found

    with ThreadPoolExecutor(1) as own_connection:
        assert own_connection.submit(ask_twice).result() == [1, 1]


def test_nothing_is_remembered_of_an_earlier_asking() -> None:
    account = an_account()
    by_pk = Prepared(lambda: Account.objects.filter(pk=Slot("pk")))
    before = by_pk.first(pk=account.pk)
    Account.objects.filter(pk=account.pk).update(price_fen=77)
    after = by_pk.first(pk=account.pk)
    assert before is not None and after is not None
    assert before.price_fen != 77 and after.price_fen == 77
    assert Organisation.objects.filter(pk=after.organisation_id).exists()
