"""kombu's Redis as a queue, which survives that Redis goes away while a job is being done.

When the connection is lost, kombu takes it apart; the job that ends then acknowledges its message
on what is left, finds None instead of an address, and that error ends the whole worker. Said as
the lost connection that it is, the worker logs it and goes on; the message comes a second time.
"""

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as ConnectionLost


class Channel(redis.Channel):
    """Knows when its connection has been taken apart."""

    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection is None or self.connection.client is None:
            raise ConnectionLost("the connection to Redis was lost meanwhile")
        return super()._connparams(asynchronous=asynchronous)  # type: ignore[misc]


class Transport(redis.Transport):
    """Stands in for kombu's "redis"."""

    Channel = Channel
