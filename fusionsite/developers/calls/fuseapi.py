"""fuseapi: a signed text that carries its own lifetime."""

import hmac
import secrets
from typing import Any

from django.utils.translation import gettext_noop as _

from campaigns.models import Dialect
from fusionsite.developers.calls.base import (
    Operation,
    Prepared,
    Step,
    Wish,
    base64_of,
    filled,
    json_of,
)
from fusionsite.developers.inside import Outgoing
from fusionsite.dialects.tencent_fuseapi import signature

PATH = "/fuseapi/face"
LIFE_S = 3600


def fields_of(wish: Wish) -> dict[str, Any]:
    """The fields, filled from the wish and the account."""
    account = wish.key.account
    fields = {
        "appid": account.appid,
        "uin": account.uin,
        "project_id": wish.project_id,
        "model_id": wish.model_id,
        "img_data": base64_of(wish.photo),
        "rsp_img_type": wish.answer,
    }
    return filled(fields, wish.more)


def prepare(wish: Wish) -> Prepared:
    """The call, signed for an hour."""
    now = int(wish.now)
    text = (
        f"a={wish.key.account.appid}&b=&k={wish.key.secret_id}&e={now + LIFE_S}&t={now}"
        f"&r={secrets.randbelow(10**9)}&u=0&f="
    )
    value = signature.write(text, wish.secret)
    mac = hmac.digest(wish.secret.encode(), text.encode(), "sha1").hex()
    headers = (
        ("Host", wish.host),
        ("Content-Type", "application/json"),
        ("Authorization", value),
    )
    steps = (
        Step(_("Text to sign"), text),
        Step(_("Signature"), f"HMAC-SHA1(SecretKey, text) = {mac}"),
        Step(_("Header"), f"base64(20 bytes + text) = {value}"),
    )
    return Prepared(Outgoing("POST", PATH, headers, json_of(fields_of(wish))), steps)


OPERATIONS = (
    Operation(
        slug="fuseapi-face",
        door=Dialect.TENCENT_FUSEAPI,
        title="face",
        method="POST",
        path=PATH,
        needs=frozenset({"campaign", "material", "photo", "answer"}),
        prepare=prepare,
        error_goes_in="model_id",
    ),
)
