"""Which pages may evaluate scripts: the console's alone."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_console_may_evaluate_because_unfold_does(client: Client) -> None:
    policy = client.get("/console/login/")["Content-Security-Policy"]
    assert "'unsafe-eval'" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("address", ["/", "/r/unknown", "/c/unknown/"])
def test_public_pages_stay_strict(client: Client, address: str) -> None:
    policy = client.get(address)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy and "frame-ancestors 'none'" in policy
