"""Which page of the console opens for whom, written down by hand: `test_pages` walks them all.

A new page of ours gets a line in `OURS`; a new ModelAdmin gets one in `MODELS`. Roles that are not
named get 403 (404 where the row is hidden from them), strangers of another organisation get 404.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.db.models import Model
from django.utils import timezone

from campaigns import ledger, quota, standing, webhooks
from campaigns.models import (
    AuditLine,
    Campaign,
    Credential,
    Layer,
    Membership,
    Notice,
    Person,
    QuotaRaise,
    Role,
    Statement,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from fusionsite.requestlog.models import LoggedRequest
from templates_app import review, rights
from templates_app.models import Material, RightsDocument
from tests.factories import (
    a_campaign,
    a_credential,
    a_draft_material,
    a_pack,
    a_person,
    a_submission,
    an_offered_picture,
    with_rights,
)

O, R, F, P, U, A = (  # noqa: E741 - columns of a table
    Role.OPERATOR,
    Role.REVIEWER,
    Role.FINANCE,
    Role.PARTNER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
EVERYONE = frozenset(Role)
NOBODY: frozenset[Role] = frozenset()
Roles = frozenset[Role] | set[Role]


@dataclass(frozen=True)
class World:
    """One of everything, in one organisation."""

    campaign: Campaign
    material: Material

    def row(self, model: type[Model]) -> Model:
        """Some row of the model; of a model with several, the first."""
        row = model._default_manager.order_by("pk").first()
        assert row is not None, f"a_world() makes no {model.__name__}"
        return row


@dataclass(frozen=True)
class Page:
    """One page of ours. `args` fills its address from the world; `post` pages answer POST only."""

    roles: Roles
    args: Callable[[World], list[Any]] = lambda world: []
    method: Literal["get", "post"] = "get"


@dataclass(frozen=True)
class Pages:
    """The pages of one ModelAdmin; nothing is ever deleted there."""

    see: Roles
    add: Roles = NOBODY
    change: Roles = NOBODY
    acts: dict[str, Roles] = field(default_factory=dict)
    files: dict[str, Roles] = field(default_factory=dict)


def of_campaign(world: World) -> list[Any]:
    """For addresses that end in a campaign's row."""
    return [world.campaign.pk]


def of_material(world: World) -> list[Any]:
    """For addresses that end in a material's id."""
    return [world.material.model_id]


def of_account(world: World) -> list[Any]:
    """For addresses that begin with an account's row."""
    return [world.campaign.account_id]


