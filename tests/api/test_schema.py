"""The API against its own document: everything the document allows, and much that it forbids.

No 5xx, no status and no media type that is not documented, no answer that breaks its schema, and
nothing taken that the document forbids. `SCHEMATHESIS_EXAMPLES=300` asks more than a normal run.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from campaigns.models import Layer, Quota
from fusionsite.api.pages import document
from tests.api.conftest import World
from tests.live.inside import connection_kept

COMMITTED = Path(__file__).parent.parent.parent / "docs" / "openapi.yaml"
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "5"))
SCHEMA = schemathesis.openapi.from_dict(json.loads(document()))
SCHEMA.app = WSGIHandler()
OPERATIONS: dict[str, APIOperation[Any, Any, Any, Any]] = {
    found.label: found
    for found in (each.ok() for each in SCHEMA.get_all_operations() if isinstance(each, Ok))
}
# What the document allows may still be refused: base64 of no picture, a campaign that has ended.
EXCLUDED: list[Any] = [positive_data_acceptance]
RULES = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=EXAMPLES < 20,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def without_limits(world: World) -> None:
    """Rates are not what is tested here."""
    for layer in (Layer.ADDRESS, Layer.SITE):
        Quota.objects.create(layer=layer, calls=10**6)
    Quota.objects.create(layer=Layer.CREDENTIAL, credential=world.key, calls=10**6)
    Quota.objects.create(layer=Layer.ACCOUNT, account=world.account, calls=10**6)
    for layer in (Layer.TRIAL, Layer.CAMPAIGN):
        Quota.objects.create(layer=layer, campaign=world.campaign, calls=10**6)


def named(world: World, case: Case[Any]) -> None:
    """Names things that are there, where a made-up id would only be answered 404."""
    known = {"campaign": world.campaign.project_id, "material": world.material.model_id}
    for name in case.path_parameters:
        if name in known:
            case.path_parameters[name] = known[name]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_operation_keeps_to_the_document(
    world: World, label: str, mode: GenerationMode
) -> None:
    without_limits(world)

    @RULES
    @given(case=OPERATIONS[label].as_strategy(mode))
    def keeps(case: Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            named(world, case)
        with connection_kept():
            case.call_and_validate(
                headers={"Authorization": f"Bearer {world.token}"}, excluded_checks=EXCLUDED
            )

    keeps()


def test_the_document_is_valid_and_committed(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(fresh), validate=True, fail_on_warn=True)
    assert COMMITTED.read_text() == fresh.read_text(), (
        "run FUSION_DEMO=1 manage.py spectacular --file docs/openapi.yaml"
    )
