"""Role by page, complete: every address of the console is in the table of `tests.console.pages`."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from campaigns.models import SITE_ROLES, Person, Role
from fusionsite.console.urls import PAGES
from tests.console.pages import MODELS, OURS, PAGES_BY_ROLE, World, a_world
from tests.factories import a_person

# Parts of Django's admin that are no page: its sign-in, its scripts, its answers to its widgets.
NO_PAGES = {"login", "logout", "jsi18n", "autocomplete", "view_on_site", "app_list"}
OF_A_MODEL = {"changelist", "add", "change", "history", "delete"}


def names(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def of_the_site() -> set[str]:
    """Every name in `admin:`, with one `.../act/<name>` for each act instead of `..._act`."""
    found = set(names(admin.site.get_urls())) - NO_PAGES
    for model, page in admin.site._registry.items():
        base = f"{model._meta.app_label}_{model._meta.model_name}"
        for kind in ("act", "file"):
            found.discard(f"{base}_{kind}")
            acts = getattr(page, f"{kind}_pages", ())
            found |= {f"{base}_{kind}/{act.name}" for act in acts}
    return found


def test_every_page_is_in_the_table() -> None:
    missing = sorted(of_the_site() - set(PAGES_BY_ROLE))
    assert not missing, "give each a line in tests/console/pages.py"


def test_the_table_names_no_page_that_is_gone() -> None:
    assert not sorted(set(PAGES_BY_ROLE) - of_the_site())


def test_every_page_of_ours_asks_for_a_sign_in(client: Client) -> None:
    without = [page.name for page in PAGES if "{" not in str(page.pattern) and not page.name]
    assert not without, "a page without a name is in no table"


@cache
def model_of(name: str) -> type[Model]:
    app_label, model_name = name.rsplit("_", 1)
    return apps.get_model(app_label, model_name)


def address(name: str, world: World) -> str:
    """The page's address; acts are `<model>_act/<act>`, pages of a row take the world's row."""
    if name in OURS:
        return reverse(f"admin:{name}", args=OURS[name].args(world))
    base = next(model for model in sorted(MODELS, key=len, reverse=True) if name.startswith(model))
    page, _, act = name.removeprefix(f"{base}_").partition("/")
    if page in ("changelist", "add"):
        return reverse(f"admin:{name}")
    row = world.row(model_of(base))
    return reverse(f"admin:{base}_{page}", args=[row.pk, act] if act else [row.pk])


def status(client: Client, name: str, url: str) -> int:
    method = OURS[name].method if name in OURS else "get"
    answer: Any = getattr(client, method)(url)
    b"".join(answer)  # a file is closed when it has been read
    return int(answer.status_code)


def is_about_a_row(name: str, url: str) -> bool:
    return any(part.isdigit() for part in url.split("/"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_a_page_opens_for_the_roles_in_the_table_and_no_others(client: Client, role: Role) -> None:
    world = a_world()
    client.force_login(a_person(role, organisation=world.campaign.organisation))
    wrong = []
    for name in sorted(PAGES_BY_ROLE):
        url = address(name, world)
        got = status(client, name, url)
        may = role in PAGES_BY_ROLE[name]
        # A POST without fields is answered with a sentence or sent back, never done.
        good = {200, 302, 400} if may and OURS.get(name) and OURS[name].method == "post" else {200}
        hidden = {403, 404} if is_about_a_row(name, url) else {403}
        if got not in (good if may else hidden):
            wrong.append((name, got, "may" if may else "may not"))
    assert not wrong


# How a stranger's row is hidden: as if it were not there. The package of the history asks first.
HIDDEN = {name: {404} for name in PAGES_BY_ROLE} | {
    f"campaigns_campaign_{page}": {403} for page in ("history", "simple_history")
}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role not in SITE_ROLES])
def test_another_organisations_rows_are_not_there(client: Client, role: Role) -> None:
    world = a_world()
    client.force_login(a_person(role))
    rows = {name: address(name, world) for name in PAGES_BY_ROLE if role in PAGES_BY_ROLE[name]}
    found = {
        name: got
        for name, url in rows.items()
        if is_about_a_row(name, url) and (got := status(client, name, url)) not in HIDDEN[name]
    }
    assert not found


@pytest.mark.django_db
def test_nobody_opens_anything_without_signing_in(client: Client) -> None:
    world = a_world()
    for name in PAGES_BY_ROLE:
        url = address(name, world)
        answer = client.get(url)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith(reverse("admin:login")), name


@pytest.mark.django_db
class TestLanguage:
    """The switch in the menu."""

    def test_the_choice_is_kept_with_the_person(self, client: Client) -> None:
        person = a_person(Role.OPERATOR)
        client.force_login(person)
        answer = client.post(
            reverse("admin:language"), {"language": "zh-hans", "next": "/console/"}
        )
        assert answer["Location"] == "/console/"
        assert Person.objects.get(pk=person.pk).language == "zh-hans"
        assert 'lang="zh-hans"' in client.get("/console/").content.decode()

    def test_it_wins_over_the_browser(self, client: Client) -> None:
        client.force_login(a_person(Role.OPERATOR, language="en"))
        page = client.get("/console/", headers={"accept-language": "zh-hans"})
        assert 'lang="en"' in page.content.decode()

    @pytest.mark.parametrize("chosen", ["", "xx", "zh-hans'--", "e" * 5000])
    def test_an_unknown_language_changes_nothing(self, client: Client, chosen: str) -> None:
        person = a_person(Role.OPERATOR)
        client.force_login(person)
        assert client.post(reverse("admin:language"), {"language": chosen}).status_code == 302
        assert Person.objects.get(pk=person.pk).language == "en"

    def test_it_sends_nobody_to_another_site(self, client: Client) -> None:
        client.force_login(a_person(Role.OPERATOR))
        fields = {"language": "en", "next": "https://evil.example/"}
        assert client.post(reverse("admin:language"), fields)["Location"] == reverse("admin:index")
