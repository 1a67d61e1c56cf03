"""The container files against the project: what would fail only when it is deployed."""

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SETTINGS = (ROOT / "docs" / "settings.md").read_text()
OPERATE = (ROOT / "docs" / "operate.md").read_text()


def started() -> list[str]:
    """The image's own command and those of the services that run it."""
    own = re.search(r"^CMD (\[.*\])", DOCKERFILE.replace("\\\n", ""), re.M)
    assert own is not None
    others = [one["command"] for one in SERVICES.values() if "build" in one and "command" in one]
    return [" ".join(command) for command in [json.loads(own[1]), *others]]


def test_the_image_holds_every_package() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.M))
    assert copied == packages | {"static"}


def test_every_command_starts_something_that_is_there() -> None:
    commands = started()
    modules = [name for text in commands for name in re.findall(r"-m (\w+)", text)]
    assert sorted(set(modules)) == ["celery", "gunicorn"]
    assert all(find_spec(module) for module in modules)
    managed = [name for text in commands for name in re.findall(r"manage\.py (\w+)", text)]
    assert managed == ["check", "migrate"] and set(managed) <= set(get_commands())


def test_the_web_server_starts_as_the_page_says() -> None:
    (said,) = re.findall(r"-m (gunicorn .*)", OPERATE)
    (ours,) = re.findall(r"-m (gunicorn .*)", started()[0])
    options = dict(re.findall(r"(--[a-z-]+) ([^ -]\S*)", said))
    assert options.items() <= dict(re.findall(r"(--[a-z-]+) ([^ -]\S*)", ours)).items()


@pytest.mark.parametrize("name", [*SERVICES["web"]["environment"]])
def test_every_variable_is_a_setting(name: str) -> None:
    assert f"| `{name}` |" in SETTINGS


def test_what_the_page_asks_for_are_settings() -> None:
    block = OPERATE.split("### In containers")[1].split("```")[1]
    names = re.findall(r"^(\w+)=", block, re.M)
    assert "FUSION_SECRET_KEY" in names
    assert [name for name in names if f"| `{name}` |" not in SETTINGS] == []


def test_every_service_waits_for_what_it_needs() -> None:
    named = {"proxy", "prepare", "web", "worker", "clock", "database", "queue"}
    assert set(SERVICES) == named
    for name in ("web", "worker", "clock"):
        ready = SERVICES[name]["depends_on"]["prepare"]["condition"]
        assert ready == "service_completed_successfully"
    assert SERVICES["prepare"]["restart"] == "no"
    for name in ("database", "queue"):
        assert SERVICES["prepare"]["depends_on"][name]["condition"] == "service_healthy"
        assert "healthcheck" in SERVICES[name]


def test_the_proxy_finds_the_web_containers_and_is_the_only_one_seen() -> None:
    caddyfile = (ROOT / "Caddyfile").read_text()
    (bound,) = re.findall(r"--bind 0\.0\.0\.0:(\d+)", started()[0])
    assert re.search(rf"dynamic a web {bound}\b", caddyfile)
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["proxy"]
    assert SERVICES["web"]["environment"]["FUSION_TRUSTED_PROXIES"] == "1"
    assert caddyfile.count("{") == caddyfile.count("}")
