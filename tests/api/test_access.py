"""Which key opens which address: every method of every address has its line here."""

from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from campaigns import credentials
from campaigns.models import Dialect, Role, Scope
from fusionsite.api.urls import urlpatterns
from fusionsite.jobs.models import FusionJob
from tests.api.asking import ask
from tests.api.conftest import World
from tests.api.test_fusions import a_fusion
from tests.factories import a_campaign, a_person, an_account

F, R, M = Scope.FUSE, Scope.READ, Scope.MANAGE
TABLE: dict[tuple[str, str], set[Scope]] = {
    ("fusions", "POST"): {F},
    ("fusions", "GET"): {F, R},
    ("fusion", "GET"): {F, R},
    ("fusion", "DELETE"): {F},
    ("fusion-picture", "GET"): {F, R},
    ("parses", "POST"): {F},
    ("parse", "GET"): {F, R},
    ("parse", "DELETE"): {F},
    ("measurings", "POST"): {F},
    ("measuring", "GET"): {F, R},
    ("measuring", "DELETE"): {F},
    ("results", "GET"): {R},
    ("result", "GET"): {R},
    ("result", "DELETE"): {F},
    ("materials", "GET"): {R},
    ("materials", "POST"): {M},
    ("material", "GET"): {R},
    ("material", "PATCH"): {M},
    ("material", "DELETE"): {M},
    ("material-picture", "GET"): {R},
    ("material-picture", "PUT"): {M},
    ("material-rights", "PUT"): {M},
    ("material-submit", "POST"): {M},
    ("material-recall", "POST"): {M},
    ("material-revise", "POST"): {M},
    ("material-withdraw", "POST"): {M},
    ("material-restore", "POST"): {M},
    ("campaigns", "GET"): {R},
    ("campaigns", "POST"): {M},
    ("campaign", "GET"): {R},
    ("campaign", "PATCH"): {M},
    ("campaign-text", "PUT"): {M},
    ("campaign-consent-text", "PUT"): {M},
    ("campaign-submit", "POST"): {M},
    ("campaign-publish", "POST"): {M},
    ("campaign-pause", "POST"): {M},
    ("campaign-resume", "POST"): {M},
    ("campaign-end", "POST"): {M},
    ("campaign-archive", "POST"): {M},
    ("usage", "GET"): {R},
    ("key", "GET"): {F, R, M},
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OPEN = {"openapi", "docs", "errors"}
NOBODY = "00000000-0000-4000-8000-000000000000"


def endpoints() -> Iterator[tuple[str, str]]:
    """Every method that an address answers."""
    for pattern in urlpatterns:
        if pattern.name in OPEN:
            continue
        view = cast(Any, pattern.callback).cls
        for method in METHODS:
            if hasattr(view, method.lower()):
                yield str(pattern.name), method


def test_every_address_is_in_the_table() -> None:
    assert set(endpoints()) == set(TABLE)


def address(name: str, **known: Any) -> str:
    """The address, with made-up ids where none are known."""
    pattern = next(each for each in urlpatterns if each.name == name)
    made_up: dict[str, Any] = {
        "fusion": UUID(NOBODY),
        "parse": UUID(NOBODY),
        "measuring": UUID(NOBODY),
        "result": "nothing",
        "material": "nothing",
        "campaign": 1,
        "language": "en",
    }
    names = pattern.pattern.converters
    return reverse(f"api:{name}", kwargs={key: (made_up | known)[key] for key in names})


@pytest.mark.parametrize(("name", "method"), TABLE, ids=lambda part: part)
def test_a_key_opens_what_its_scopes_say(world: World, name: str, method: str) -> None:
    for scope, token in ((F, world.fuse), (R, world.read), (M, world.manage)):
        said = ask(method, address(name), {} if method != "GET" else None, token=token)
        if scope in TABLE[name, method]:
            assert said.status not in (401, 403), (scope, said.body)
        else:
            assert said.status == 403 and said.json["code"] == "scope-missing"
            assert set(said.json["scopes"]) == TABLE[name, method]


@pytest.mark.parametrize(("name", "method"), TABLE, ids=lambda part: part)
def test_nobody_comes_in_without_a_key(world: World, name: str, method: str) -> None:
    said = ask(method, address(name))
    assert (said.status, said.json["code"]) == (401, "credentials-missing")
    assert "Bearer" in said.headers["WWW-Authenticate"]


@pytest.fixture
def stranger(world: World) -> str:
    """A key of another organisation, with every scope."""
    account = an_account()
    partner = a_person(Role.PARTNER, Role.OPERATOR, organisation=account.organisation)
    a_campaign(account=account)
    made = credentials.make(
        account,
        by=partner,
        name="stranger",
        kind=credentials.Kind.BEARER,
        dialects=[Dialect.API],
        scopes=list(Scope),
    )
    return made.secret


def known_ids(world: World) -> dict[str, Any]:
    """Ids of things of this world."""
    ask("POST", "/fusions", a_fusion(world), token=world.token)
    job = FusionJob.objects.select_related("result").get()
    assert job.result is not None
    return {
        "fusion": job.public_id,
        "result": job.result.key,
        "material": world.material.model_id,
        "campaign": world.campaign.project_id,
    }


def test_another_organisations_things_are_not_there(world: World, stranger: str) -> None:
    known = known_ids(world)
    bodies = {
        "campaign-text": {"name": "x"},
        "campaign-consent-text": {"responsible": "x", "contact": "x", "body": "x"},
        "material-picture": {"picture": {"base64": "AAAA"}},
        "material-withdraw": {"why": "x"},
        "material-rights": {
            "source": "own",
            "holder": "x",
            "depicted": "nobody",
            "consent": "not_needed",
        },
    }
    for name, method in TABLE:
        target = address(name, **known)
        if target == address(name):
            continue
        said = ask(
            method, target, bodies.get(name, {}) if method != "GET" else None, token=stranger
        )
        assert said.status == 404, (name, method, said.body)


@pytest.mark.parametrize("path", ["/fusions", "/results", "/materials", "/campaigns"])
def test_lists_hold_nothing_of_another_organisation(world: World, stranger: str, path: str) -> None:
    known_ids(world)
    numbers = [
        item.get("campaign", item.get("id"))
        for item in ask("GET", path, token=stranger).json["items"]
    ]
    assert world.campaign.project_id not in numbers
    assert ask("GET", path, token=world.token).json["items"]


def test_a_fusion_into_another_organisations_campaign_names_the_field(
    world: World, stranger: str
) -> None:
    said = ask("POST", "/fusions", a_fusion(world), token=stranger)
    assert (said.status, said.json["code"]) == (404, "campaign-not-found")
    assert said.json["errors"][0]["field"] == "campaign"


def test_visitors_pictures_are_not_a_partners(world: World) -> None:
    known = known_ids(world)
    FusionJob.objects.update(credential=None, door="upload")
    assert ask("GET", f"/results/{known['result']}", token=world.token).status == 404
    assert ask("GET", "/results", token=world.token).json["items"] == []


def test_a_key_that_is_kept_to_a_campaign_reaches_no_other(world: World) -> None:
    other = a_campaign(account=world.account)
    world.key.campaigns.set([other])
    assert ask("GET", f"/campaigns/{other.project_id}", token=world.token).status == 200
    assert ask("GET", f"/campaigns/{world.campaign.project_id}", token=world.token).status == 404
    assert ask("POST", "/fusions", a_fusion(world), token=world.token).status == 404
    made = ask("POST", "/campaigns", {"slug": "beyond"}, token=world.token)
    assert (made.status, made.json["code"]) == (403, "out-of-scope")


def test_a_key_can_do_no_more_than_whoever_made_it(world: World) -> None:
    world.partner.memberships.filter(role=Role.OPERATOR).delete()
    path = f"/campaigns/{world.campaign.project_id}/pause"
    said = ask("POST", path, token=world.token)
    assert (said.status, said.json["code"]) == (403, "not-allowed")
    world.partner.is_active = False
    world.partner.save()
    assert ask("POST", path, token=world.token).status == 403
    assert ask("GET", "/key", token=world.token).status == 200


def test_a_key_for_another_door_does_not_open_this_one(world: World) -> None:
    world.key.dialects = [Dialect.AIGS]
    world.key.save()
    assert ask("GET", "/key", token=world.token).json["code"] == "out-of-scope"


def test_an_id_that_is_none_is_an_address_that_is_none(world: World) -> None:
    for path in ("/fusions/x", f"/campaigns/{'9' * 30}", "/campaigns/0", "/fusions/", "/nothing"):
        said = ask("GET", path, token=world.token)
        assert (said.status, said.json["code"]) == (404, "no-such-address"), path
    assert ask("GET", f"/fusions/{uuid4()}", token=world.token).json["code"] == "not-found"
