"""Work for the landing page that no visitor should wait for."""

import logging

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError

from campaigns.models import Campaign
from fusion import FusionError
from fusionsite.upload import example
from templates_app.catalogue import shelf
from templates_app.models import Material

log = logging.getLogger(__name__)

ASKED_FOR_S = 60
KNOWN_FOR_S = 3_600
IMPOSSIBLE_FOR_S = 86_400


@shared_task(name="upload.make_example")
def make_example(pk: int) -> None:
    """Makes the example of a campaign's first scene, if it is still wanted and not there."""
    campaign = Campaign.objects.get(pk=pk)
    material = first_scene(campaign)
    if material is None or example.is_there(material):
        return
    try:
        example.make(material)
    except (FusionError, FileNotFoundError) as error:
        log.warning("no example for campaign %s: %s", campaign.project_id, error)
        cache.set(_known(material), False, IMPOSSIBLE_FOR_S)


def first_scene(campaign: Campaign) -> Material | None:
    """The scene that stands for the campaign."""
    return shelf(campaign).select_related("campaign", "current").first()


def has_example(material: Material) -> bool:
    """Whether the example is there; if not, it is asked for, once a minute at most."""
    known = cache.get(_known(material))
    if known is None and example.is_there(material):
        known = True
        cache.set(_known(material), known, KNOWN_FOR_S)
    if known is None and cache.add(f"{_known(material)}:asked", True, ASKED_FOR_S):
        transaction.on_commit(lambda: _ask(material))
    return bool(known)


def _ask(material: Material) -> None:
    try:
        make_example.apply_async((material.campaign_id,), expires=ASKED_FOR_S, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("example not asked for: %s", type(error).__name__)


def _known(material: Material) -> str:
    return f"example:{example.stem_of(material)}"
