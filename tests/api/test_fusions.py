"""Fusions: made at once or later, watched, cancelled, erased, made once per key."""

from typing import Any

from tests.api.asking import ask
from tests.api.conftest import World
from tests.dialects.world import base64_of


def a_fusion(world: World, **changes: Any) -> dict[str, Any]:
    """A body that works; None takes a field away."""
    plain = {
        "campaign": world.campaign.project_id,
        "material": world.material.model_id,
        "photos": [{"base64": base64_of("face.jpg")}],
    }
    return {name: value for name, value in (plain | changes).items() if value is not None}


def test_a_fusion_is_made_and_its_picture_opens(world: World) -> None:
    said = ask("POST", "/fusions?wait=5", a_fusion(world), token=world.token)
    assert said.status == 201, said.body
    made = said.json
    print(said.body.decode())
    assert said.headers["Location"] == made["url"]
    again = ask("GET", made["url"], token=world.token)
    assert again.status == 200
