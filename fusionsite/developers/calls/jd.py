"""The JD APIs: md5 of the secret and the moment."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_noop as _

from campaigns.models import Dialect
from fusionsite.developers.calls.base import (
    HIDDEN,
    Need,
    Operation,
    Prepared,
    Step,
    Wish,
    base64_of,
    filled,
    json_of,
)
from fusionsite.developers.inside import Outgoing
from fusionsite.dialects.jd import signature


def fields_of(api: str, wish: Wish) -> dict[str, Any]:
    """One entry, filled from the wish."""
    if api == "face_parser":
        return filled({"image": base64_of(wish.photo)}, wish.more)
    pictures = {
        "image_source": base64_of(wish.photo),
        "image_target": base64_of(wish.template),
    }
    return filled(pictures, wish.more)


def prepare(api: str, wish: Wish) -> Prepared:
    """The call, signed for this moment."""
    timestamp = str(int(wish.now * 1000))
    sign = signature.sign(wish.secret, timestamp)
    query = urlencode({"appkey": wish.key.secret_id, "timestamp": timestamp, "sign": sign})
    headers = (("Host", wish.host), ("Content-Type", "application/json"))
    steps = (
        Step(_("Text to sign"), f"secretkey + timestamp = {HIDDEN}{timestamp}"),
        Step(_("Signature"), f"md5(text) = {sign}"),
        Step(_("Query"), f"?{query}"),
    )
    body = json_of(fields_of(api, wish))
    return Prepared(Outgoing("POST", f"/jdai/{api}?{query}", headers, body), steps)


def _operation(door: Dialect, api: str, error_goes_in: str, *needs: Need) -> Operation:
    return Operation(
        slug=f"jd-{api}",
        door=door,
        title=api,
        method="POST",
        path=f"/jdai/{api}",
        needs=frozenset(needs),
        prepare=partial(prepare, api),
        error_goes_in=error_goes_in,
    )


OPERATIONS = (
    _operation(Dialect.JD_MORPH, "face_morph", "image_source", "photo", "template"),
    _operation(Dialect.JD_PARSER, "face_parser", "image", "photo"),
)
