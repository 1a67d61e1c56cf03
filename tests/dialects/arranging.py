"""Ways to bring the world into a state that a code is about."""

from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.db import DatabaseError

from campaigns import quota
from campaigns.models import Account, Campaign, Credential, Layer, Quota, Standing
from campaigns.refusals import PaceUnknown
from fusion import FusionError
from fusionsite.jobs import choosing, execution, moderation, photos, submission
from fusionsite.jobs.engine import shelf
from fusionsite.jobs.moderation import Finding
from fusionsite.jobs.refusals import Cancelled, WorkerLost
from fusionsite.results import storing
from templates_app.models import Material, MaterialFace, MaterialVersion, State
from tests.dialects.world import World

Arrange = Callable[[World, pytest.MonkeyPatch], None]


def raising(error: BaseException) -> Callable[..., NoReturn]:
    """A function that does nothing else."""

    def broken(*_args: object, **_kwargs: object) -> NoReturn:
        raise error

    return broken


def standing(state: Standing) -> Arrange:
    return lambda world, _patch: _of_account(world, standing=state)


def account(**fields: Any) -> Arrange:
    return lambda world, _patch: _of_account(world, **fields)


def _of_account(world: World, **fields: Any) -> None:
    Account.objects.filter(pk=world.account.pk).update(**fields)
    for row in (world.account, world.tencent.account, world.jd.account, world.aigs.account):
        row.refresh_from_db()


def without_money(world: World, _patch: pytest.MonkeyPatch) -> None:
    _of_account(world, price_fen=10**9)


def only_packs(world: World, _patch: pytest.MonkeyPatch) -> None:
    _of_account(world, billing="packs_only")


def campaign(**fields: Any) -> Arrange:
    return lambda world, _patch: _of_campaign(world, **fields)


def _of_campaign(world: World, **fields: Any) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(**fields)


def cap_reached(world: World, _patch: pytest.MonkeyPatch) -> None:
    _of_campaign(world, total_cap=0, caps_hard=True)


def rate(layer: Layer, calls: int = 1) -> Arrange:
    """So few calls a second in this layer."""

    def arrange(world: World, _patch: pytest.MonkeyPatch) -> None:
        subjects: dict[str, Any] = {
            Layer.CAMPAIGN: {"campaign": world.campaign},
            Layer.ACCOUNT: {"account": world.account},
        }
        if layer != Layer.CREDENTIAL:
            Quota.objects.create(layer=layer, calls=calls, **subjects.get(layer, {}))
            return
        for key in (world.tencent, world.jd, world.aigs):
            Quota.objects.create(layer=layer, calls=calls, credential=key)

    return arrange


def key(**fields: Any) -> Arrange:
    """Fields of all three keys."""

    def arrange(world: World, _patch: pytest.MonkeyPatch) -> None:
        keys = [world.tencent.pk, world.jd.pk, world.aigs.pk]
        Credential.objects.filter(pk__in=keys).update(**fields)

    return arrange


def kept_to_another_campaign(world: World, _patch: pytest.MonkeyPatch) -> None:
    world.tencent.campaigns.set([world.trial])


def material(**fields: Any) -> Arrange:
    return lambda world, _patch: _of_material(world, **fields)


def _of_material(world: World, **fields: Any) -> None:
    Material.objects.filter(pk=world.material.pk).update(**fields)


withdrawn = material(state=State.WITHDRAWN)


def material_file_lost(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shelf, "analysis_of", raising(FileNotFoundError()))


def material_too_large(world: World, _patch: pytest.MonkeyPatch) -> None:
    MaterialVersion.objects.filter(material=world.material).update(width=1200)


def material_without_faces(world: World, _patch: pytest.MonkeyPatch) -> None:
    MaterialFace.objects.filter(version__material=world.material).update(removed=True)


def face(error: FusionError) -> Arrange:
    """The user's face is found and measured like this."""
    return lambda _world, patch: patch.setattr(choosing, "usable", raising(error))


def engine_breaks(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(execution, "_fuse", raising(ZeroDivisionError()))
    patch.setattr(execution, "_parse", raising(ZeroDivisionError()))


def detector_breaks(_world: World, patch: pytest.MonkeyPatch) -> None:
    class Broken:
        find_faces = staticmethod(raising(RuntimeError("no interpreter")))

    patch.setattr(execution, "engine", Broken)


def storage_full(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(storing, "keep", raising(OSError(28, "no space left")))


def answer_storage_full(_world: World, patch: pytest.MonkeyPatch) -> None:
    real = photos.put

    def put(job: Any, name: str, encoded: bytes) -> None:
        if name == photos.ANSWER:
            raise OSError(28, "no space left")
        real(job, name, encoded)

    patch.setattr(photos, "put", put)


def photo_lost(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(photos, "take", raising(FileNotFoundError()))


def nobody_works(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(submission, "enqueue", lambda _job: None)


def worker_lost(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(execution, "_make", raising(WorkerLost(measured=3)))


def cancelled(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(execution, "_make", raising(Cancelled()))


def database_fails(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(submission, "admit", raising(DatabaseError("broken")))


def account_unreadable(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("campaigns.admission.purse.read", raising(DatabaseError("unreadable")))


def counters_away(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(quota, "take_all", raising(PaceUnknown(retry_after_s=5)))


def code_breaks(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(submission, "admit", raising(ZeroDivisionError()))


def moderated(category: str) -> Arrange:
    found = [[Finding(category, "label", 100.0)]]
    return lambda _world, patch: patch.setattr(moderation, "examine", lambda _pictures: found)


def rights_ended(world: World, _patch: pytest.MonkeyPatch) -> None:
    _of_material(world, rights=None)


def nothing(_world: World, _patch: pytest.MonkeyPatch) -> None:
    """The world as it is."""
