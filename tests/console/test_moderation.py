"""Moderation of the gallery, and takedown reports with their clock."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from campaigns.models import AuditLine, Campaign, Role
from fusionsite.results import links, reports
from fusionsite.results.models import Report, Result
from tests.console.acting import page, queries, said, signed_in
from tests.factories import a_campaign, an_offered_picture

pytestmark = pytest.mark.django_db

PINNED_QUERIES = 20
State = Result.GalleryState
Ground = Report.Ground


def act(client: Client, name: str, /, *chosen: Result, **fields: Any) -> Any:
    keys = [result.key for result in chosen]
    return client.post(page("moderation"), {"act": name, "chosen": keys, **fields}, follow=True)


def state(result: Result) -> str:
    result.refresh_from_db()
    return str(result.gallery_state)


class TestGallery:
    def test_pictures_offered_to_it_are_looked_at(self) -> None:
        result = an_offered_picture()
        client = signed_in(Role.OPERATOR, at=result)
        body = client.get(page("moderation")).content.decode()
        assert page("result_picture", result.key) in body
        picture = client.get(page("result_picture", result.key))
        assert picture.content[:2] == b"\xff\xd8"
        assert "no-store" in picture["Cache-Control"]

    def test_many_are_approved_or_hidden_and_it_is_undone(self) -> None:
        campaign = a_campaign(gallery=Campaign.Gallery.AFTER_REVIEW)
        one, two, three = (an_offered_picture(campaign) for _ in range(3))
        client = signed_in(Role.REVIEWER, at=campaign)
        answer = act(client, "approve", one, two)
        assert "2 pictures shown." in said(answer)
        assert [state(result) for result in (one, two, three)] == ["shown", "shown", "waiting"]
        assert sorted(answer.context["undone"]) == sorted([one.key, two.key])
        act(client, "undo", one, two)
        assert state(one) == state(two) == State.WAITING
        act(client, "hide", three)
        assert state(three) == State.HIDDEN

    def test_hiding_is_immediate_for_the_gallery_itself(self) -> None:
        result = an_offered_picture(gallery_state=State.SHOWN)
        client = signed_in(Role.OPERATOR, at=result)
        act(client, "hide", result)
        hidden = client.get(page("moderation"), {"state": "hidden"}).context["pages"]
        assert list(hidden.object_list) == [result]

    def test_deleting_is_confirmed_by_the_number_of_pictures(self) -> None:
        campaign = a_campaign(gallery=Campaign.Gallery.AFTER_REVIEW)
        one, two = an_offered_picture(campaign), an_offered_picture(campaign)
        client = signed_in(Role.OPERATOR, at=campaign)
        asked = act(client, "delete", one, two)
        assert "They cannot be brought back" in asked.content.decode()
        wrong = act(client, "delete", one, two, confirm="1")
        assert wrong.status_code == 422
        assert Result.objects.filter(erased_at=None).count() == 2
        assert "2 pictures deleted" in said(act(client, "delete", one, two, confirm="2"))
        one.refresh_from_db()
        assert one.erased_why == Result.Why.OPERATOR
        assert not storages["results"].exists(one.file_name)
        assert AuditLine.objects.filter(act="result.delete").count() == 2

    def test_a_stale_page_gets_a_sentence(self) -> None:
        result = an_offered_picture()
        client = signed_in(Role.OPERATOR, at=result)
        act(client, "hide", result)
        assert "the state is" in said(act(client, "hide", result))

    def test_others_and_strangers_see_and_change_nothing(self) -> None:
        result = an_offered_picture()
        finance = signed_in(Role.FINANCE, at=result)
        assert act(finance, "hide", result).status_code == 403
        assert finance.get(page("result_picture", result.key)).status_code == 403
        stranger = signed_in(Role.OPERATOR, at=a_campaign())
        assert stranger.get(page("result_picture", result.key)).status_code == 404
        assert "Choose at least one" in said(act(stranger, "hide", result))
        assert state(result) == State.WAITING

    def test_a_picture_that_was_not_offered_is_nobodys_business(self) -> None:
        result = an_offered_picture(gallery_state=State.OFF)
        client = signed_in(Role.OPERATOR, Role.REVIEWER, at=result)
        assert client.get(page("result_picture", result.key)).status_code == 404
        assert not client.get(page("moderation")).context["pages"].object_list

    @pytest.mark.parametrize("fields", [{"act": "show"}, {}, {"act": "x" * 9000}])
    def test_an_unknown_act_is_not_there(self, fields: dict[str, str]) -> None:
        client = signed_in(Role.OPERATOR, at=a_campaign())
        assert client.post(page("moderation"), fields).status_code == 404

    def test_more_pictures_ask_the_database_no_more(self) -> None:
        campaign = a_campaign(gallery=Campaign.Gallery.AFTER_REVIEW)
        client = signed_in(Role.OPERATOR, at=campaign)
        an_offered_picture(campaign)
        few = queries(client, page("moderation"))
        for _ in range(4):
            an_offered_picture(campaign)
        assert queries(client, page("moderation")) == few <= PINNED_QUERIES


def reported(ground: Report.Ground = Ground.NOT_ME, **fields: Any) -> Report:
    result = an_offered_picture(gallery_state=State.OFF)
    report = reports.report(result, ground=ground, words="That is my face")
    Report.objects.filter(pk=report.pk).update(**fields)
    return report


def decide(client: Client, name: str, report: Report, why: str = "") -> Any:
    fields = {"act": name, "number": report.number, "why": why}
    return client.post(page("takedowns"), fields, follow=True)


@pytest.mark.usefixtures("pictures_in_memory")
class TestTakedown:
    def test_the_most_urgent_stand_on_top_with_their_clock(self) -> None:
        first = reported()
        campaign = first.result.campaign
        assert campaign is not None
        child = reports.report(an_offered_picture(campaign), ground=Ground.MINOR)
        late = reports.report(an_offered_picture(campaign), ground=Ground.OTHER)
        Report.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=2))
        answer = signed_in(Role.REVIEWER, at=first).get(page("takedowns"))
        assert list(answer.context["reports"]) == [child, late, first]
        body = answer.content.decode()
        assert "2 h over" in body
        assert "47 h left" in body
        assert "Hidden everywhere" in body

    def test_upheld_takes_it_down_everywhere(self) -> None:
        report = reported()
        twin = reports.report(report.result, ground=Ground.DECEPTIVE)
        client = signed_in(Role.REVIEWER, at=report)
        address = links.picture_url(report.result)
        assert Client().get(address).status_code == 200
        assert "Taken down" in said(decide(client, "down", report, "It is not theirs"))
        report.refresh_from_db()
        twin.refresh_from_db()
        assert (report.upheld, report.decision) == (True, "It is not theirs")
        assert twin.upheld, "every report about it is decided with it"
        assert Client().get(address).status_code == 410
        assert Result.objects.get().erased_why == Result.Why.TAKEDOWN
        line = AuditLine.objects.filter(act="takedown_decide").first()
        assert line is not None
        assert line.why == "It is not theirs"

    def test_left_shows_it_again(self) -> None:
        report = reported(Ground.INTIMATE)
        client = signed_in(Role.REVIEWER, at=report)
        address = links.picture_url(report.result)
        assert Client().get(address).status_code == 410
        decide(client, "leave", report, "It is a painting")
        assert Client().get(address).status_code == 200

    def test_it_stays_hidden_while_another_report_waits(self) -> None:
        report = reported(Ground.INTIMATE)
        reports.report(report.result, ground=Ground.MINOR)
        decide(signed_in(Role.REVIEWER, at=report), "leave", report, "It is a painting")
        report.result.refresh_from_db()
        assert report.result.hidden_at is not None

    def test_it_is_hidden_until_decided(self) -> None:
        report = reported()
        client = signed_in(Role.REVIEWER, at=report)
        address = links.picture_url(report.result)
        assert "Hidden everywhere" in said(decide(client, "hide", report))
        assert Client().get(address).status_code == 410
        assert client.get(page("result_picture", report.result.key)).status_code == 200

    def test_a_reason_is_needed_and_a_second_decision_is_said(self) -> None:
        report = reported()
        client = signed_in(Role.REVIEWER, at=report)
        answer = decide(client, "down", report)
        assert answer.status_code == 422
        assert "A reason is needed" in answer.content.decode()
        decide(client, "leave", report, "It is a painting")
        again = decide(client, "down", report, "Sure?")
        assert "left where it is" in again.content.decode() or again.status_code == 422
        report.refresh_from_db()
        assert report.upheld is False

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.FINANCE, Role.AUDITOR])
    def test_only_reviewers_of_the_organisation_decide(self, role: Role) -> None:
        report = reported()
        assert decide(signed_in(role, at=report), "down", report, "Mine").status_code == 403
        stranger = signed_in(Role.REVIEWER, at=a_campaign())
        assert decide(stranger, "down", report, "Mine").status_code == 404
        report.refresh_from_db()
        assert report.decided_at is None
