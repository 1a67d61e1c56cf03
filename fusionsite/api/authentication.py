"""Who calls: a bearer token, or a request signed with a key of ours; counted before it is read."""

import time
from dataclasses import dataclass

import structlog
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from campaigns import addresses, credentials
from campaigns.access import Act
from campaigns.admission import Caller, knock
from campaigns.models import Account, Credential, Dialect, Person
from campaigns.refusals import NotAllowed, Refusal
from fusionsite.api import signature
from fusionsite.api.call import Call, call_of
from fusionsite.api.refusals import (
    AuthorizationMalformed,
    CredentialsMissing,
    SignatureExpired,
    SignatureWrong,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Holder:
    """Who holds the key of this call."""

    credential: Credential
    caller: Caller

    @property
    def account(self) -> Account:
        """Who pays."""
        return self.credential.account

    def person(self, act: Act) -> Person:
        """On whose behalf the key changes things: whoever made it, while they may still sign in.

        The rules then ask whether that person may; a key can never do more than its maker.
        """
        maker = self.credential.created_by
        if maker is None or not maker.is_active:
            raise NotAllowed(act)
        return maker


class KeyAuthentication(BaseAuthentication):
    """DRF's way in to the rules of `campaigns`; raises their refusals."""

    def authenticate(self, request: Request) -> tuple[Person | None, Holder]:
        call = call_of(request)
        addresses.check(call.address)
        try:
            credential = _authenticated(call)
        except CredentialsMissing:
            raise
        except Refusal:
            addresses.count_failure(call.address)
            raise
        call.credential = credential
        structlog.contextvars.bind_contextvars(credential=credential.secret_id)
        caller = Caller(Dialect.API, call.address, credential=credential, signature=call.signature)
        return credential.created_by, Holder(credential, knock(caller))


def _authenticated(call: Call) -> Credential:
    header = str(call.request.META.get("HTTP_AUTHORIZATION", "")).strip()
    scheme, _space, rest = header.partition(" ")
    if not header:
        raise CredentialsMissing
    if scheme.lower() == "bearer" and rest.strip():
        return credentials.by_token(rest.strip().encode("utf-8", "replace").decode())
    if scheme == signature.SCHEME:
        return _signed(call, header)
    raise AuthorizationMalformed


def _signed(call: Call, header: str) -> Credential:
    try:
        given = signature.parse_authorization(header)
        stamp = str(call.request.META.get("HTTP_X_FUSION_TIMESTAMP", ""))
        timestamp = signature.parse_timestamp(stamp)
    except signature.NotAuthorization as error:
        raise AuthorizationMalformed from error
    now = time.time()
    if not signature.is_fresh(timestamp, now):
        away_s = abs(int(now) - timestamp)
        raise SignatureExpired(measured=away_s, limit=signature.WINDOW_S, unit="s")
    credential = credentials.by_secret_id(given.key_id, kind=Credential.Kind.HMAC)
    signed = signature.Signed(str(call.request.method), target_of(call), call.body, timestamp)
    if not signature.verify(credentials.secret_of(credential), signed, given.signature):
        raise SignatureWrong
    call.signature = given.signature
    return credential


def target_of(call: Call) -> str:
    """Path and query as they were sent."""
    query = str(call.request.META.get("QUERY_STRING", ""))
    path = call.request.path
    return f"{path}?{query}" if query else path
