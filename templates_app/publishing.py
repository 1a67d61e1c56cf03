"""The publish gate, and the campaign moves that need materials.

`publish` is the only way a campaign becomes published: it looks at every point again, under the
campaign's lock, whoever asks and through whichever door.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import lifecycle, standing
from campaigns.access import Act, require
from campaigns.editing import edit_campaign
from campaigns.models import Account, Campaign, Standing
from campaigns.models.campaign import LINK_LIFE_S
from templates_app.catalogue import shelf
from templates_app.copying import copy_materials
from templates_app.refusals import PublishBlocked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from django.utils.functional import Promise

    from campaigns.models import Person

SMALLEST_LABEL_PERCENT = 5
_NAMES_THE_MACHINE = re.compile(r"\bAI\b|AI(?=[^A-Za-z])|人工智能", re.IGNORECASE)
_SAYS_MADE_ZH = re.compile(r"生成|合成")
_SAYS_MADE_EN = re.compile(r"\b(generated|synthesi[sz]ed)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Unmet:
    """One point that is still missing: what, and where it is mended.

    ``link_name`` with ``link_args`` is the name of a console address; ``step`` is the step of the
    campaign wizard it belongs to.
    """

    code: str
    sentence: Promise | str
    step: str
    link_name: str
    link_args: tuple[int, ...]


@dataclass(frozen=True)
class _Point:
    """One line of the checklist; ``lacking`` gives the sentence of what is missing, or nothing."""

    code: str
    step: str
    page: type[Campaign] | type[Account]
    lacking: Callable[[Campaign, datetime], Promise | str | None]


def unmet(campaign: Campaign, *, at: datetime | None = None) -> list[Unmet]:
    """Everything that keeps the campaign from being published, in the wizard's order."""
    now = at or timezone.now()
    found = []
    for point in POINTS:
        sentence = point.lacking(campaign, now)
        if sentence:
            found.append(_unmet(point, campaign, sentence))
    return found


def checklist(campaign: Campaign, *, at: datetime | None = None) -> list[tuple[str, Unmet | None]]:
    """Every point by its code, with what it lacks; None where it is met."""
    lacking = {point.code: point for point in unmet(campaign, at=at)}
    return [(point.code, lacking.get(point.code)) for point in POINTS]


def publish(campaign: Campaign, *, by: Person, now: datetime | None = None) -> None:
    """Draft or paused -> published, if nothing is missing.

    PublishBlocked with every missing point; WrongState when somebody else has moved the campaign
    since ``campaign`` was read.
    """
    require(by, Act.CAMPAIGN_PUBLISH, campaign)
    with transaction.atomic():
        locked = (
            Campaign.objects.select_for_update(of=("self",))
            .select_related("account", "organisation")
            .get(pk=campaign.pk)
        )
        missing = unmet(locked, at=now)
        if missing:
            raise PublishBlocked([str(point.sentence) for point in missing])
        lifecycle.publish(campaign, by=by, now=now)


def edit(campaign: Campaign, *, by: Person, **fields: object) -> None:
    """Changes settings; of a published campaign only to what could be published.

    PublishBlocked with what would be missing; else as `campaigns.editing`.
    """
    with transaction.atomic():
        edit_campaign(campaign, by=by, **fields)
        missing = unmet(campaign) if campaign.published else []
        if missing:
            raise PublishBlocked([str(point.sentence) for point in missing])


def change(
    campaign: Campaign,
    *,
    by: Person,
    fields: Mapping[str, object],
    texts: Mapping[str, Mapping[str, str]],
    consents: Mapping[str, Mapping[str, str]],
) -> None:
    """Settings, texts by language and new consent texts, all or nothing.

    What visitors can open stays fit to be published: PublishBlocked names what the change would
    break, and nothing is changed then. WrongState once the campaign is over.
    """
    with transaction.atomic():
        opened = campaign.state in (Campaign.State.PUBLISHED, Campaign.State.PAUSED)
        before = {point.code for point in unmet(campaign)} if opened else set()
        lifecycle.change(campaign, by=by, **fields)
        for language, words in texts.items():
            lifecycle.write_text(campaign, language, by=by, **words)
        for language, words in consents.items():
            lifecycle.write_consent(campaign, language, by=by, **words)
        broken = [point for point in unmet(campaign) if point.code not in before] if opened else []
        if broken:
            raise PublishBlocked([str(point.sentence) for point in broken])


def clone(campaign: Campaign, *, by: Person, slug: str) -> Campaign:
    """A new draft with the settings, texts and materials of this campaign; no people's data."""
    copy = lifecycle.clone(campaign, by=by, slug=slug)
    copy_materials(campaign, copy, by=by)
    return copy


