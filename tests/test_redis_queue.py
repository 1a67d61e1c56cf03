"""The queue on Redis: a connection that is lost under a job costs the connection alone."""

from types import SimpleNamespace

import pytest
from kombu.transport import resolve_transport

from fusionsite import redis_queue


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_our_transport_is_the_one_for_redis(scheme: str) -> None:
    assert resolve_transport(scheme) is redis_queue.Transport  # type: ignore[comparison-overlap]


@pytest.mark.parametrize("left", [None, SimpleNamespace(client=None)])
def test_late_word_on_a_lost_connection_is_a_connection_error(left: object) -> None:
    channel = redis_queue.Channel.__new__(redis_queue.Channel)
    channel.connection = left  # type: ignore[assignment]
    with pytest.raises(redis_queue.Transport.connection_errors):
        channel._connparams()
