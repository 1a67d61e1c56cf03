"""Campaigns: list, make, change, and move them; publishing goes through the one gate."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import IntegrityError
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from campaigns import lifecycle
from campaigns.access import Act
from campaigns.models import Campaign, Person, Scope, with_pictures_total
from campaigns.refusals import OutOfScope, WrongState
from fusionsite.api import reach
from fusionsite.api.documenting import KEY, PAGING, filters_of, operation
from fusionsite.api.fields import read
from fusionsite.api.idempotency import once
from fusionsite.api.lists import page_shape
from fusionsite.api.manage.campaign_shapes import (
    LANGUAGES,
    CampaignDetailOut,
    CampaignIn,
    CampaignOut,
    ConsentTextIn,
    ConsentTextOut,
    NewCampaignIn,
    NothingIn,
    SubmittedOut,
    TextIn,
    TextOut,
    WhyIn,
)
from fusionsite.api.manage.filters import CampaignFilter
from fusionsite.api.paging import page_of
from fusionsite.api.refusals import FieldError, InvalidRequest, NoSuchAddress
from fusionsite.api.resource import Resource, filtered, said
from templates_app import publishing, review
from templates_app.models import Material, State

_SEES_OR_MANAGES = {
    "GET": (Scope.READ,),
    "POST": (Scope.MANAGE,),
    "PATCH": (Scope.MANAGE,),
    "PUT": (Scope.MANAGE,),
}


class CampaignResource(Resource):
    """What they share."""

    scopes = _SEES_OR_MANAGES

    def found(self, number: int) -> Campaign:
        """The campaign of that number, if this key reaches it."""
        campaign = reach.campaign(self.credential, number)
        self.call.campaign = campaign
        return campaign

    def shown(self, request: Request, campaign: Campaign, *, status: int = 200) -> HttpResponseBase:
        """The campaign as it is now."""
        shown = CampaignDetailOut(reach.campaign(self.credential, campaign.project_id)).data
        headers = {"Location": shown["url"]} if status == 201 else {}
        return said(request, shown, status=status, headers=headers)


class Campaigns(CampaignResource):
    """`/campaigns`"""

    queries = {"GET": (*CampaignFilter.base_filters, "limit", "cursor")}

    @operation(
        "campaigns_list",
        "List campaigns, newest first",
        tag="Campaigns",
        answers={200: page_shape(CampaignOut)},
        parameters=(*filters_of(CampaignFilter), *PAGING),
    )
    def get(self, request: Request) -> HttpResponseBase:
        rows = filtered(CampaignFilter, request, reach.campaigns(self.credential))
        page = page_of(request, with_pictures_total(rows).prefetch_related("texts"))
        return said(request, {"items": CampaignOut(page.items, many=True).data, "next": page.next})

    @operation(
        "campaigns_create",
        "Make a draft",
        tag="Campaigns",
        body=NewCampaignIn,
        answers={201: CampaignDetailOut},
        parameters=(KEY,),
    )
    def post(self, request: Request) -> HttpResponseBase:
        asked = read(NewCampaignIn, request.data)
        return once(request, self.call, lambda: self._made(request, asked))

    def _made(self, request: Request, asked: dict[str, Any]) -> HttpResponseBase:
        if self.credential.campaigns.exists():
            raise OutOfScope  # it would not reach what it makes
        account = self.holder.account
        with self.acting(Act.CAMPAIGN_EDIT) as by:
            try:
                made = lifecycle.make_campaign(account.organisation, account, by=by, **asked)
            except IntegrityError as error:
                message = str(_("Another campaign has this short name."))
                raise InvalidRequest([FieldError("slug", "unique", message)]) from error
        self.call.campaign = made
        return self.shown(request, made, status=201)


class OneCampaign(CampaignResource):
    """`/campaigns/{campaign}`"""

    @operation(
        "campaigns_get",
        "Look at one campaign, and at what keeps it from being published",
        tag="Campaigns",
        answers={200: CampaignDetailOut},
        also=(404,),
    )
    def get(self, request: Request, campaign: int) -> HttpResponseBase:
        return said(request, CampaignDetailOut(self.found(campaign)).data)

    @operation(
        "campaigns_edit",
        "Change settings; those that are left out stay",
        tag="Campaigns",
        body=CampaignIn,
        answers={200: CampaignDetailOut},
        also=(404,),
    )
    def patch(self, request: Request, campaign: int) -> HttpResponseBase:
        found, asked = self.found(campaign), read(CampaignIn, request.data)
        with self.acting(Act.CAMPAIGN_EDIT) as by:
            publishing.edit(found, by=by, **asked)
        return self.shown(request, found)


def _language(name: str) -> str:
    if name not in LANGUAGES:
        raise NoSuchAddress
    return name


class Texts(CampaignResource):
    """`/campaigns/{campaign}/texts/{language}`"""

    scopes = {"PUT": (Scope.MANAGE,)}

    @operation(
        "campaigns_write_text",
        "Write what visitors read, in one language",
        tag="Campaigns",
        body=TextIn,
        answers={200: TextOut},
        also=(404,),
    )
    def put(self, request: Request, campaign: int, language: str) -> HttpResponseBase:
        found, asked = self.found(campaign), read(TextIn, request.data)
        with self.acting(Act.CAMPAIGN_EDIT) as by:
            text = lifecycle.write_text(found, _language(language), by=by, **asked)
        return said(request, TextOut(text).data)


class ConsentTexts(CampaignResource):
    """`/campaigns/{campaign}/consent-texts/{language}`"""

    scopes = {"PUT": (Scope.MANAGE,)}

    @operation(
        "campaigns_write_consent_text",
        "Write what visitors agree to, as a new version",
        tag="Campaigns",
        body=ConsentTextIn,
        answers={200: ConsentTextOut},
        also=(404,),
    )
    def put(self, request: Request, campaign: int, language: str) -> HttpResponseBase:
        found, asked = self.found(campaign), read(ConsentTextIn, request.data)
        with self.acting(Act.CAMPAIGN_EDIT) as by:
            text = lifecycle.write_consent(found, _language(language), by=by, **asked)
        return said(request, ConsentTextOut(text).data)


# --- Moves -----------------------------------------------------------------------------------


class _Move(CampaignResource):
    """One step in a campaign's life; its answer is the campaign as it is then."""

    scopes = {"POST": (Scope.MANAGE,)}
    act: ClassVar[Act]
    move: ClassVar[Callable[..., None]]

    def moved(self, request: Request, number: int) -> HttpResponseBase:
        asked = read(WhyIn if self.act == Act.CAMPAIGN_PAUSE else NothingIn, request.data)
        found = self.found(number)
        with self.acting(self.act) as by:
            type(self).move(found, by=by, **asked)
        return self.shown(request, found)


