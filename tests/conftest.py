"""What every test gets: a site of its own in memory, no network, and servers only where asked."""

import importlib
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.conf import LazySettings
from django.conf import settings as site
from django.db import connection, transaction
from django.utils import translation

# Servers that some tests need. In CI they must be there: nothing is skipped to get green.
SERVERS = {
    "postgres": os.environ.get(
        "FUSION_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/test"
    ),
    "redis": os.environ.get("FUSION_TEST_REDIS_URL", "redis://127.0.0.1:6379/9"),
    "rabbitmq": os.environ.get("FUSION_TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
}
CHROMIUM = Path(os.environ.get("FUSION_TEST_CHROMIUM", "/usr/bin/chromium"))
PICTURES = ("default", "photos", "results", "materials")
OWN_STORAGES = site.STORAGES
IN_CI = os.environ.get("CI", "").lower() == "true"


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname, parts.port), timeout=1):
            return True
    except OSError:
        return False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips, visibly, what needs a server or a browser that is not here; never in CI."""
    if IN_CI:
        return
    missing = {
        name: f"needs {name} at {urlsplit(url).hostname}:{urlsplit(url).port}"
        for name, url in SERVERS.items()
        if any(item.get_closest_marker(name) for item in items) and not _answers(url)
    }
    if not CHROMIUM.exists():
        missing["browser"] = f"needs Chromium at {CHROMIUM}"
    for item in items:
        for name, reason in missing.items():
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def own_places(settings: LazySettings, tmp_path: Path) -> None:
    """Pictures in memory, counters and queue in a folder of the test's own.

    On the servers of the environment, where it names some: a corner of them that no other test has.
    """
    corner = f"test-{secrets.token_hex(8)}"
    settings.STORAGES = {
        **{alias: _storage(settings, alias, corner) for alias in PICTURES},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.FUSION_VAR_DIR = tmp_path
    settings.FUSION_REMEMBER_S = 0  # a test changes a key and calls in the same moment
    settings.FUSION_REQUEST_LOG_WAIT_S = 0  # ... and looks at the line of the call
    settings.FUSION_QUOTA_URL = f"quota+sqlite://{tmp_path / 'quota.sqlite3'}"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    if settings.REDIS_URL:
        backend = "django.core.cache.backends.redis.RedisCache"
        redis = {"BACKEND": backend, "LOCATION": settings.REDIS_URL, "KEY_PREFIX": corner}
        settings.CACHES = {"default": redis}
    settings.SECRET_KEY = settings.FUSION_SECRET_KEY = "only for tests"
    settings.FUSION_CREDENTIAL_KEYS = ["only for tests"]
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    translation.deactivate()  # a page that was asked in another language leaves it on


def _storage(settings: LazySettings, alias: str, corner: str) -> dict[str, Any]:
    if not settings.FUSION_S3_BUCKET:
        return {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    real = cast(dict[str, Any], OWN_STORAGES[alias])
    return {**real, "OPTIONS": {**real["OPTIONS"], "location": f"{corner}/{alias}"}}


@pytest.fixture
def run_jobs_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Queued work is done in the call that queues it, as a worker would do it.

    Tests run inside a transaction that never commits, so "on commit" means now.
    """
    monkeypatch.setattr(transaction, "on_commit", lambda act, *_, **__: act())
    before = current_app.conf.task_always_eager, current_app.conf.task_eager_propagates
    current_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    current_app.conf.update(task_always_eager=before[0], task_eager_propagates=before[1])


@pytest.fixture
def trails_can_be_emptied(transactional_db: None) -> Iterator[None]:
    """Ledger and audit trail refuse the deletion that ends a test with real transactions.

    PostgreSQL truncates, which asks no trigger.
    """
    yield
    if connection.vendor != "sqlite":
        return
    rules = importlib.import_module("campaigns.migrations.0002_append_only")
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for statement in rules.sqlite_permit():
            cursor.execute(statement)
        for table in rules.TABLES:
            cursor.execute(f"DELETE FROM {table}")
        for statement in rules.sqlite_forbid():
            cursor.execute(statement)


@pytest.fixture
def pictures_in_memory(settings: LazySettings) -> None:
    """For tests of what only a storage of our own does, whatever storage the environment names."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, **dict.fromkeys(PICTURES, memory)}
    settings.FUSION_S3_BUCKET = ""


@pytest.fixture
def server() -> Callable[[str], str]:
    """The address of a server by its marker's name."""
    return SERVERS.__getitem__
