"""The same answer to the same request: for what makes rows, as `jobs.submission` does for jobs."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from fusionsite.api.call import Call
from fusionsite.api.models import KeptAnswer
from fusionsite.api.refusals import FieldError, IdempotencyKeyInUse, InvalidRequest
from fusionsite.jobs.refusals import KeyUsedTwice

KEPT_FOR = timedelta(hours=24)
# Whoever had begun and never came back was killed.
_WORKS_AT_MOST = timedelta(minutes=2)


def key_of(request: Request) -> str:
    """The header, "" without one. Raises InvalidRequest for one that cannot be kept."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > 200 or not key.isprintable() or not key.isascii():
        message = str(_("At most 200 printable ASCII characters."))
        raise InvalidRequest([FieldError("Idempotency-Key", "invalid", message)])
    return key


def once(request: Request, call: Call, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The act's answer; with a key that was used before, the answer of that time.

    Raises KeyUsedTwice for another body, IdempotencyKeyInUse while the first is at work. An act
    that was refused leaves the key free: nothing was done under it.
    """
    key = key_of(request)
    if not key:
        return act()
    begun = _begin(call, key, _digest(request, call))
    if begun.status:
        return _again(begun)
    try:
        answer = act()
    except BaseException:
        begun.delete()
        raise
    _keep(begun, answer)
    return answer


def forget_old() -> int:
    """Erases answers that nobody will ask for again; how many."""
    gone, _kinds = KeptAnswer.objects.filter(begun_at__lt=timezone.now() - KEPT_FOR).delete()
    return gone


def _digest(request: Request, call: Call) -> str:
    """Of what was asked: in a form the fields, whose boundary is another one each time."""
    head = json.dumps([request.method, request.path])
    digest = hashlib.sha256(head.encode())
    if not isinstance(request.data, QueryDict):
        digest.update(call.body)
        return digest.hexdigest()
    for name, values in sorted(request.data.lists()):
        for value in values:
            content = _content(value) if isinstance(value, UploadedFile) else str(value).encode()
            digest.update(name.encode() + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _content(file: Any) -> bytes:
    file.seek(0)
    content: bytes = file.read()
    file.seek(0)
    return content


def _begin(call: Call, key: str, digest: str) -> KeptAnswer:
    """The row of this key: ours to fill in, or filled in before."""
    assert call.credential is not None, "authenticated before anything is done"  # noqa: S101
    mine = KeptAnswer.objects.filter(credential=call.credential, key=key)
    now = timezone.now()
    mine.filter(begun_at__lt=now - KEPT_FOR).delete()
    mine.filter(status=0, begun_at__lt=now - _WORKS_AT_MOST).delete()
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(
                credential=call.credential, key=key, digest=digest, begun_at=now
            )
    except IntegrityError:
        known = mine.first()
    if known is None or not known.status:
        raise IdempotencyKeyInUse(retry_after_s=1)
    if known.digest != digest:
        raise KeyUsedTwice
    return known


def _keep(begun: KeptAnswer, answer: HttpResponseBase) -> None:
    if not isinstance(answer, HttpResponse):
        raise TypeError("the API answers at once")
    begun.status = answer.status_code
    begun.answer = answer.content.decode()
    begun.location = answer.get("Location", "")
    begun.save(update_fields=["status", "answer", "location"])


def _again(known: KeptAnswer) -> HttpResponse:
    answer = HttpResponse(known.answer, status=known.status, content_type="application/json")
    answer["Idempotency-Replayed"] = "true"
    if known.location:
        answer["Location"] = known.location
    return answer
