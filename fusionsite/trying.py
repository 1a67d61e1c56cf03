"""The sandbox of an account, with painted portraits in it: made once, ready for a first call."""

from functools import cache

from django.db import transaction

from campaigns import sandboxes
from campaigns.models import Account, Campaign, Person
from fusionsite.painted import Scene, scenes
from templates_app import catalogue, intake, stocking
from templates_app.models import Material

# One face, and two: enough to try every action.
SCENES = ("lantern_keeper", "two_lanterns")


def sandbox_for(account: Account, *, by: Person) -> Campaign:
    """The account's sandbox; what is missing of it is made, which takes a second or two."""
    campaign = sandboxes.make(account, by=by)
    if not _missing(campaign):
        return campaign
    looked = {scene.key: _looked(scene) for scene in _missing(campaign)}
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        for scene in _missing(campaign):
            stocking.stock(campaign=campaign, looked=looked[scene.key], by=by, title=scene.titles)
    return campaign


def _missing(campaign: Campaign) -> list[Scene]:
    stocked = Material.objects.filter(campaign=campaign).values_list("titles__en", flat=True)
    return [scene for scene in _painted() if scene.titles["en"] not in stocked]


def first_material(campaign: Campaign) -> Material | None:
    """The material that snippets are filled in with; None while there is none to fuse with."""
    return catalogue.shelf(campaign).first()


@cache
def _painted() -> tuple[Scene, ...]:
    return tuple(scene for scene in scenes() if scene.key in SCENES)


_done: dict[str, intake.Looked] = {}


def _looked(scene: Scene) -> intake.Looked:
    """The scene's portrait, looked at by the engine once per process."""
    if scene.key not in _done:
        _done[scene.key] = _look(scene)
    return _done[scene.key]


def _look(scene: Scene) -> intake.Looked:
    return intake.look(scene.picture, layer=scene.layer, skin_mask=scene.skin_mask)
