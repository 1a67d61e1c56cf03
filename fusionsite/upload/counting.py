"""Which visits count: what a person does on the pages, not what programs fetch in advance."""

import logging
import re

from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest

from campaigns.models import Campaign
from fusionsite.funnel.models import Step, add_one
from fusionsite.funnel.reading import OFFERED, sources_of
from fusionsite.upload.sources import source_of

log = logging.getLogger(__name__)

MOST_SOURCES = 60  # in the life of a campaign
KNOWN_FOR_S = 60
# What only the page's own script can see. The rest is counted where it happens.
TOLD_BY_THE_PAGE = frozenset({Step.PHOTO, Step.SAVED, Step.SHARED})
# A phone may call itself "Cubot"; WhatsApp's own browser does not say "WhatsApp/" first.
_MACHINE = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|monitor|externalhit|^whatsapp/|^curl/|^wget/|^python-"
)


def count(campaign: Campaign, step: Step, request: HttpRequest) -> None:
    """Counts the step of a person's visit to a published campaign, and nothing else."""
    if not (campaign.published and is_person(request)):
        return
    try:
        add_one(campaign, step, source=_known_source(campaign, source_of(request)))
    except DatabaseError as error:  # a count is no reason to show nobody the page
        log.warning("a visit was not counted: %s", type(error).__name__)


def _known_source(campaign: Campaign, tag: str) -> str:
    """The tag, unless the campaign has so many already that somebody must be making them up."""
    if tag in ("", *OFFERED):
        return tag
    key = f"sources:{campaign.pk}"
    known: set[str] | None = cache.get(key)
    if known is None:
        known = sources_of(campaign, at_most=MOST_SOURCES)
        cache.set(key, known, KNOWN_FOR_S)
    if tag not in known and len(known) < MOST_SOURCES:
        known.add(tag)
        cache.set(key, known, KNOWN_FOR_S)
    return tag if tag in known else ""


def is_person(request: HttpRequest) -> bool:
    """Whether somebody looks: not a link preview, not a robot, not a page fetched in advance."""
    if request.method not in {"GET", "POST"}:
        return False
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if "prefetch" in purpose or "preview" in purpose or request.headers.get("X-Moz") == "prefetch":
        return False
    return not _MACHINE.search(request.headers.get("User-Agent", "").lower())
