"""The first steps on an empty site: an organisation, its account, its first person."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Account, AuditLine, Organisation, Person, Role, Standing
from tests.factories import a_person, an_organisation

pytestmark = pytest.mark.django_db
ALL = "/console/organisations/"
ADD = "/console/organisations/new/add/"


@pytest.fixture
def root(client: Client) -> Person:
    """The first person of a site, as `createsuperuser` makes it."""
    person = Person.objects.create_superuser("root", password="irrelevant here")
    client.force_login(person)
    return person


def typed(**fields: str) -> dict[str, Any]:
    return {"name": "Harbour Museum", "default_language": "zh-hans"} | fields


def leads(client: Client) -> list[tuple[str, str]]:
    """What the first page says waits, and where its buttons lead."""
    return [(need.lead, need.url) for need in client.get("/console/").context["needs"]]


def test_from_an_empty_site_the_first_page_leads_to_somebody_at_work(
    client: Client, root: Person
) -> None:
    assert leads(client) == [("There is no organisation yet", ADD)]
    assert "make the first" in client.get(ALL).content.decode()
    client.post(ADD, typed())
    organisation = Organisation.objects.get()
    account = Account.objects.get(organisation=organisation)
    assert account.standing == Standing.NOT_EXIST
    assert account.appid in client.get("/console/money/").content.decode()
    invite = reverse("admin:invite", args=["invite"])
    assert f'href="{invite}"' in client.get(ALL).content.decode()
    assert ("Nobody works there yet", invite) in leads(client)
    client.post(
        invite,
        {
            "username": "lin",
            "role": "finance",
            "organisation": organisation.pk,
            "language": "zh-hans",
        },
    )
    assert invite not in client.get(ALL).content.decode()
    assert invite not in {url for _lead, url in leads(client)}
    finance = Client()
    finance.force_login(Person.objects.get(username="lin"))
    opens = reverse("admin:account_page", args=[account.pk])
    assert opens in {url for _lead, url in leads(finance)}


@pytest.mark.parametrize("taken", ["Harbour Museum", "harbour museum"])
def test_no_two_have_the_same_name(client: Client, root: Person, taken: str) -> None:
    client.post(ADD, typed())
    again = client.post(ADD, typed(name=taken))
    assert "Another organisation has this name." in again.content.decode()
    assert Organisation.objects.count() == Account.objects.count() == 1


@pytest.mark.parametrize("name", ["港口博物馆", "Harbour  Museum", "!", "x" * 120])
def test_any_name_will_do(client: Client, root: Person, name: str) -> None:
    an_organisation(name="Somebody else", slug="harbour-museum")
    client.post(ADD, typed(name=name))
    assert Organisation.objects.filter(name=name).count() == 1


def test_another_name_counts_and_is_written_down(client: Client, root: Person) -> None:
    organisation = an_organisation(name="Old")
    change = reverse("admin:organisation_deed", args=[organisation.pk, "change"])
    assert 'value="Old"' in client.get(change).content.decode()
    client.post(change, typed(name="New"))
    organisation.refresh_from_db()
    assert (organisation.name, organisation.default_language) == ("New", "zh-hans")
    line = AuditLine.objects.get(act="organisation_manage")
    assert (line.before["name"], line.after["name"], line.by) == ("Old", "New", root)
    client.post(change, typed(name="New"))
    assert AuditLine.objects.filter(act="organisation_manage").count() == 1
    other = an_organisation(name="Other")
    client.post(change, typed(name=other.name))
    organisation.refresh_from_db()
    assert organisation.name == "New"


def test_the_list_counts_people_and_campaigns_once(client: Client, root: Person) -> None:
    organisation = an_organisation()
    somebody = a_person(Role.OPERATOR, organisation=organisation)
    somebody.memberships.create(role=Role.FINANCE, organisation=organisation)
    (row,) = client.get(ALL).context["organisations"]
    assert (row.people_count, row.campaign_count) == (1, 0)
