"""What a made picture says of itself: the visible label and the metadata in the file."""

from collections.abc import Sequence
from typing import cast

from django.conf import settings

from campaigns.models import Campaign
from fusion import Box, write_picture
from fusion.faces import RGB
from fusion.label import DEFAULT_TEXT, Corner, Provenance, draw_label, embed_xmp, xmp_packet
from fusionsite.jobs.models import FusionJob
from fusionsite.jobs.orders import Order
from fusionsite.results.storing import MadePicture

CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


def mark(picture: RGB, *, job: FusionJob, order: Order, faces: Sequence[Box]) -> MadePicture:
    """Labels the picture (changed in place), encodes it, and writes its metadata.

    Camera data and places are gone by construction: the file is encoded anew from pixels.
    """
    _label(picture, job.campaign, faces)
    provenance = Provenance(
        content_id=str(job.public_id),
        producer=settings.FUSION_PROVIDER_CODE or settings.FUSION_PROVIDER_NAME,
        propagator=settings.FUSION_PROVIDER_CODE or settings.FUSION_PROVIDER_NAME,
        caller_metadata=order.metadata,
    )
    encoded = write_picture(picture, format=order.picture_format)
    height, width = picture.shape[:2]
    return MadePicture(
        encoded=embed_xmp(encoded, xmp_packet(provenance)),
        content_type=CONTENT_TYPES[order.picture_format],
        width=width,
        height=height,
    )


def _label(picture: RGB, campaign: Campaign | None, faces: Sequence[Box]) -> None:
    if campaign is None:
        draw_label(picture, DEFAULT_TEXT, avoid=faces)
        return
    draw_label(
        picture,
        campaign.label_text or DEFAULT_TEXT,
        corner=cast(Corner, campaign.label_corner.replace("_", "-")),
        height_share=campaign.label_height_percent / 100,
        avoid=faces,
    )
