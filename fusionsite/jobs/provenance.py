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
from fusionsite.jobs.watermark import draw_watermark
from fusionsite.results.storing import MadePicture
from templates_app.publishing import is_lawful_label

CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


def mark(picture: RGB, *, job: FusionJob, order: Order, faces: Sequence[Box]) -> MadePicture:
    """Labels the picture (changed in place), encodes it, and writes its metadata.

    Camera data and places are gone by construction: the file is encoded anew from pixels.
    """
    if job.preview:
        draw_watermark(picture)
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
        _lawful(campaign),
        corner=cast(Corner, campaign.label_corner.replace("_", "-")),
        height_share=campaign.label_height_percent / 100,
        avoid=faces,
    )


def _lawful(campaign: Campaign) -> str:
    """The campaign's own words while they say that a machine made it; else the default.

    The gate looked at them once; they may have changed since.
    """
    if campaign.label_text and is_lawful_label(campaign.label_text, campaign.languages):
        return campaign.label_text
    return DEFAULT_TEXT
