"""The review queue: one item, one person; every act by a form that keys press."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Role
from templates_app import editing, queue, review
from templates_app.models import Appeal, Finding, Material, Review, State
from tests.console.acting import client_of, page, queries, said, signed_in
from tests.factories import a_campaign, a_person, a_submission

pytestmark = pytest.mark.django_db

PINNED_QUERIES = 45


def act(client: Client, name: str, item: int = 0, /, **fields: Any) -> Any:
    return client.post(page("review"), {"act": name, "item": item, **fields}, follow=True)


def shown(answer: Any) -> Any:
    return answer.context.get("item")


def test_the_oldest_is_shown_with_everything_needed_to_decide() -> None:
    campaign = a_campaign()
    older = a_submission(campaign, seed=1, title="Older")
    a_submission(campaign, seed=2, title="Newer")
    answer = signed_in(Role.REVIEWER, at=campaign).get(page("review"))
    body = answer.content.decode()
    assert shown(answer) == older
    assert [line.title for line in answer.context["lines"]] == ["Older", "Newer"]
    for words in (
        "Face size",
        "≥ 34 px",
        "Example Ltd",
        "Submitted by",
        "Approve",
        "If you reject",
    ):
        assert words in body
    for key in "ARZJT1Q":
        assert f">{key}</kbd>" in body


def test_claiming_shows_how_long_it_is_mine() -> None:
    submitted = a_submission()
    answer = act(signed_in(Role.REVIEWER, at=submitted), "claim", submitted.pk)
    assert 590 <= answer.context["left_s"] <= 600
    assert "data-until=" in answer.content.decode()


class TestDeciding:
    def test_approving_leads_to_the_next_one_held_and_offers_undo(self) -> None:
        campaign = a_campaign()
        first, second = (a_submission(campaign, seed=seed) for seed in (1, 2))
        client = signed_in(Role.REVIEWER, at=campaign)
        answer = act(client, "approve", first.pk, comment="Lovely")
        first.refresh_from_db()
        assert (first.outcome, first.comment) == ("approved", "Lovely")
        assert shown(answer) == second
        assert answer.context["mine"]
        assert "data-undo-toast" in answer.content.decode()

    def test_rejecting_needs_a_reason_and_keeps_what_was_typed(self) -> None:
        submitted = a_submission()
        client = signed_in(Role.REVIEWER, at=submitted)
        answer = act(client, "reject", submitted.pk, comment="Too dark for us")
        assert answer.status_code == 422
        assert "at least one reason" in said(answer)
        assert "Too dark for us" in answer.content.decode()
        act(client, "reject", submitted.pk, reasons=["look", "marks"], comment="Too dark for us")
        submitted.refresh_from_db()
        assert submitted.reasons == ["look", "marks"]
        assert submitted.comment == "Too dark for us"

    def test_an_unknown_reason_is_no_reason(self) -> None:
        submitted = a_submission()
        client = signed_in(Role.REVIEWER, at=submitted)
        assert act(client, "reject", submitted.pk, reasons=["ugly"]).status_code == 422
        submitted.refresh_from_db()
        assert submitted.outcome == ""

    def test_undo_takes_the_last_decision_back(self) -> None:
        submitted = a_submission()
        client = signed_in(Role.REVIEWER, at=submitted)
        act(client, "approve", submitted.pk)
        answer = act(client, "undo")
        assert shown(answer).version == submitted.version
        assert answer.context["mine"]
        assert Material.objects.get().state == State.PENDING
        assert "nothing to undo" in said(act(client, "undo"))

    def test_undo_names_one_of_the_decided_ones(self) -> None:
        campaign = a_campaign()
        first, second = (a_submission(campaign, seed=seed) for seed in (1, 2))
        client = signed_in(Role.REVIEWER, at=campaign)
        act(client, "approve", first.pk)
        act(client, "approve", second.pk)
        answer = client.get(page("review"), {"tab": "decided"})
        assert [one["undoable"] for one in answer.context["decided"]] == [True, True]
        act(client, "undo", first.pk)
        first.refresh_from_db()
        assert first.undone_at is not None

    def test_next_lets_it_go_and_takes_another(self) -> None:
        campaign = a_campaign()
        first, second = (a_submission(campaign, seed=seed) for seed in (1, 2))
        client = signed_in(Role.REVIEWER, at=campaign)
        act(client, "claim", first.pk)
        assert shown(act(client, "next", first.pk)) == second
        first.refresh_from_db()
        assert first.claimed_by is None
        assert shown(act(client, "next", second.pk)) == first, "behind the last comes the first"

    def test_a_hundred_are_decided_one_after_the_other(self) -> None:
        campaign = a_campaign()
        like = a_submission(campaign)
        a_hundred_like(like)
        client = signed_in(Role.REVIEWER, at=campaign)
        answer = act(client, "take")
        for number in range(100):
            item = shown(answer)
            fields = {"reasons": ["look"]} if number % 3 == 0 else {}
            answer = act(client, "reject" if fields else "approve", item.pk, **fields)
            assert answer.status_code == 200
        assert shown(answer) is None
        outcomes = list(Review.objects.values_list("outcome", flat=True))
        assert (outcomes.count("rejected"), outcomes.count("approved")) == (34, 66)


def a_hundred_like(submitted: Review) -> None:
    """99 more submissions of the same picture by the same person."""
    version, material = submitted.version, submitted.version.material
    record = material.rights_records.get()
    for number in range(99):
        material.pk, material.model_id, material.number = None, f"qc_x_{number}", number + 10
        material.current = None
        material.save(force_insert=True)
        version.pk, version.material, version.state = None, material, State.PENDING
        version.save(force_insert=True)
        record.pk, record.material = None, material
        record.save(force_insert=True)
        material.settle()
        Review.objects.create(version=version, submitted_by=submitted.submitted_by)


class TestTwoPeople:
    def test_two_reviewers_never_hold_the_same(self) -> None:
        campaign = a_campaign()
        first, second = (a_submission(campaign, seed=seed) for seed in (1, 2))
        anna, ben = (signed_in(Role.REVIEWER, at=campaign) for _ in range(2))
        assert shown(act(anna, "take")) == first
        assert shown(act(ben, "take")) == second
        third = signed_in(Role.REVIEWER, at=campaign)
        answer = act(third, "take")
        assert answer.context["held_by"]
        assert "is looking at this one" in answer.content.decode()
        assert 'value="approve"' not in answer.content.decode()

    def test_the_slower_one_reads_who_was_faster(self) -> None:
        submitted = a_submission()
        anna = a_person(Role.REVIEWER, organisation=submitted.organisation, username="anna")
        review.approve(review=submitted, by=anna)
        ben = signed_in(Role.REVIEWER, at=submitted)
        answer = act(ben, "approve", submitted.pk)
        assert answer.status_code == 422
        assert "anna was faster" in said(answer)

    def test_what_somebody_holds_cannot_be_decided_by_a_hand_made_post(self) -> None:
        submitted = a_submission()
        anna = a_person(Role.REVIEWER, organisation=submitted.organisation, username="anna")
        review.claim(review=submitted, by=anna)
        ben = signed_in(Role.REVIEWER, at=submitted)
        assert "anna is looking at this one" in said(act(ben, "approve", submitted.pk))
        submitted.refresh_from_db()
        assert submitted.outcome == ""

    def test_ones_own_is_shown_but_decided_by_somebody_else(self) -> None:
        campaign = a_campaign()
        both = a_person(Role.OPERATOR, Role.REVIEWER, organisation=campaign.organisation)
        own = a_submission(campaign, by=both)
        client = client_of(both)
        answer = client.get(page("review"))
        assert "You submitted this one. Someone else decides it." in answer.content.decode()
        assert 'value="approve"' not in answer.content.decode()
        assert "somebody else has to decide" in said(act(client, "approve", own.pk))
        assert queue.take_next(queue.waiting(both), both) is None

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.FINANCE, Role.AUDITOR])
    def test_other_roles_decide_nothing(self, role: Role) -> None:
        submitted = a_submission()
        client = signed_in(role, at=submitted)
        assert act(client, "approve", submitted.pk).status_code == 403
        assert client.get(page("review")).status_code == 403

    def test_another_organisations_items_are_not_there(self) -> None:
        submitted = a_submission()
        stranger = signed_in(Role.REVIEWER, at=a_campaign())
        assert stranger.get(page("review")).context["counts"]["waiting"] == 0
        for name in ("approve", "claim", "next", "release", "undo", "won"):
            assert act(stranger, name, submitted.pk).status_code == 404
        asked = stranger.get(page("review"), {"item": submitted.pk})
        assert shown(asked) is None


class TestNarrowing:
    def test_by_age_campaign_and_finding(self) -> None:
        campaign = a_campaign()
        old, fresh = (a_submission(campaign, seed=seed) for seed in (1, 2))
        other = a_submission(a_campaign(organisation=campaign.organisation), seed=3)
        long_ago = timezone.now() - timedelta(hours=5)
        Review.objects.filter(pk=old.pk).update(submitted_at=long_ago)
        Finding.objects.filter(version=fresh.version, rule="turn").update(met=False)
        client = signed_in(Role.REVIEWER, at=campaign)

        def listed(**asked: object) -> list[int]:
            answer = client.get(page("review"), {k: str(v) for k, v in asked.items()})
            return [line.pk for line in answer.context["lines"]]

        assert listed() == [old.pk, fresh.pk, other.pk]
        assert listed(hours=4) == [old.pk]
        assert listed(finding="turn") == [fresh.pk]
        assert listed(campaign=other.version.material.campaign_id) == [other.pk]
        assert listed(hours="x", finding="'", campaign="9" * 40, item="9" * 40) == listed()

    def test_it_stays_narrowed_from_item_to_item(self) -> None:
        campaign = a_campaign()
        first, second, third = (a_submission(campaign, seed=seed) for seed in (1, 2, 3))
        Finding.objects.filter(rule="turn").exclude(version=second.version).update(met=False)
        client = signed_in(Role.REVIEWER, at=campaign)
        answer = act(client, "approve", first.pk, finding="turn")
        assert shown(answer) == third

    def test_the_grid_shows_the_same(self) -> None:
        submitted = a_submission()
        client = signed_in(Role.REVIEWER, at=submitted)
        body = client.get(page("review"), {"view": "grid"}).content.decode()
        assert f"?item={submitted.pk}" in body
        assert 'class="fbox"' in body

    def test_a_withdrawn_material_waits_for_nobody(self) -> None:
        submitted = a_submission()
        material = submitted.version.material
        editing.withdraw(material=material, by=submitted.submitted_by, why="Not ours")
        assert not queue.waiting(a_person(Role.REVIEWER, organisation=material.organisation))

    def test_a_longer_queue_asks_the_database_no_more(self) -> None:
        campaign = a_campaign()
        client = signed_in(Role.REVIEWER, at=campaign)
        a_submission(campaign, seed=1)
        few = queries(client, page("review"))
        for seed in (2, 3, 4):
            a_submission(campaign, seed=seed)
        assert queries(client, page("review")) == few <= PINNED_QUERIES


class TestAppeals:
    def appealed(self) -> Appeal:
        submitted = a_submission()
        reviewer = a_person(Role.REVIEWER, organisation=submitted.organisation)
        review.reject(review=submitted, by=reviewer, reasons=["look"], comment="Too dark")
        text = "It does fit the night"
        return review.appeal(review=submitted, by=submitted.submitted_by, text=text)

    def test_another_reviewer_decides_with_a_reason(self) -> None:
        appeal = self.appealed()
        client = signed_in(Role.REVIEWER, at=appeal)
        body = client.get(page("review"), {"tab": "appeals"}).content.decode()
        assert "It does fit the night" in body
        assert "Too dark" in body
        assert "h left" in body
        refused = act(client, "won", appeal.pk, tab="appeals")
        assert "A reason is needed" in said(refused)
        assert "Appeal won" in said(act(client, "won", appeal.pk, tab="appeals", comment="It does"))
        assert Material.objects.get().state == State.APPEAL_WON
        again = act(client, "lost", appeal.pk, tab="appeals", comment="No")
        assert "was faster" in said(again)

    def test_whoever_rejected_it_does_not_decide(self) -> None:
        appeal = self.appealed()
        first = appeal.review.decided_by
        assert first is not None
        client = client_of(first)
        body = client.get(page("review"), {"tab": "appeals"}).content.decode()
        assert "You had a part in this one" in body
        answer = act(client, "won", appeal.pk, tab="appeals", comment="It does")
        assert "somebody else has to decide" in said(answer)

    def test_the_clock_says_when_it_has_run_out(self) -> None:
        appeal = self.appealed()
        Appeal.objects.update(due_at=timezone.now() - timedelta(hours=3))
        client = signed_in(Role.REVIEWER, at=appeal)
        answer = client.get(page("review"), {"tab": "appeals"})
        assert answer.context["overdue"]
        assert "3 h over" in answer.content.decode()


def test_an_unknown_act_is_not_there() -> None:
    submitted = a_submission()
    client = signed_in(Role.REVIEWER, at=submitted)
    assert act(client, "publish", submitted.pk).status_code == 404
