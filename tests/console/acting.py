"""Signed-in clients for the tests of the console's pages."""

from typing import Any, Protocol

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Organisation, Person, Role
from tests.factories import a_person


class Owned(Protocol):
    """Anything that belongs to an organisation."""

    @property
    def organisation(self) -> Organisation: ...


def page(name: str, *args: object) -> str:
    return reverse(f"admin:{name}", args=args)


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def signed_in(*roles: Role, at: Owned) -> Client:
    return client_of(a_person(*roles, organisation=at.organisation))


def said(answer: Any) -> str:
    """Everything the page tells its reader at the top."""
    return " ".join(str(message) for message in answer.context["messages"])


def queries(client: Client, address: str) -> int:
    """How often the page asks the database."""
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)
