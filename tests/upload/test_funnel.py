"""Visits are counted by step and source, without telling anybody apart."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from fusionsite.funnel import reading, tasks
from fusionsite.funnel.models import FunnelCount, Step, add_one
from fusionsite.upload import counting
from templates_app.models import Material
from tests.factories import a_campaign

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


@pytest.fixture
def counts(material: Material) -> Callable[[], dict[tuple[str, str], int]]:
    """What is counted now: by step and source."""

    def read() -> dict[tuple[str, str], int]:
        rows = FunnelCount.objects.values_list("step", "source", "count")
        return {(step, source): number for step, source, number in rows}

    return read


Counts = Callable[[], dict[tuple[str, str], int]]


def see(client: Client, address: str, agent: str = PHONE, **headers: str) -> Any:
    return client.get(address, headers={"user-agent": agent, **headers})


def test_the_landing_page_counts_who_opened_it(client: Client, counts: Counts) -> None:
    see(client, "/c/lanterns/")
    see(client, "/c/lanterns/?from=Poster")
    assert counts() == {("opened", ""): 1, ("opened", "poster"): 1}


@pytest.mark.parametrize("tag", ["<script>", "a" * 41, "-begins-badly", "two words", "é"])
def test_an_odd_source_is_no_source(client: Client, counts: Counts, tag: str) -> None:
    client.get("/c/lanterns/", {"from": tag}, headers={"user-agent": PHONE})
    assert counts() == {("opened", ""): 1}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "facebookexternalhit/1.1",
        "WhatsApp/2.23.20.0",
        "TelegramBot (like TwitterBot)",
        "curl/8.4.0",
    ],
)
def test_programs_are_not_counted(client: Client, counts: Counts, agent: str) -> None:
    see(client, "/c/lanterns/", agent)
    assert counts() == {}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Linux; Android 11; CUBOT X30) Chrome/120.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 13) Chrome/120.0 Mobile Telegram-Android/10.3",
        "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/8.0.42",
    ],
)
def test_people_in_odd_browsers_are_counted(client: Client, counts: Counts, agent: str) -> None:
    see(client, "/c/lanterns/", agent)
    assert counts() == {("opened", ""): 1}


@pytest.mark.parametrize(
    "headers",
    [{"sec-purpose": "prefetch;prerender"}, {"purpose": "preview"}, {"x-moz": "prefetch"}],
)
def test_a_page_fetched_in_advance_is_not_a_visit(
    client: Client, counts: Counts, headers: dict[str, str]
) -> None:
    see(client, "/c/lanterns/", **headers)
    assert counts() == {}


def test_asking_for_the_headers_alone_is_not_a_visit(client: Client, counts: Counts) -> None:
    client.head("/c/lanterns/", headers={"user-agent": PHONE})
    assert counts() == {}


def test_the_same_page_in_another_language_is_the_same_visit(
    client: Client, counts: Counts
) -> None:
    see(client, "/c/lanterns/")
    see(client, "/c/lanterns/", referer="http://testserver/c/lanterns/")
    assert counts() == {("opened", ""): 1}


def test_a_draft_or_a_pause_counts_nothing(client: Client, counts: Counts) -> None:
    Campaign.objects.update(state=Campaign.State.PAUSED)
    see(client, "/c/lanterns/")
    assert counts() == {}


def test_the_source_travels_in_addresses_and_never_in_a_cookie(
    client: Client, material: Material
) -> None:
    landing = see(client, "/c/lanterns/?from=poster")
    assert "/c/lanterns/make/?from=poster" in landing.content.decode()
    make = see(client, f"/c/lanterns/make/?model={material.model_id}&from=poster")
    assert "/c/lanterns/jobs/?from=poster" in make.content.decode()
    grid = see(client, "/c/lanterns/templates/?from=poster").content.decode()
    assert '<input type="hidden" name="from" value="poster">' in grid
    assert not any("poster" in morsel.value for morsel in client.cookies.values())


def test_a_whole_visit_leaves_every_step_under_its_source(
    client: Client, counts: Counts, send: Any, material: Material, run_jobs_at_once: None
) -> None:
    see(client, "/c/lanterns/?from=wechat")
    see(client, f"/c/lanterns/make/?model={material.model_id}&from=wechat")
    client.post("/c/lanterns/step/", {"step": "photo", "from": "wechat"})
    done = send(**{"from": "wechat"})
    assert done.status_code == 303
    assert counts() == {
        ("opened", "wechat"): 1,
        ("chose", "wechat"): 1,
        ("photo", "wechat"): 1,
        ("consent", "wechat"): 1,
        ("made", "wechat"): 1,
    }
    page = client.get(done["Location"])
    assert page["Location"].endswith("/?from=wechat")


@pytest.mark.parametrize("step", ["saved", "shared", "photo"])
def test_the_page_tells_what_only_it_can_see(client: Client, counts: Counts, step: str) -> None:
    assert client.post("/c/lanterns/step/", {"step": step}).status_code == 204
    assert counts() == {(step, ""): 1}


@pytest.mark.parametrize("step", ["made", "consent", "opened", "deleted", "", "drop table"])
def test_nobody_can_tell_us_any_other_step(client: Client, counts: Counts, step: str) -> None:
    assert client.post("/c/lanterns/step/", {"step": step}).status_code == 400
    assert counts() == {}


def test_another_sites_page_tells_us_nothing(client: Client, counts: Counts) -> None:
    headers = {"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"}
    answer = client.post("/c/lanterns/step/", {"step": "saved"}, headers=headers)
    assert answer.status_code == 403
    assert counts() == {}


def test_made_up_sources_end_at_a_number(client: Client, counts: Counts) -> None:
    for number in range(counting.MOST_SOURCES + 3):
        see(client, f"/c/lanterns/?from=junk{number}")
    see(client, "/c/lanterns/?from=poster")
    sources = {source for _, source in counts()}
    assert len(sources - {"", "poster"}) == counting.MOST_SOURCES
    assert counts()["opened", ""] == 3
    assert counts()["opened", "poster"] == 1


# --- Reading ---------------------------------------------------------------------------------


def many(campaign: Campaign, step: Step, number: int, **more: Any) -> None:
    for _ in range(number):
        add_one(campaign, step, **more)


def test_counts_below_five_are_hidden() -> None:
    campaign = a_campaign()
    many(campaign, Step.OPENED, 20)
    many(campaign, Step.CHOSE, 5)
    many(campaign, Step.MADE, 4)
    shown = {stage.step: stage for stage in reading.stages(campaign)}
    assert list(shown) == list(Step)
    assert (str(shown[Step.OPENED].count), shown[Step.OPENED].share_percent) == ("20", 100)
    assert (str(shown[Step.CHOSE].count), shown[Step.CHOSE].share_percent) == ("5", 25)
    assert (str(shown[Step.MADE].count), shown[Step.MADE].share_percent) == ("<5", None)
    assert (str(shown[Step.SAVED].count), shown[Step.SAVED].share_percent) == ("0", 0)


def test_sources_are_read_apart_the_busiest_first() -> None:
    campaign = a_campaign()
    many(campaign, Step.OPENED, 3)
    many(campaign, Step.OPENED, 6, source="poster")
    many(campaign, Step.MADE, 5, source="poster")
    many(a_campaign(), Step.OPENED, 9, source="mail")
    rows = reading.by_source(campaign)
    assert [(row.source, *map(str, row.counts[:5])) for row in rows] == [
        ("poster", "6", "0", "0", "0", "5"),
        ("", "<5", "0", "0", "0", "0"),
    ]


def test_a_period_counts_its_own_hours_alone() -> None:
    campaign = a_campaign()
    now = timezone.now().replace(minute=30)
    many(campaign, Step.OPENED, 7, at=now - timedelta(days=2))
    many(campaign, Step.OPENED, 5, at=now)
    since = now - timedelta(days=1)
    assert str(reading.stages(campaign, since=since)[0].count) == "5"
    assert str(reading.stages(campaign, until=since)[0].count) == "7"
    assert [str(day.count) for day in reading.by_day(campaign, Step.OPENED)] == ["7", "5"]


def test_a_row_holds_nothing_that_leads_to_a_person(client: Client, counts: Counts) -> None:
    see(client, "/c/lanterns/?from=poster")
    fields = {field.name for field in FunnelCount._meta.get_fields()}
    assert fields == {"id", "campaign", "hour", "source", "step", "count"}
    hour = FunnelCount.objects.get().hour
    assert (hour.minute, hour.second, hour.microsecond) == (0, 0, 0)


def test_old_hours_become_days_without_losing_a_visit() -> None:
    campaign = a_campaign()
    day = timezone.now().replace(hour=3, minute=0) - timedelta(days=70)
    for hours in (0, 1, 5):
        many(campaign, Step.OPENED, 2, source="poster", at=day + timedelta(hours=hours))
    many(campaign, Step.OPENED, 1, at=day)
    many(campaign, Step.OPENED, 1, at=timezone.now())
    assert tasks.compact() == 2
    assert sum(row.count for row in FunnelCount.objects.all()) == 8
    poster = FunnelCount.objects.get(source="poster")
    assert (poster.hour.hour, poster.count) == (0, 6)
    assert tasks.compact() == 0
