"""Health: each light green, amber and red for its own reason, and the same facts as /healthz."""

from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from campaigns.models import Role
from fusionsite import vitals
from fusionsite.console import health_page
from fusionsite.jobs.models import FusionJob, Heartbeat
from tests.console.reading import told
from tests.console.test_requests import a_job
from tests.factories import a_campaign, a_person

pytestmark = pytest.mark.django_db
PAGE = "/console/health/"
KERNEL_MEMORY = vitals.memory


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def lights() -> dict[str, str]:
    found = health_page.lights_of(timezone.now())
    names = ("queue", "workers", "clock", "memory", "disk", "storage")
    return {name: light.colour for name, light in zip(names, found, strict=True)}


def a_beat(ago_s: float) -> None:
    beat_at = timezone.now() - timedelta(seconds=ago_s)
    Heartbeat.objects.update_or_create(
        worker="w1", defaults={"engine": "warp 1", "beat_at": beat_at}
    )


@pytest.fixture(autouse=True)
def enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with room, so that a test says what is short."""
    gigabyte = 2**30
    usage = Usage(100 * gigabyte, 50 * gigabyte, 50 * gigabyte)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    monkeypatch.setattr(vitals, "memory", lambda: vitals.Memory(8_000, 4_000))


def test_all_green_when_a_worker_beats() -> None:
    a_beat(2)
    assert set(lights().values()) == {"ok"}


@pytest.mark.parametrize(
    ("ago_s", "workers", "clock"),
    [
        (2, "ok", "ok"),
        (20, "ok", "warn"),
        (45, "ok", "bad"),
        (90, "bad", "bad"),
        (-90, "ok", "bad"),
    ],
)
def test_workers_and_the_clock_are_heard_from(ago_s: float, workers: str, clock: str) -> None:
    a_beat(ago_s)
    assert (lights()["workers"], lights()["clock"]) == (workers, clock)


def test_every_worker_is_shown_with_its_processes(client: Client) -> None:
    a_beat(2)
    Heartbeat.objects.update(processes=7)
    client.force_login(a_person(Role.ADMINISTRATOR))
    said = " ".join(told(client.get(PAGE)).split())
    assert "Worker Processes Engine" in said
    assert "w1 7 warp 1" in said


def test_a_site_without_any_worker_says_so(client: Client) -> None:
    client.force_login(a_person(Role.AUDITOR))
    said = told(client.get(PAGE))
    assert "Something fails" in said
    assert "Start a worker" in said
    assert "never heard from" in said


@pytest.mark.parametrize(("waiting", "colour"), [(1, "ok"), (2, "warn"), (4, "bad")])
def test_the_queue_fills_up(settings: Any, waiting: int, colour: str) -> None:
    settings.FUSION_QUEUE_LENGTH = 4
    campaign = a_campaign()
    for _number in range(waiting):
        a_job(campaign, state=FusionJob.State.QUEUED, finished_at=None)
    assert lights()["queue"] == colour


@pytest.mark.parametrize(("free_mb", "colour"), [(50_000, "ok"), (1_500, "warn"), (50, "bad")])
def test_the_disk_runs_out(monkeypatch: pytest.MonkeyPatch, free_mb: int, colour: str) -> None:
    usage = Usage(2**40, 0, free_mb * 2**20)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    assert lights()["disk"] == colour


@pytest.mark.parametrize(
    ("memory", "colour"),
    [
        (vitals.Memory(1_000, 500), "ok"),
        (vitals.Memory(1_000, 100), "warn"),
        (vitals.Memory(1_000, 20), "bad"),
        (None, "warn"),
    ],
)
def test_memory_runs_out(monkeypatch: pytest.MonkeyPatch, memory: Any, colour: str) -> None:
    monkeypatch.setattr(vitals, "memory", lambda: memory)
    assert lights()["memory"] == colour


def test_a_storage_that_fails_is_red_and_named(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_beat(2)

    def broken(*_: object, **__: object) -> str:
        raise OSError("read-only")

    monkeypatch.setattr(type(storages["results"]), "save", broken)
    client.force_login(a_person(Role.ADMINISTRATOR))
    said = told(client.get(PAGE))
    assert "the storage 'photos' fails: OSError" in said
    assert "read-only" not in said


def test_the_kernel_is_asked_for_memory(tmp_path: Path) -> None:
    told_by = tmp_path / "meminfo"
    told_by.write_text("MemTotal:  8388608 kB\nMemFree: 1 kB\nMemAvailable:  4194304 kB\n")
    assert KERNEL_MEMORY(told_by) == vitals.Memory(8192, 4096)
    told_by.write_text("MemTotal:  8388608 kB\n")
    assert KERNEL_MEMORY(told_by) is None
    assert KERNEL_MEMORY(tmp_path / "nothing") is None


def test_programs_are_told_the_same(client: Client) -> None:
    a_beat(2)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert set(answer.json()) == {"status", "worker", "queue", "storage", "disk"}
    Heartbeat.objects.all().delete()
    assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.FINANCE, Role.PARTNER, Role.REVIEWER])
def test_other_roles_do_not_read_it(client: Client, role: Role) -> None:
    client.force_login(a_person(role))
    assert client.get(PAGE).status_code == 403


def test_the_page_costs_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    a_beat(2)
    client.force_login(a_person(Role.ADMINISTRATOR))
    client.get(PAGE)
    with django_assert_max_num_queries(13):
        assert client.get(PAGE).status_code == 200
