"""What is known of a network address before a call is: whether it is blocked or guesses keys."""

import ipaddress
from contextlib import suppress
from functools import partial

from django.conf import settings

from campaigns import quota
from campaigns.models import Layer
from campaigns.refusals import AddressNotAllowed, PaceUnknown, TooFast
from campaigns.remembered import Remembered


class AddressBlocked(AddressNotAllowed):
    """The site takes no partners' calls from this network."""

    code = "address-blocked"


def check(address: str) -> None:
    """Raises AddressBlocked, or TooFast after too many failed signatures from this address."""
    if _blocked(address):
        raise AddressBlocked
    rate, used = _failure_rate(), 0
    with suppress(PaceUnknown):  # what then, is decided where the call itself is counted
        used = _failed.of(_failures(address), partial(_read_failed, address))
    if used >= rate.calls:
        raise TooFast(
            Layer.ADDRESS, 60, measured=rate.calls, limit=rate.calls, unit=f"{rate.per_s} s"
        )


def count_failure(address: str) -> None:
    """Counts a wrong key or signature against the address it came from."""
    with suppress(TooFast, PaceUnknown):
        quota.take(Layer.ADDRESS, _failures(address), _failure_rate())


def _read_failed(address: str) -> int:
    return quota.used(Layer.ADDRESS, _failures(address), _failure_rate()).used


_failed = Remembered[int]()


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 customer gets."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _failure_rate() -> quota.Rate:
    return quota.Rate(settings.FUSION_FAILED_SIGNATURES_PER_MIN, 60)


def _failures(address: str) -> str:
    return f"failed/{network_of(address)}"


def _blocked(address: str) -> bool:
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    networks = (ipaddress.ip_network(text) for text in settings.FUSION_BLOCKED_NETWORKS)
    return any(caller in network for network in networks)
