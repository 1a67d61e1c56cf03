"""What the dialects' tests share."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from tests.dialects.transcripts import at_the_time
from tests.dialects.world import World, make_world
from tests.live.inside import served


@pytest.fixture
def world(db: None, run_jobs_at_once: None, settings: LazySettings) -> Iterator[World]:
    """The rows; jobs run in the call that queues them."""
    settings.FUSION_BASE_URL = "http://127.0.0.1:8000"
    with at_the_time(before_s=86_400):
        made = make_world()
    yield made


@pytest.fixture
def live_site(db: None, run_jobs_at_once: None, settings: LazySettings) -> Iterator[World]:
    """The same world behind a real socket; `settings.FUSION_BASE_URL` is its address."""
    made = make_world()
    with served() as settings.FUSION_BASE_URL:
        yield made
