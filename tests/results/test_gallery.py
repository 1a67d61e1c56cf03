"""The gallery's states: who may move a picture where, and what is shown."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import AuditLine, Campaign, Person, Role
from campaigns.refusals import NotAllowed, NothingHere, WrongState
from fusionsite.results import gallery, storing
from fusionsite.results.models import Result
from tests.factories import a_person, an_organisation
from tests.results.test_links import a_result

pytestmark = pytest.mark.django_db

State = Result.GalleryState


@pytest.fixture
def result() -> Result:
    made = a_result()
    ask_for(made, Campaign.Gallery.AFTER_REVIEW)
    return made


@pytest.fixture
def moderator(result: Result) -> Person:
    return a_person(Role.OPERATOR, organisation=result.organisation)


def ask_for(result: Result, rule: Campaign.Gallery) -> None:
    assert result.campaign is not None
    result.campaign.gallery = rule
    result.campaign.save()


def campaign_of(result: Result) -> Campaign:
    assert result.campaign is not None
    return result.campaign


def test_an_offered_picture_waits_for_a_person(result: Result) -> None:
    assert gallery.offer(result)
    assert list(gallery.waiting([campaign_of(result)])) == [result]
    assert list(gallery.shown(campaign_of(result))) == []


def test_offering_twice_changes_nothing(result: Result, moderator: Person) -> None:
    gallery.offer(result)
    gallery.hide(result, moderator)
    assert gallery.offer(result) is False
    assert result.gallery_state == State.HIDDEN


def test_a_campaign_without_a_gallery_takes_no_offer(result: Result) -> None:
    ask_for(result, Campaign.Gallery.OFF)
    assert gallery.offer(result) is False
    assert result.gallery_state == State.OFF


def test_shown_at_once_still_waits_to_be_looked_at(result: Result, moderator: Person) -> None:
    ask_for(result, Campaign.Gallery.AT_ONCE)
    gallery.offer(result)
    assert list(gallery.shown(campaign_of(result))) == [result]
    assert list(gallery.waiting([campaign_of(result)])) == [result]
    gallery.approve(result, moderator)
    assert list(gallery.waiting([campaign_of(result)])) == []


def test_a_decision_is_made_written_down_and_taken_back(result: Result, moderator: Person) -> None:
    gallery.offer(result)
    gallery.approve(result, moderator)
    assert list(gallery.shown(campaign_of(result))) == [result]
    gallery.hide(result, moderator)
    assert list(gallery.shown(campaign_of(result))) == []
    gallery.reconsider(result, moderator)
    assert list(gallery.waiting([campaign_of(result)])) == [result]
    written = AuditLine.objects.filter(object_type="results.result").order_by("pk")
    assert [line.after["gallery_state"] for line in written] == ["shown", "hidden", "waiting"]


def test_the_loser_of_a_race_changes_nothing(result: Result, moderator: Person) -> None:
    gallery.offer(result)
    stale = Result.objects.get(pk=result.pk)
    gallery.approve(result, moderator)
    with pytest.raises(WrongState):
        gallery.approve(stale, moderator)
    assert AuditLine.objects.filter(object_type="results.result").count() == 1


def test_who_may_not_moderate_decides_nothing(result: Result) -> None:
    gallery.offer(result)
    with pytest.raises(NotAllowed):
        gallery.approve(result, a_person(Role.FINANCE, organisation=result.organisation))
    with pytest.raises(NothingHere):
        gallery.hide(result, a_person(Role.OPERATOR, organisation=an_organisation()))


def test_its_maker_takes_it_out_whatever_was_decided(result: Result, moderator: Person) -> None:
    gallery.offer(result)
    gallery.approve(result, moderator)
    assert gallery.withdraw(result)
    assert list(gallery.shown(campaign_of(result))) == []
    assert gallery.withdraw(result) is False


def test_what_has_ended_or_was_reported_is_in_no_gallery(result: Result, moderator: Person) -> None:
    gallery.offer(result)
    gallery.approve(result, moderator)
    Result.objects.update(hidden_at=timezone.now())
    assert list(gallery.shown(campaign_of(result))) == []
    Result.objects.update(hidden_at=None)
    storing.erase(result, Result.Why.OWNER)
    assert list(gallery.shown(campaign_of(result))) == []


def test_a_gallery_that_is_switched_off_shows_nothing(result: Result, moderator: Person) -> None:
    gallery.offer(result)
    gallery.approve(result, moderator)
    ask_for(result, Campaign.Gallery.OFF)
    assert list(gallery.shown(campaign_of(result))) == []


def test_the_newest_stands_first(result: Result) -> None:
    gallery.offer(result)
    other = a_result(key="anotherKeyNobodyGuesses")
    other.campaign = result.campaign
    other.save()
    gallery.offer(other)
    later = timezone.now() + timedelta(seconds=1)
    Result.objects.filter(pk=other.pk).update(gallery_offered_at=later)
    assert list(gallery.waiting([campaign_of(result)])) == [other, result]
