"""Who is calling: the address in front of our own proxies, and the browser's own mark."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's address: the one our outermost proxy saw, or the connection's own.

    X-Forwarded-For is written by whoever likes; only its last FUSION_TRUSTED_PROXIES entries come
    from proxies of ours, so the client is counted from the right.
    """
    own = str(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.FUSION_TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop]
    if trusted < 1 or len(hops) < trusted:
        return own
    return hops[-trusted]
