"""The campaign's plain page: the gate is shown and kept, and a copy takes the materials along."""

import pytest
from django.urls import reverse

from campaigns.models import Campaign, Role
from templates_app.models import Material
from tests.console.acting import signed_in
from tests.factories import a_campaign, an_approved_material

pytestmark = pytest.mark.django_db


def test_the_gate_is_shown_and_kept_on_the_campaigns_page() -> None:
    campaign = a_campaign(state="draft", owner_contact="")
    operator = signed_in(Role.OPERATOR, at=campaign)
    change = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    publish = reverse("admin:campaigns_campaign_act", args=[campaign.pk, "publish"])
    assert "Give the contact" in operator.get(change).content.decode()
    assert b"At least one material" in operator.post(publish).content
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DRAFT
    an_approved_material(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(owner_contact="owner@example.org")
    assert operator.post(publish).status_code == 302
    campaign.refresh_from_db()
    assert campaign.published


def test_a_copy_made_on_the_page_takes_the_materials_along() -> None:
    campaign = a_campaign()
    an_approved_material(campaign)
    operator = signed_in(Role.OPERATOR, at=campaign)
    clone = reverse("admin:campaigns_campaign_act", args=[campaign.pk, "clone"])
    operator.post(clone, {"slug": "second-time"})
    assert Material.objects.filter(campaign__slug="second-time").count() == 1