def is_lawful_label(text: str, languages: list[str]) -> bool:
    """Whether the words say that a machine made the picture, in a language of the campaign.

    After GB 45438-2025: "AI" or "人工智能" together with "生成" or "合成"; where no Chinese is
    spoken, "generated" or "synthesized" will do. An empty text is drawn as the lawful default.
    """
    if not text:
        return True
    if not _NAMES_THE_MACHINE.search(text):
        return False
    if _SAYS_MADE_ZH.search(text):
        return True
    return "zh-hans" not in languages and bool(_SAYS_MADE_EN.search(text))


def _unmet(point: _Point, campaign: Campaign, sentence: Promise | str) -> Unmet:
    target = campaign.account if point.page is Account else campaign
    name = f"admin:campaigns_{point.page._meta.model_name}_change"
    return Unmet(point.code, sentence, point.step, name, (target.pk,))


def _sandbox(campaign: Campaign, at: datetime) -> Promise | None:
    if not campaign.sandbox:
        return None
    return _("A sandbox is for first calls and is never published; copy it to a campaign.")


def _contact(campaign: Campaign, at: datetime) -> Promise | None:
    return None if campaign.owner_contact else _("Give the contact of the campaign's owner.")


def _dates(campaign: Campaign, at: datetime) -> Promise | None:
    if campaign.starts_at is None or campaign.ends_at is None:
        return _("Set the first and the last moment.")
    if campaign.ends_at <= at:
        return _("The last moment has passed; set a later one.")
    return None


def _texts(campaign: Campaign, at: datetime) -> Promise | str | None:
    written = set(campaign.texts.exclude(name="").values_list("language", flat=True))
    return _in_every_language(campaign, written, _("Write the name in: %(languages)s."))


def _consent(campaign: Campaign, at: datetime) -> Promise | str | None:
    written = set(campaign.consent_texts.exclude(body="").values_list("language", flat=True))
    return _in_every_language(campaign, written, _("Write the consent text in: %(languages)s."))


def _in_every_language(campaign: Campaign, written: set[str], sentence: Promise) -> str | None:
    if not campaign.languages:
        return str(_("Choose at least one language."))
    names = dict(settings.LANGUAGES)
    lacking = [names.get(code, code) for code in campaign.languages if code not in written]
    return str(sentence) % {"languages": ", ".join(lacking)} if lacking else None


def _materials(campaign: Campaign, at: datetime) -> Promise | None:
    if shelf(campaign, at=at).exists():
        return None
    return _("At least one material must be approved and in rights.")


def _label(campaign: Campaign, at: datetime) -> Promise | None:
    if campaign.label_height_percent < SMALLEST_LABEL_PERCENT:
        return _("The label's text must be at least 5 % of the picture's short side.")
    if not is_lawful_label(campaign.label_text, campaign.languages):
        return _("The label must say that the picture is AI generated (“AI 生成” or “AI 合成”).")
    return None


def _retention(campaign: Campaign, at: datetime) -> Promise | None:
    shortest_s, longest_s = LINK_LIFE_S
    if not shortest_s <= campaign.link_life_s <= longest_s:
        return _("Links live from one hour to thirty days; set how long.")
    if campaign.lead_form and campaign.leads_purged_at is None:
        return _("Say on which day the contact details are erased.")
    if not campaign.organisation.consent_kept_days:
        return _("Set how long consent records are kept.")
    return None


def _fee(campaign: Campaign, at: datetime) -> Promise | None:
    if campaign.fee_state == Campaign.FeeState.PAID:
        return None
    return _("The authorization fee must be paid; finance can take it.")


def _account(campaign: Campaign, at: datetime) -> str | None:
    state = Standing(campaign.account.standing)
    if state in standing.SERVED:
        return None
    return str(_("The account must be in good standing; it is “%(state)s”.")) % {
        "state": state.label
    }


POINTS = (
    _Point("sandbox", "basics", Campaign, _sandbox),
    _Point("contact", "basics", Campaign, _contact),
    _Point("dates", "basics", Campaign, _dates),
    _Point("texts", "look", Campaign, _texts),
    _Point("materials", "materials", Campaign, _materials),
    _Point("consent", "consent", Campaign, _consent),
    _Point("label", "consent", Campaign, _label),
    _Point("fee", "limits", Campaign, _fee),
    _Point("account", "limits", Account, _account),
    _Point("retention", "delivery", Campaign, _retention),
)
