"""What all resources share: the key, its scopes, a query without unknown names, cheap ETags."""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, cast

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import APIView

from campaigns import audit
from campaigns.access import Act
from campaigns.models import Credential, Person, Scope
from fusionsite.api.authentication import Holder
from fusionsite.api.call import Call, call_of
from fusionsite.api.refusals import FieldError, InvalidRequest, ScopeMissing

# What changes although nothing has changed.
_TICKING = re.compile(rb'"expires_in_s": [0-9]+')


class Resource(APIView):
    """One address. A subclass says which scopes open it, and which names its query may have."""

    # By method; any one of the scopes will do.
    scopes: ClassVar[Mapping[str, Collection[Scope]]]
    # By method; without an entry no name is known.
    queries: ClassVar[Mapping[str, Collection[str]]] = {}
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After DRF has asked who calls: whether they may, and whether the query makes sense."""
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else str(request.method)
        wanted = self.scopes.get(method)
        if wanted is None:
            return  # no handler either: DRF says which methods there are
        if not set(wanted) & set(self.credential.scopes):
            raise ScopeMissing(wanted)
        _require_known(request, self.queries.get(method, ()))

    @property
    def holder(self) -> Holder:
        """Who calls."""
        return cast(Holder, self.request.auth)

    @property
    def credential(self) -> Credential:
        """With which key."""
        return self.holder.credential

    @contextmanager
    def acting(self, act: Act) -> Iterator[Person]:
        """The person on whose behalf the key acts; the audit trail names both."""
        with audit.through(self.credential):
            yield self.holder.person(act)

    @property
    def call(self) -> Call:
        """What the log will say of this call."""
        return call_of(self.request)


def filtered(kind: type[FilterSet], request: Request, rows: Any) -> Any:
    """The rows that the query asks for. Raises InvalidRequest for what cannot be read."""
    asked = kind(request.query_params, queryset=rows)
    if not asked.is_valid():
        raise InvalidRequest(
            [
                FieldError(name, str(error["code"]).replace("_", "-"), str(error["message"]))
                for name, found in asked.errors.get_json_data().items()
                for error in found
            ]
        )
    return asked.qs


def said(
    request: Request, content: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponseBase:
    """The answer as JSON; a GET that would say the same again is answered 304."""
    text = json.dumps(content, cls=JSONEncoder, ensure_ascii=False).encode()
    answer = HttpResponse(text, status=status, content_type="application/json")
    for name, value in (headers or {}).items():
        answer[name] = value
    if request.method in ("GET", "HEAD") and status == 200:
        tag = f'"{hashlib.sha256(_TICKING.sub(b"", text)).hexdigest()[:32]}"'
        if _matches(request.headers.get("If-None-Match", ""), tag):
            answer = HttpResponse(status=304)
        answer["ETag"] = tag
        answer["Cache-Control"] = "private, no-cache"
    return answer


def _matches(header: str, tag: str) -> bool:
    given = {part.strip().removeprefix("W/") for part in header.split(",")}
    return tag in given or "*" in given


def _require_known(request: Request, names: Collection[str]) -> None:
    errors = [
        FieldError(name, "unknown", str(_("The query of this address has no such name.")))
        for name in request.query_params
        if name not in names
    ]
    errors += [
        FieldError(name, "blank", str(_("Give it a value, or leave it out.")))
        for name, value in request.query_params.items()
        if not value and name in names
    ]
    errors += [
        FieldError(name, "repeated", str(_("Say this once.")))
        for name, values in request.query_params.lists()
        if len(values) > 1 and name in names
    ]
    if errors:
        raise InvalidRequest(errors)
