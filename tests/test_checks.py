"""A bad deployment is refused, with a sentence that says what to do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import CheckMessage

from fusionsite import checks


def ids(check: Callable[..., list[CheckMessage]]) -> list[str | None]:
    found = check(None)
    assert all(message.hint for message in found)
    return [message.id for message in found]


def test_good_settings_are_accepted(settings: Any) -> None:
    settings.FUSION_DEMO = True
    for check in (checks.secrets_are_set, checks.addresses_fit, checks.limits_fit):
        assert ids(check) == []
    checks.refuse_bad_deployment()


def test_missing_secrets_are_refused(settings: Any) -> None:
    settings.FUSION_SECRET_KEY, settings.FUSION_CREDENTIAL_KEYS = "", []
    assert ids(checks.secrets_are_set) == ["fusionsite.E001", "fusionsite.E002"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("faces.example.org", ["fusionsite.E003"]),
        ("ftp://faces.example.org", ["fusionsite.E003"]),
        ("http://faces.example.org", ["fusionsite.W001"]),
        ("https://faces.example.org", []),
    ],
)
def test_address_must_be_one_that_phones_can_use(
    settings: Any, address: str, expected: list[str]
) -> None:
    settings.FUSION_DEMO = settings.DEBUG = False
    settings.FUSION_BASE_URL = address
    assert ids(checks.addresses_fit) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("FUSION_JOB_SOFT_LIMIT_S", 60, "fusionsite.E004"),
        ("FUSION_PHOTO_LIFE_S", 601, "fusionsite.E005"),
        ("FUSION_QUOTA_WHEN_AWAY", "ajar", "fusionsite.E006"),
        ("FUSION_QUOTA_URL", "memory://", "fusionsite.E010"),
    ],
)
def test_limits_that_contradict_each_other_are_refused(
    settings: Any, name: str, value: object, expected: str
) -> None:
    setattr(settings, name, value)
    assert ids(checks.limits_fit) == [expected]


@pytest.mark.usefixtures("pictures_in_memory")
def test_storage_that_cannot_be_written_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ids(checks.storages_take_files) == []
    monkeypatch.setattr(
        "django.core.files.storage.InMemoryStorage.save",
        lambda *_, **__: (_ for _ in ()).throw(OSError("read-only")),
    )
    assert ids(checks.storages_take_files) == ["fusionsite.E007"] * 3


def test_broker_that_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "kombu.Connection.ensure_connection",
        lambda *_, **__: (_ for _ in ()).throw(ConnectionRefusedError("nobody there")),
    )
    assert ids(checks.broker_answers) == ["fusionsite.E008"]


def test_unknown_engine_is_refused(settings: Any) -> None:
    assert ids(checks.engine_loads) == []
    settings.FUSION_ENGINE = "perpetual-motion"
    assert ids(checks.engine_loads) == ["fusionsite.E009"]


def test_bad_deployment_ends_the_process_with_sentences(settings: Any) -> None:
    settings.FUSION_SECRET_KEY = ""
    with pytest.raises(SystemExit, match=r"fusionsite\.E001: FUSION_SECRET_KEY is not set"):
        checks.refuse_bad_deployment()
