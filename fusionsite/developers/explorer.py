"""Calls made from a page: a form becomes a signed request, and its answer is shown."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from campaigns import audit
from campaigns.access import Act, require
from campaigns.models import Person
from fusionsite.developers import inside
from fusionsite.developers.calls import BY_SLUG, OPERATIONS, Operation, Prepared, Wish
from fusionsite.developers.calls.base import HIDDEN
from fusionsite.developers.explorer_form import CallForm
from fusionsite.developers.page import Tool
from fusionsite.incoming import client_address

_LONG = re.compile(r"[A-Za-z0-9+/=]{200,}")
_PICTURE_FIELDS = ("Image", "FusedImage", "image", "img_url", "image_url", "picture_url", "url")


@dataclass(frozen=True)
class Shown:
    """A call and its answer as the page tells them; no secret is in it.

    picture: an address of ours or a data: address, empty without one.
    """

    request: str
    prepared: Prepared
    status: int
    took_ms: int
    headers: str
    body: str
    picture: str
    went_well: bool


class ExplorerPage(Tool):
    """Choose, send, look."""

    template_name = "developers/explorer.html"
    tab = "explorer"

    def operation(self) -> Operation:
        """The chosen one, else the first."""
        return BY_SLUG.get(self.request.GET.get("call", ""), OPERATIONS[0])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        operation = self.operation()
        form = more.pop("form", None) or CallForm(operation=operation, page=self)
        frame = {"operation": operation, "operations": OPERATIONS, "form": form, **more}
        return super().get_context_data(**frame) | {"title": _("Explorer")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sends the call."""
        operation = self.operation()
        form = CallForm(request.POST, request.FILES, operation=operation, page=self)
        shown = None
        if form.is_valid():
            shown = call(operation, form.wish(), by=self.person, address=client_address(request))
        return self.render_to_response(self.get_context_data(form=form, shown=shown))


def call(operation: Operation, wish: Wish, *, by: Person, address: str) -> Shown:
    """Sends it into this site as the partner's program would, and says what came back."""
    require(by, Act.CREDENTIAL_MANAGE, wish.key)
    audit.record("explorer.call", wish.key, by=by, after={"operation": operation.slug})
    prepared = operation.prepare(wish)
    answer = inside.send(prepared.outgoing, address=address)
    text = answer.body.decode("utf-8", "replace")
    found = _json(text)
    return Shown(
        request=written(prepared.outgoing),
        prepared=prepared,
        status=answer.status,
        took_ms=answer.took_ms,
        headers="\n".join(f"{name}: {value}" for name, value in answer.headers.items()),
        body=shortened(json.dumps(found, ensure_ascii=False, indent=2) if found else text),
        picture=_picture(found),
        went_well=answer.status < 400 and not _failed(found),
    )


def written(outgoing: inside.Outgoing) -> str:
    """The request as text, long pictures cut short, secrets covered."""
    lines = [f"{outgoing.method} {outgoing.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in outgoing.headers]
    text = "\n".join([*lines, "", outgoing.body.decode("utf-8", "replace")])
    for secret in outgoing.secrets:
        text = text.replace(secret, HIDDEN)
    return shortened(text)


def shortened(text: str) -> str:
    """The text with every long run of base64 told by its beginning and its length."""
    return _LONG.sub(lambda run: f"{run[0][:40]}… ({len(run[0])})", text)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _picture(found: Any) -> str:
    """The first picture of the answer, as something that a page can show."""
    for name, value in _leaves(found):
        if name in _PICTURE_FIELDS and isinstance(value, str) and len(value) > 20:
            if value.startswith(("http://", "https://")):
                return value
            kind = "png" if value.startswith("iVBOR") else "jpeg"
            return f"data:image/{kind};base64,{value}"
    return ""


def _leaves(value: Any, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _leaves(item, key)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item, name)]
    return [(name, value)]


def _failed(found: Any) -> bool:
    """Whether the answer says in its own words that it is none."""
    if not isinstance(found, dict):
        return False
    response = found.get("Response")
    if isinstance(response, dict):
        return "Error" in response
    result = found.get("result")
    status = result.get("status", 200) if isinstance(result, dict) else 200
    good = {"ret": ("0", 0), "code": ("10000", "success")}
    said = [found[name] in fine for name, fine in good.items() if name in found]
    return not all(said) or status != 200
