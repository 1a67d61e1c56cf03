"""Reasons of the API's own: how a call was written, signed and allowed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from campaigns.models import Scope
from campaigns.refusals import Refusal


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field; `field` as `faces[0].box.left`, `code` a word for programs."""

    field: str
    code: str
    message: str


class ApiRefusal(Refusal):
    """Base of what only this way in can say."""


# --- How it was written ----------------------------------------------------------------------


class InvalidRequest(ApiRefusal):
    """`errors` name every field that will not do."""

    code = "invalid-request"
    sentence = _("Some fields of the request will not do: %(fields)s.")
    remedy = _("Each entry of `errors` names a field and says what is wrong with it.")

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__()
        self.errors = list(errors)

    def facts(self) -> dict[str, object]:
        names = dict.fromkeys(error.field or "body" for error in self.errors)
        return super().facts() | {"fields": ", ".join(names)}


class MalformedBody(ApiRefusal):
    code = "malformed-body"
    sentence = _("The body cannot be read as the media type it claims to be.")
    remedy = _("Send one JSON object in UTF-8, or a form as multipart/form-data.")


class BodyBroken(ApiRefusal):
    code = "body-unreadable"
    sentence = _("The body ended before its announced length.")
    remedy = _("Send the request again.")


class BodyTooHeavy(ApiRefusal):
    code = "body-too-large"
    sentence = _("The body has more than %(limit)s MB.")
    remedy = _("Send fewer or smaller pictures, or their addresses.")


class MediaTypeUnsupported(ApiRefusal):
    code = "media-type-unsupported"
    sentence = _("This media type is not read here.")
    remedy = _("Send application/json or multipart/form-data.")


class MethodNotAllowed(ApiRefusal):
    code = "method-not-allowed"
    sentence = _("This address does not know that method.")
    remedy = _("The header Allow lists the methods that it knows.")

    def __init__(self, allow: str) -> None:
        super().__init__()
        self.allow = allow


class NoSuchAddress(ApiRefusal):
    code = "no-such-address"
    sentence = _("The API has nothing at this address.")
    remedy = _("Look at the list of addresses in the API's documentation.")


class IdempotencyKeyInUse(ApiRefusal):
    code = "idempotency-key-in-use"
    sentence = _("A request with this idempotency key is being worked on.")
    remedy = _("Send it again in %(retry_after)s seconds for its answer.")


# --- Who signed it ---------------------------------------------------------------------------


class CredentialsMissing(ApiRefusal):
    code = "credentials-missing"
    sentence = _("The request carries no key.")
    remedy = _("Send Authorization: Bearer with your token, or sign the request.")


class AuthorizationMalformed(ApiRefusal):
    code = "authorization-malformed"
    sentence = _("The header Authorization, or the time of signing, cannot be read.")
    remedy = _("Compare it with the example in the API's documentation.")


class SignatureExpired(ApiRefusal):
    code = "signature-expired"
    sentence = _("The time of signing is %(measured)s seconds away from ours; at most %(limit)s.")
    remedy = _("Set the clock of the machine that signs, and sign anew.")


class SignatureWrong(ApiRefusal):
    code = "signature-wrong"
    sentence = _("The signature does not fit the request.")
    remedy = _("The signature checker in the developers' pages shows the first difference.")


class ScopeMissing(ApiRefusal):
    code = "scope-missing"
    sentence = _("This key lacks the scope for this: %(scopes)s.")
    remedy = _("Make a key with that scope in the console.")

    def __init__(self, scopes: Collection[Scope]) -> None:
        super().__init__()
        self.scopes = [str(scope) for scope in scopes]

    def facts(self) -> dict[str, object]:
        return super().facts() | {"scopes": ", ".join(self.scopes)}


# --- What became of it -----------------------------------------------------------------------


class PictureGone(ApiRefusal):
    code = "picture-gone"
    sentence = _("The picture is not there any more.")
    remedy = _("Make it again; pictures answered as bytes are kept for ten minutes at most.")


class PictureNotReady(ApiRefusal):
    code = "picture-not-ready"
    sentence = _("The picture is not made yet.")
    remedy = _("Ask again in %(retry_after)s seconds.")


class InternalError(ApiRefusal):
    code = "internal-error"
    sentence = _("Something broke on our side. Nothing was charged.")
    remedy = _("Try again in a moment; if it persists, tell us the request id.")