OURS: dict[str, Page] = {
    "index": Page(EVERYONE),
    "password_change": Page(EVERYONE),
    "password_change_done": Page(EVERYONE),
    "search": Page(EVERYONE),
    "language": Page(EVERYONE, method="post"),
    "campaign_share": Page(EVERYONE, of_campaign),
    "campaign_share_qr": Page(EVERYONE, lambda world: [world.campaign.pk, "svg"]),
    "campaign_share_poster": Page(EVERYONE, lambda world: [world.campaign.pk, "en", "png"]),
    # --- Materials, review, moderation ---
    "materials": Page(EVERYONE),
    "material_upload": Page({O}, method="post"),
    "material_page": Page(EVERYONE, of_material),
    "material_picture": Page(EVERYONE, lambda world: [world.material.model_id, 1, "thumbnail"]),
    "material_document": Page(
        EVERYONE, lambda world: [world.material.model_id, world.row(RightsDocument).pk]
    ),
    "tryout": Page({O, R}, of_material, method="post"),
    "tryout_sample": Page(EVERYONE, lambda world: ["a"]),
    # Only whoever asked finds the picture of a try.
    "tryout_picture": Page(NOBODY, lambda world: [world.material.model_id, "0"]),
    "review": Page({R}),
    "moderation": Page({O, R}),
    "result_picture": Page({O, R}, lambda world: [an_offered_picture(world.campaign).key]),
    "takedowns": Page({R}),
    # --- Money ---
    "money": Page({F, U, A}),
    "account_page": Page({F, U, A}, of_account),
    "account_deed": Page({F}, lambda world: [*of_account(world), "top-up"]),
    "account_new": Page({F, A}, lambda world: [world.campaign.organisation_id, "make"]),
    "fee_deed": Page({F}, lambda world: [world.campaign.pk, "stop"]),
    "ledger_csv": Page({F, U, A}, of_account),
    "statement": Page({F, U, A}, lambda world: [world.row(Statement).pk]),
    "statement_csv": Page({F, U, A}, lambda world: [world.row(Statement).pk]),
    # --- Limits ---
    "limits": Page(EVERYONE),
    "limit_ask": Page({O, P}, lambda world: [world.campaign.pk, "ask"]),
    "limit_raise": Page({A}, lambda world: [world.row(QuotaRaise).pk, "grant"]),
    "limit_account": Page({A}, lambda world: [*of_account(world), "set"]),
    "limit_credential": Page({A}, lambda world: [world.row(Credential).pk, "set"]),
    "limit_site": Page({A}, lambda world: [Layer.SITE, "set"]),
    # --- Partners ---
    "credentials": Page({P, A}),
    "credential_new": Page({P, A}, lambda world: [*of_account(world), "make"]),
    "credential_deed": Page({P, A}, lambda world: [world.row(Credential).pk, "rotate"]),
    "webhooks": Page({P}),
    "webhook_new": Page({P}, lambda world: [world.campaign.organisation_id, "add"]),
    "webhook_page": Page({P}, lambda world: [world.row(WebhookEndpoint).pk]),
    "webhook_deed": Page({P}, lambda world: [world.row(WebhookEndpoint).pk, "test"]),
    "delivery_deed": Page({P}, lambda world: [world.row(WebhookDelivery).pk, "replay"]),
    "requests": Page({P, U, A}),
    "request_page": Page({P, U, A}, lambda world: [world.row(LoggedRequest).pk]),
    # --- Trust ---
    "trail": Page({U, A}),
    "trail_csv": Page({U, A}),
    "privacy": Page({O, U, A}),
    "erasure": Page({A}, lambda world: ["run"]),
    "retention": Page({A}, lambda world: [world.campaign.organisation_id, "consents"]),
    "health": Page({U, A}),
    "exports": Page({O}),
    "export": Page({O}, lambda world: [world.campaign.project_id]),
    # --- People ---
    "notices": Page(EVERYONE),
    "organisations": Page({A}),
    "organisation_new": Page({A}, lambda world: ["add"]),
    "organisation_deed": Page({A}, lambda world: [world.campaign.organisation_id, "change"]),
    "people": Page({A}),
    "invite": Page({A}, lambda world: ["invite"]),
    "person_page": Page({A}, lambda world: [world.row(Person).pk]),
    "person_deed": Page({A}, lambda world: [world.row(Person).pk, "role"]),
    "role_deed": Page({A}, lambda world: [world.row(Membership).pk, "take"]),
    # --- Campaigns ---
    "campaigns": Page(EVERYONE),
    "campaign_new": Page({O}),
    "campaign_page": Page(EVERYONE, of_campaign),
    "campaign_live": Page({O, F, P, U, A}, of_campaign),
    "campaign_deed": Page({O}, lambda world: [world.campaign.pk, "pause"]),
    "campaign_step": Page(EVERYONE, lambda world: [world.campaign.pk, "look"]),
    "campaign_preview": Page(EVERYONE, of_campaign),
    "campaign_look": Page(EVERYONE, of_campaign),
    "campaign_colours": Page(EVERYONE, of_campaign),
    "statistics": Page({O, F, P, U, A}),
    "statistics_csv": Page({O, F, P, U, A}),
    # --- Beside the plain pages ---
    "auth_user_password_change": Page({A}, lambda world: [world.row(Person).pk]),
    "campaigns_campaign_simple_history": Page(
        EVERYONE, lambda world: [world.campaign.pk, world.campaign.history.earliest().pk]
    ),
}

