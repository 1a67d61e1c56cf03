"""The demo's first picture, made through the same entrance as any visitor's."""

from django.utils import timezone

from campaigns.admission import Caller
from fusionsite.demo.seeding import Seeded, approved_materials
from fusionsite.demo.visitor import astronaut
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.photos import Photo
from fusionsite.jobs.submission import FusionRequest, submit_and_wait
from fusionsite.results.models import Result

DOOR = "demo"


def made_before(seeded: Seeded) -> Result | None:
    """The newest demo picture whose link still opens."""
    job = (
        FusionJob.objects.filter(door=DOOR, campaign=seeded.campaign, state="succeeded")
        .filter(result__in=Result.objects.live(timezone.now()))
        .select_related("result")
        .order_by("-pk")
        .first()
    )
    return job.result if job else None


def make(seeded: Seeded) -> Result | None:
    """A fresh demo picture; None when the visitor's portrait is not installed."""
    portrait = astronaut()
    if portrait is None:
        return None
    job = submit_and_wait(
        FusionRequest(
            caller=Caller(door=DOOR, address="127.0.0.1"),
            campaign=seeded.campaign,
            model_id=approved_materials(seeded.campaign)[0].model_id,
            photos=(Photo(encoded=portrait.read_bytes()),),
        )
    )
    return job.result