def _move(
    name: str,
    summary: str,
    act: Act,
    move: Callable[..., None],
    body: Any = NothingIn,
) -> type[_Move]:
    """A resource for one move."""

    def post(self: _Move, request: Request, campaign: int) -> HttpResponseBase:
        return self.moved(request, campaign)

    documented = operation(
        f"campaigns_{name}",
        summary,
        tag="Campaigns",
        body=body,
        answers={200: CampaignDetailOut},
        also=(404,),
    )(post)
    fields = {"act": act, "move": staticmethod(move), "post": documented}
    return type(f"{name.capitalize()}Campaign", (_Move,), fields)


def _resume(campaign: Campaign, *, by: Person) -> None:
    """A paused campaign is published again, through the same gate as the first time."""
    if campaign.state != Campaign.State.PAUSED:
        raise WrongState(Campaign.State(campaign.state))
    publishing.publish(campaign, by=by)


class SubmitCampaign(CampaignResource):
    """`/campaigns/{campaign}/submit`"""

    scopes = {"POST": (Scope.MANAGE,)}

    @operation(
        "campaigns_submit",
        "Submit every draft material for review",
        tag="Campaigns",
        body=NothingIn,
        answers={200: SubmittedOut},
        also=(404,),
    )
    def post(self, request: Request, campaign: int) -> HttpResponseBase:
        read(NothingIn, request.data)
        drafts = Material.objects.filter(campaign=self.found(campaign), state=State.DRAFT)
        with self.acting(Act.MATERIAL_SUBMIT) as by:
            done = review.each(
                drafts.select_related("campaign__organisation"),
                lambda material: review.submit(material=material, by=by),
            )
        shown = {
            "submitted": [material.model_id for material in done.done],
            "refused": [
                {"material": row.model_id, "code": why.code, "detail": str(why.message())}
                for row, why in done.refused
            ],
        }
        return said(request, shown)


ACTS: dict[str, type[CampaignResource]] = {
    "submit": SubmitCampaign,
    "publish": _move(
        "publish",
        "Publish a draft, if nothing is missing",
        Act.CAMPAIGN_PUBLISH,
        publishing.publish,
    ),
    "pause": _move(
        "pause",
        "Pause; the next request is refused",
        Act.CAMPAIGN_PAUSE,
        lifecycle.pause,
        WhyIn,
    ),
    "resume": _move("resume", "Publish a paused one again", Act.CAMPAIGN_PUBLISH, _resume),
    "end": _move("end", "End for good", Act.CAMPAIGN_END, lifecycle.end),
    "archive": _move(
        "archive", "Put a draft or an ended one away", Act.CAMPAIGN_ARCHIVE, lifecycle.archive
    ),
}
