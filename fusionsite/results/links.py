"""Signs the link of a result and opens it again, until it ends."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from campaigns.prepared import Prepared, Slot
from fusionsite.results.models import Result


def _signer() -> signing.Signer:
    return signing.Signer(salt="fusionsite.results.link", sep=".")


class LinkError(Exception):
    """A link that opens nothing."""


class LinkUnknown(LinkError):
    """Not a link of ours, or changed on its way."""


class LinkGone(LinkError):
    """It was ours; the picture has expired or was deleted. `result` says when and why."""

    def __init__(self, result: Result) -> None:
        super().__init__(f"result {result.key} is gone")
        self.result = result


def token_of(result: Result) -> str:
    """The part of the address that proves the right to see the picture."""
    return _signer().sign(result.key)


def picture_url(result: Result) -> str:
    """The absolute address of the picture itself, as partners get it."""
    return picture_address(result.key)


def picture_address(key: str) -> str:
    """The same for whoever knows only the result's key: a job does before it is read."""
    return settings.FUSION_BASE_URL + reverse("results:picture", args=[_signer().sign(key)])


def page_url(result: Result) -> str:
    """The absolute address of the page that shows the picture, as visitors share it."""
    return settings.FUSION_BASE_URL + reverse("results:page", args=[token_of(result)])


_BY_KEY = Prepared(lambda: Result.objects.select_related("campaign").filter(key=Slot("key")))


def open_link(token: str, now: datetime | None = None) -> Result:
    """The result behind a token. Raises LinkUnknown or LinkGone.

    The end of a link stands on the row alone, so that it can be moved to now (deleting, taking
    down); the signature says that we gave the link out.
    """
    try:
        key = _signer().unsign(token)
    except signing.BadSignature as error:
        raise LinkUnknown from error
    result = _BY_KEY.first(key=key)
    if result is None:
        raise LinkUnknown
    if result.erased_at or result.hidden_at or result.expires_at <= (now or timezone.now()):
        raise LinkGone(result)
    return result
