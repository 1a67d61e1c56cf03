"""One day's work, counted three times: statistics, ledger and request log tell the same."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.models import Campaign, Hold
from fusionsite.requestlog.models import LoggedRequest
from fusionsite.statistics import reading
from fusionsite.statistics.sums import roll_up
from tests.dialects.aigs import asking as aigs
from tests.dialects.conftest import world
from tests.dialects.tencent_fuseapi import asking as fuseapi
from tests.dialects.tencent_v3 import asking as v3
from tests.dialects.transcripts import at_the_time
from tests.dialects.wire import send
from tests.dialects.world import NOW, World, base64_of

__all__ = ["world"]

NO_FACE = base64_of("noface.jpg")
CALLS = [
    v3.ask("FuseFace", v3.fuse_face()),
    v3.ask("FuseFace", v3.fuse_face({"Image": NO_FACE})),
    fuseapi.ask(),
    fuseapi.ask(fuseapi.fields(img_data=NO_FACE)),
    aigs.ask(),
    v3.ask("DescribeMaterialList", {"ActivityId": 100646}),
]


@pytest.mark.parametrize("summed", [False, True])
def test_statistics_ledger_and_request_log_agree(world: World, summed: bool) -> None:
    with at_the_time():
        for raw in CALLS:
            send(raw)
    now = datetime.fromtimestamp(NOW, UTC)
    if summed:
        roll_up(now + timedelta(hours=2))
    choice = reading.Choice(
        Campaign.objects.filter(account=world.account),
        since=now - timedelta(hours=1),
        until=now + timedelta(hours=2),
    )
    told = reading.total(choice)
    holds = Hold.objects.filter(account=world.account, campaign__isnull=False)
    captured = holds.filter(state=Hold.State.CAPTURED).count()
    log = LoggedRequest.objects.filter(campaign__account=world.account, job__isnull=False)
    assert captured == told.charged == log.filter(charged=True).count() > 0
    assert told.made == log.filter(code="").count()
    assert told.refused == log.exclude(code="").count() > 0
