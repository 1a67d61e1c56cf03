"""What the demo tells: for people as a block of text, for scripts as JSON."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from campaigns.models import Campaign
from fusionsite.demo.seeding import Seeded, approved_materials
from fusionsite.demo.visitor import astronaut
from fusionsite.painted import PICTURES, scenes
from fusionsite.results import links
from fusionsite.results.models import Result
from templates_app.models import Material


def as_json(seeded: Seeded, first: Result | None) -> dict[str, Any]:
    """Everything a script needs to use the demo; keys of what is not there are absent."""
    facts: dict[str, Any] = {
        "base_url": settings.FUSION_BASE_URL,
        "upload_url": upload_url(seeded.campaign),
        "console_url": console_url(),
        **{
            name: {"username": person.username, "password": seeded.passwords[name]}
            for name, person in seeded.people.items()
        },
        "account": {"appid": seeded.account.appid, "uin": seeded.account.uin},
        **{name: key for name, key in seeded.keys.items() if not name.startswith("api")},
        "api": _api(seeded),
        "campaign": _campaign(seeded.campaign),
        "unpublished_campaign": _campaign(seeded.unpublished),
        "pending_model_id": seeded.pending.model_id,
    }
    if first is not None:
        facts["first_picture_url"] = links.picture_url(first)
    pictures = {"face": astronaut(), "noface": PICTURES / "noface.jpg"}
    facts["pictures"] = {name: str(path) for name, path in pictures.items() if path}
    return facts


def as_text(seeded: Seeded, first: Result | None) -> str:
    """The block that `make run` prints."""
    lines = [
        ("Visitor page", upload_url(seeded.campaign)),
        ("Console", console_url()),
        *(
            (f"  {name}", f"{person.username}  {seeded.passwords[name]}")
            for name, person in seeded.people.items()
        ),
        ("First picture", links.picture_url(first) if first else "not made"),
    ]
    body = "\n".join(f"  {label:<16} {value}" for label, value in lines)
    rule = "-" * 76
    return f"\n{rule}\n{body}\n{rule}\n  Ctrl-C stops everything; the data stays.\n"


def upload_url(campaign: Campaign) -> str:
    """The visitor page of a campaign."""
    return settings.FUSION_BASE_URL + reverse("upload:landing", args=[campaign.slug])


def console_url() -> str:
    """The console."""
    return settings.FUSION_BASE_URL + reverse("admin:index")


def _api(seeded: Seeded) -> dict[str, str]:
    """The own API's address, a token, and a key that signs."""
    return {
        "base_url": settings.FUSION_BASE_URL + reverse("api:fusions").removesuffix("/fusions"),
        "docs_url": settings.FUSION_BASE_URL + reverse("api:docs"),
        **seeded.keys["api_token"],
        **seeded.keys["api"],
    }


def _campaign(campaign: Campaign) -> dict[str, Any]:
    material = approved_materials(campaign)[0]
    return {
        "project_id": str(campaign.project_id),
        "slug": campaign.slug,
        "model_id": material.model_id,
        "template_image": str(_picture_of(material)),
    }


def _picture_of(material: Material) -> Path | None:
    for scene in scenes():
        if scene.titles["en"] == material.titles.get("en"):
            return PICTURES / scene.picture_name
    return None
