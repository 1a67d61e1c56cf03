"""An S3 server for tests, and a wire to it that fails on order; needs the development packages."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import boto3
from moto.server import ThreadedMotoServer

from tests.live.servers import Wire


class S3Wire(Wire):
    """A wire to an S3 server that can answer 500, or take calls and say nothing."""

    fault = ""

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        self._open.add(one)
        with suppress(OSError):
            while piece := one.recv(65536):
                if self.fault == "500":
                    answer = (
                        b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    )
                    one.sendall(answer)
                    break
                if self.fault != "hang":
                    other.sendall(piece)
        self._end(one, other)


@contextmanager
def own_s3() -> Iterator[tuple[str, str]]:
    """An S3 server of our own, and the name of an empty bucket on it."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    ).create_bucket(Bucket="pictures")
    try:
        yield address, "pictures"
    finally:
        server.stop()
