"""Which visits count: what a person does on the pages, not what programs fetch in advance."""

import re

from django.http import HttpRequest

from campaigns.models import Campaign
from fusionsite.funnel.models import Step, add_one
from fusionsite.upload.sources import source_of

# What only the page's own script can see. The rest is counted where it happens.
TOLD_BY_THE_PAGE = frozenset({Step.PHOTO, Step.SAVED, Step.SHARED})
# A phone may call itself "Cubot"; WhatsApp's own browser does not say "WhatsApp/" first.
_MACHINE = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|monitor|externalhit|^whatsapp/|^curl/|^wget/|^python-"
)


def count(campaign: Campaign, step: Step, request: HttpRequest) -> None:
    """Counts the step of a person's visit to a published campaign, and nothing else."""
    if campaign.published and is_person(request):
        add_one(campaign, step, source=source_of(request))


def is_person(request: HttpRequest) -> bool:
    """Whether somebody looks: not a link preview, not a robot, not a page fetched in advance."""
    if request.method not in {"GET", "POST"}:
        return False
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if "prefetch" in purpose or "preview" in purpose or request.headers.get("X-Moz") == "prefetch":
        return False
    return not _MACHINE.search(request.headers.get("User-Agent", "").lower())
