"""Who may what: the table of product.md section 2, written down a second time, cell by cell."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from campaigns.access import TABLE, Act, allowed, anywhere, require, roles, visible_to
from campaigns.models import (
    Account,
    Campaign,
    CampaignText,
    Membership,
    Organisation,
    Role,
)
from campaigns.refusals import NotAllowed, NothingHere
from tests.factories import a_campaign, a_person, add_role, an_account, an_organisation

O, R, F, P, U, A = (  # noqa: E741 - columns of a table
    Role.OPERATOR,
    Role.REVIEWER,
    Role.FINANCE,
    Role.PARTNER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
WHO: dict[Act, set[Role]] = {
    Act.SEE: {O, R, F, P, U, A},
    Act.CAMPAIGN_EDIT: {O},
    Act.CAMPAIGN_PUBLISH: {O},
    Act.CAMPAIGN_PAUSE: {O},
    Act.CAMPAIGN_END: {O},
    Act.CAMPAIGN_ARCHIVE: {O},
    Act.CAMPAIGN_CLONE: {O},
    Act.MATERIAL_EDIT: {O},
    Act.MATERIAL_SUBMIT: {O},
    Act.MATERIAL_WITHDRAW: {O, R},
    Act.MATERIAL_APPEAL: {O},
    Act.MATERIAL_REVIEW: {R},
    Act.APPEAL_DECIDE: {R},
    Act.RIGHTS_EDIT: {O},
    Act.RESULT_MODERATE: {O, R},
    Act.TAKEDOWN_DECIDE: {R},
    Act.DATA_EXPORT: {O},
    Act.UNLABELLED_ASK: {O},
    Act.UNLABELLED_GRANT: {R},
    Act.STATISTICS_SEE: {O, F, P, U, A},
    Act.LEDGER_SEE: {F, U, A},
    Act.SERVICE_OPEN: {F},
    Act.TOP_UP: {F},
    Act.PACK_SELL: {F},
    Act.FEE_TAKE: {F},
    Act.ACCOUNT_CORRECT: {F},
    Act.ACCOUNT_TERMS: {F, A},
    Act.CAPS_SET: {F},
    Act.FREEZE: {F, A},
    Act.CREDENTIAL_MANAGE: {P, A},
    Act.WEBHOOK_MANAGE: {P},
    Act.REQUEST_LOG_SEE: {P, U, A},
    Act.QUOTA_ASK: {O, P},
    Act.QUOTA_GRANT: {A},
    Act.QUOTA_SET: {A},
    Act.PEOPLE_MANAGE: {A},
    Act.ORGANISATION_MANAGE: {A},
    Act.RETENTION_SET: {A},
    Act.PRIVACY_SEE: {O, U, A},
    Act.HEALTH_SEE: {U, A},
    Act.AUDIT_SEE: {U, A},
}


def test_every_act_has_a_row_and_every_role_a_column() -> None:
    assert set(WHO) == set(Act)
    assert set(TABLE) == set(Role)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_exactly_what_the_table_says(role: Role, act: Act) -> None:
    assert (act in TABLE[role]) == (role in WHO[act])


def test_an_auditor_changes_nothing() -> None:
    assert all(act.value.endswith("see") for act in TABLE[Role.AUDITOR])


@pytest.mark.django_db
class TestPeople:
    @pytest.mark.parametrize("role", Role)
    def test_a_role_counts_at_its_own_organisation_or_site_wide(self, role: Role) -> None:
        campaign = a_campaign()
        person = a_person(role, organisation=campaign.organisation)
        for act in Act:
            assert allowed(person, act, campaign) == (role in WHO[act])

    @pytest.mark.parametrize("role", [O, R, F, P])
    def test_another_organisations_things_are_not_there(self, role: Role) -> None:
        stranger = a_person(role)
        campaign = a_campaign()
        assert not any(allowed(stranger, act, campaign) for act in Act)
        with pytest.raises(NothingHere):
            require(stranger, Act.SEE, campaign)
        assert not visible_to(stranger, Campaign.objects.all()).exists()

    @pytest.mark.parametrize("role", [U, A])
    def test_auditors_and_administrators_see_everyones(self, role: Role) -> None:
        campaign = a_campaign()
        assert campaign in visible_to(a_person(role), Campaign.objects.all())

    def test_ones_own_things_are_refused_with_the_act(self) -> None:
        campaign = a_campaign()
        finance = a_person(F, organisation=campaign.organisation)
        with pytest.raises(NotAllowed) as refused:
            require(finance, Act.CAMPAIGN_PUBLISH, campaign)
        assert "publish a campaign" in str(refused.value.message())

    def test_two_roles_add_up(self) -> None:
        campaign = a_campaign()
        person = a_person(O, F, organisation=campaign.organisation)
        assert allowed(person, Act.CAMPAIGN_EDIT, campaign)
        assert allowed(person, Act.TOP_UP, campaign)
        assert roles(person, campaign) == {O, F}

    def test_roles_in_two_organisations_do_not_mix(self) -> None:
        here, there = a_campaign(), a_campaign()
        person = a_person(O, organisation=here.organisation)
        add_role(person, F, there.organisation)
        assert not allowed(person, Act.TOP_UP, here)
        assert not allowed(person, Act.CAMPAIGN_EDIT, there)
        assert list(visible_to(person, Campaign.objects.all(), Act.CAMPAIGN_EDIT)) == [here]

    def test_an_act_on_the_whole_site_needs_a_site_wide_role(self) -> None:
        assert allowed(a_person(A), Act.HEALTH_SEE)
        assert not allowed(a_person(O), Act.CAMPAIGN_EDIT)
        assert anywhere(a_person(O), Act.CAMPAIGN_EDIT)

    def test_someone_switched_off_may_nothing(self) -> None:
        person = a_person(A, is_active=False)
        assert not any(anywhere(person, act) for act in Act)
        assert not visible_to(person, Organisation.objects.all()).exists()

    def test_nobody_in_particular_may_nothing(self) -> None:
        assert not any(anywhere(AnonymousUser(), act) for act in Act)

    def test_the_first_person_of_a_site_is_its_administrator_and_nothing_more(self) -> None:
        first = a_person(is_superuser=True)
        campaign = a_campaign()
        assert roles(first, campaign) == {A}
        assert not allowed(first, Act.MATERIAL_REVIEW, campaign)

    @pytest.mark.parametrize("role", [U, A])
    def test_the_database_keeps_site_roles_site_wide(self, role: Role) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(person=a_person(), role=role, organisation=an_organisation())

    def test_the_database_keeps_other_roles_in_an_organisation(self) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(person=a_person(), role=O)


# Models that belong to nobody: the site's own, or only ever reached through their owner.
SITE_OWN = {"ErasureRun", "Person", "Series", "Quota", "Heartbeat"}


@pytest.mark.parametrize("label", ["campaigns", "templates_app", "results", "jobs"])
def test_every_row_says_whose_it_is(label: str) -> None:
    missing = {
        model.__name__
        for model in apps.get_app_config(label).get_models()
        if not hasattr(model, "organisation_path")
        and not model.__name__.startswith("Historical")
        and model.__name__ not in SITE_OWN
    }
    assert not missing


@pytest.mark.parametrize("label", ["campaigns", "templates_app", "results", "jobs"])
def test_every_path_leads_to_the_organisation(label: str) -> None:
    for model in apps.get_app_config(label).get_models():
        path: str = getattr(model, "organisation_path", "pk")
        if path == "pk":
            continue
        target: Any = model
        for step in path.split("__"):
            target = target._meta.get_field(step).related_model
        assert target is Organisation, model


@pytest.mark.django_db
def test_the_owner_is_found_from_any_row() -> None:
    campaign = a_campaign()
    operator = a_person(O, organisation=campaign.organisation)
    text = CampaignText.objects.filter(campaign=campaign)[0]
    for row in (campaign, campaign.account, campaign.organisation, text):
        assert allowed(operator, Act.SEE, row)
        assert not allowed(a_person(O), Act.SEE, row)
    assert an_account() not in visible_to(operator, Account.objects.all())
