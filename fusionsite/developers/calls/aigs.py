"""faceswap: a bare token in the query, nothing signed."""

from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_noop as _

from campaigns.models import Dialect
from fusionsite.developers.calls.base import (
    HIDDEN,
    Operation,
    Prepared,
    Step,
    Wish,
    base64_of,
    filled,
    json_of,
)
from fusionsite.developers.inside import Outgoing

PATH = "/v1/faceswap"


def fields_of(wish: Wish) -> dict[str, Any]:
    """Both pictures."""
    pictures = {
        "image_base64": base64_of(wish.photo),
        "template_base64": base64_of(wish.template),
    }
    return filled(pictures, wish.more)


def prepare(wish: Wish) -> Prepared:
    """The call; its token is shown nowhere."""
    token = quote(wish.secret, safe="")
    headers = (("Host", wish.host), ("Content-Type", "application/json"))
    steps = (Step(_("Query"), f"?token={HIDDEN}"),)
    outgoing = Outgoing(
        "POST", f"{PATH}?token={token}", headers, json_of(fields_of(wish)), secrets=(token,)
    )
    return Prepared(outgoing, steps)


OPERATIONS = (
    Operation(
        slug="aigs-faceswap",
        door=Dialect.AIGS,
        title="faceswap",
        method="POST",
        path=PATH,
        needs=frozenset({"photo", "template"}),
        prepare=prepare,
        error_goes_in="image_base64",
    ),
)