MODELS: dict[str, Pages] = {
    "campaigns_account": Pages(
        EVERYONE,
        acts={
            "record": {F},
            "open": {F},
            "finish": {F},
            "top-up": {F},
            "pack": {F},
            "correct": {F},
            "terms": {F, A},
            "cap": {F},
            "freeze": {F, A},
            "unfreeze": {F, A},
            "resolve": {F},
            "make-key": {P, A},
        },
    ),
    "campaigns_auditline": Pages({U, A}),
    "campaigns_campaign": Pages(
        EVERYONE,
        add={O},
        change={O},
        acts={
            "publish": {O},
            "pause": {O},
            "end": {O},
            "archive": {O},
            "clone": {O},
            "consent": {O},
            "ask-raise": {O, P},
            "fee": {F},
            "stop-fee": {F},
        },
    ),
    "campaigns_credential": Pages({P, A}, acts={"rotate": {P, A}, "disable": {P, A}}),
    "campaigns_hold": Pages({F, U, A}),
    "campaigns_ledgerentry": Pages({F, U, A}),
    "campaigns_notice": Pages(EVERYONE, acts={"read": EVERYONE}),
    "campaigns_organisation": Pages(
        EVERYONE, add={A}, change={A}, acts={"make-account": {F, A}, "add-webhook": {P}}
    ),
    "campaigns_pack": Pages({F, U, A}),
    "campaigns_person": Pages({A}, add={A}, change={A}),
    "campaigns_quota": Pages({A}),
    "campaigns_quotaraise": Pages(EVERYONE, acts={"grant": {A}, "refuse": {A}}),
    "campaigns_statement": Pages({F, U, A}, acts={"csv": {F, U, A}}),
    "campaigns_tally": Pages({O, F, P, U, A}),
    "campaigns_webhookdelivery": Pages({P}, acts={"replay": {P}}),
    "campaigns_webhookendpoint": Pages({P}, acts={"test": {P}, "disable": {P}}),
}

PAGES_BY_ROLE: dict[str, Roles] = {
    **{name: page.roles for name, page in OURS.items()},
    **{
        f"{model}_{page}": roles
        for model, pages in MODELS.items()
        for page, roles in [
            ("changelist", pages.see),
            ("add", pages.add),
            ("change", pages.see),
            ("history", pages.see),
            ("delete", NOBODY),
            *((f"act/{act}", roles) for act, roles in pages.acts.items()),
            *((f"file/{act}", roles) for act, roles in pages.files.items()),
        ]
    },
}


def a_world() -> World:
    """One row of everything that has a page."""
    campaign = a_campaign()
    organisation, account = campaign.organisation, campaign.account
    partner = a_credential(account).credential.created_by
    assert isinstance(partner, Person)
    a_pack(account)
    material = _a_proven_material(campaign)
    _a_lost_appeal(campaign)
    ledger.hold(account, reference="world", campaign=campaign)
    ledger.capture("world")
    quota.ask(campaign, by=partner, calls=99, reason="a launch")
    quota.set_rate(Layer.ACCOUNT, quota.Rate(9), by=a_person(A), why="a fair", subject=account)
    webhooks.add_endpoint(organisation, by=partner, url="https://example.org/hook", events=[])
    webhooks.post(organisation, WebhookEvent.TEST, {})
    Statement.objects.create(account=account, month=date(2026, 1, 1), **_a_month())
    Notice.objects.create(organisation=organisation, kind="campaign_state", facts=_told(campaign))
    standing.freeze(account, by=a_person(A), why="to have an audit line")
    _a_call(campaign)
    assert AuditLine.objects.exists()
    return World(campaign, material)


def _a_proven_material(campaign: Campaign) -> Material:
    draft = a_draft_material(campaign)
    record = with_rights(draft)
    rights.add_document(rights=record, by=draft.created_by, name="release.pdf", data=b"%PDF-1.7")
    submitted = review.submit(material=draft, by=draft.created_by)
    reviewer = a_person(R, organisation=campaign.organisation)
    review.approve(review=submitted, by=reviewer)
    return Material.objects.select_related("current").get(pk=draft.pk)


def _a_lost_appeal(campaign: Campaign) -> None:
    turned_down = a_submission(campaign, seed=2)
    reviewer = a_person(R, organisation=campaign.organisation)
    review.reject(review=turned_down, by=reviewer, reasons=["look"], comment="")
    review.appeal(review=turned_down, by=turned_down.submitted_by, text="It does fit.")


def _a_call(campaign: Campaign) -> None:
    LoggedRequest.objects.create(
        request_id="a-call",
        at=timezone.now(),
        door="api",
        organisation=campaign.organisation,
        campaign=campaign,
        status=200,
        took_ms=12,
    )
    WebhookDelivery.objects.update(state=WebhookDelivery.State.DELIVERED)


def _a_month() -> dict[str, int]:
    sums = ("opening", "topped_up", "charged", "fees", "corrections", "closing")
    return {f"{name}_fen": 0 for name in sums} | {"pictures": 0}


def _told(campaign: Campaign) -> dict[str, Any]:
    return {"campaign": campaign.project_id, "before": "draft", "after": "published"}
