"""A sandbox is there at once, is never charged, and takes the calls of keys that are kept to it."""

import pytest

from campaigns import sandboxes
from campaigns.models import Campaign, Credential, LedgerEntry, Role
from campaigns.refusals import NotAllowed, NothingHere, WrongState
from fusionsite import trying
from fusionsite.developers import inside
from fusionsite.developers.calls import BY_SLUG, Wish
from fusionsite.developers.tasks import stock_sandboxes
from fusionsite.jobs.models import FusionJob
from fusionsite.painted import PICTURES, VISITORS
from templates_app import catalogue, stocking
from templates_app.models import Material
from tests.dialects.transcripts import forget_counts
from tests.factories import a_campaign, a_credential, a_look, a_person, an_account

pytestmark = pytest.mark.django_db


def a_sandbox(standing: str = "normal") -> Campaign:
    account = an_account(standing=standing, balance_fen=0)
    partner = a_person(Role.PARTNER, organisation=account.organisation)
    return trying.sandbox_for(account, by=partner)


def test_a_sandbox_has_painted_materials_that_the_machine_approved() -> None:
    campaign = a_sandbox()
    shelf = list(catalogue.shelf(campaign))
    assert (campaign.sandbox, campaign.state, len(shelf)) == (True, "draft", 2)
    assert {material.status_number for material in shelf} == {21}
    assert sorted(material.faces.count() for material in shelf) == [1, 2]
    assert shelf[0].rights is not None and shelf[0].rights.confirmed_by is None


def test_an_account_has_one_sandbox_however_often_it_is_asked_for() -> None:
    campaign = a_sandbox()
    partner = a_person(Role.PARTNER, organisation=campaign.organisation)
    assert trying.sandbox_for(campaign.account, by=partner) == campaign
    assert Material.objects.filter(campaign=campaign).count() == 2


def test_what_a_broken_start_left_out_is_made_later() -> None:
    account = an_account()
    partner = a_person(Role.PARTNER, organisation=account.organisation)
    bare = sandboxes.make(account, by=partner)
    assert trying.sandbox_for(account, by=partner) == bare
    assert trying.first_material(bare) is not None


def test_only_who_manages_keys_makes_a_sandbox() -> None:
    account = an_account()
    with pytest.raises(NotAllowed):
        sandboxes.make(account, by=a_person(Role.OPERATOR, organisation=account.organisation))
    with pytest.raises(NothingHere):
        sandboxes.make(account, by=a_person(Role.PARTNER))


def test_a_campaign_that_is_no_sandbox_takes_no_material_past_its_review() -> None:
    campaign = a_campaign(state="draft")
    partner = a_person(Role.PARTNER, organisation=campaign.organisation)
    with pytest.raises(WrongState):
        stocking.stock(campaign=campaign, looked=a_look(), by=partner, title={"en": "x"})


def test_a_key_kept_to_its_sandbox_calls_protocols_without_campaigns_for_nothing(
    run_jobs_at_once: None,
) -> None:
    campaign = a_sandbox("not_ready")
    photo = (PICTURES / VISITORS[0]).read_bytes()
    template = (PICTURES / "old_master.jpg").read_bytes()
    for slug, kind in (("jd-face_morph", "jd"), ("aigs-faceswap", "bearer")):
        forget_counts()
        operation = BY_SLUG[slug]
        made = a_credential(
            campaign.account, kind=kind, dialects=[operation.door], campaigns=[campaign]
        )
        wish = Wish(made.credential, made.secret, photo=photo, template=template)
        answer = inside.send(operation.prepare(wish).outgoing, address="203.0.113.9")
        assert b'"status": 200' in answer.body or b'"success"' in answer.body
    jobs = FusionJob.objects.all()
    assert [(job.campaign, job.charged) for job in jobs] == [(campaign, False)] * 2
    lines = LedgerEntry.objects.filter(account=campaign.account)
    assert {line.amount_fen for line in lines} <= {0}


def test_a_key_that_opens_more_has_no_sandbox() -> None:
    campaign = a_sandbox()
    other = a_campaign(account=campaign.account)
    for campaigns in ([], [campaign, other], [other]):
        key = a_credential(campaign.account, kind="tencent", campaigns=campaigns).credential
        assert sandboxes.sandbox_of(key) is None
        Credential.objects.all().update(disabled_at="2026-01-01T00:00Z")


def test_the_clock_gives_every_account_with_a_key_its_sandbox_once() -> None:
    key = a_credential().credential
    without_a_key = an_account()
    for _ in range(2):
        stock_sandboxes()
    (sandbox,) = Campaign.objects.filter(sandbox=True)
    assert sandbox.account == key.account != without_a_key
    assert catalogue.shelf(sandbox).count() == 2


def test_a_key_of_somebody_who_left_makes_no_sandbox() -> None:
    key = a_credential().credential
    assert key.created_by is not None
    key.created_by.memberships.all().delete()
    stock_sandboxes()
    assert not Campaign.objects.filter(sandbox=True).exists()
