"""Every reasoned "no": its facts, and a sentence that teaches. No HTTP here.

Each way in keeps one table from refusal class to its own code and status; a test walks
`every_refusal()` and fails on an empty cell.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_NEUTRAL = _("This campaign is taking a break. Please come back later.")


class Refusal(Exception):
    """A "no" with its facts.

    measured, limit, unit: what was found and what is needed, in that unit; None if there is none.
    retry_after_s: when asking again makes sense. layer: which limit it was (models.Layer).
    box: where in the picture (left, top, right, bottom in px).
    `sentence` and `remedy` may use %(measured)s, %(limit)s, %(unit)s, %(retry_after)s, %(layer)s
    and the class's own `facts()`.
    """

    code: ClassVar[str] = "refused"
    sentence: ClassVar["StrPromise | str"] = _("This is not possible.")
    remedy: ClassVar["StrPromise | str"] = ""
    # Visitors never read a billing word: they are told that the campaign takes a break.
    about_money: ClassVar[bool] = False

    def __init__(
        self,
        *,
        measured: float | None = None,
        limit: float | None = None,
        unit: str | None = None,
        retry_after_s: float | None = None,
        layer: str | None = None,
        box: tuple[int, int, int, int] | None = None,
    ) -> None:
        super().__init__(self.code)
        self.measured = measured
        self.limit = limit
        self.unit = unit
        self.retry_after_s = retry_after_s
        self.layer = layer
        self.box = box

    def facts(self) -> dict[str, object]:
        """What the sentence may name; subclasses add theirs."""
        return {
            "measured": _plain(self.measured),
            "limit": _plain(self.limit),
            "unit": self.unit or "",
            "retry_after": _plain(_ceiling(self.retry_after_s)),
            "layer": self.layer or "",
        }

    def message(self) -> "StrPromise":
        """What was measured, what is needed, what to do next; in the language of whoever reads."""
        return _say(self.sentence, self.remedy, self.facts())

    def visitor_message(self) -> "StrPromise":
        """The same for a visitor, to whom money is never mentioned."""
        return _say(_NEUTRAL, "", {}) if self.about_money else self.message()

    def __str__(self) -> str:
        return str(self.message())


def every_refusal(root: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """All concrete refusal classes known so far: those that define their own code."""
    for child in root.__subclasses__():
        if "code" in vars(child):
            yield child
        yield from every_refusal(child)


def _ceiling(seconds: float | None) -> float | None:
    """Whole seconds upwards: whoever comes back then is not too early."""
    return None if seconds is None else float(-(-seconds // 1))


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:g}" if abs(number) < 1e6 else f"{number:.0f}"


def _render(sentence: object, remedy: object, facts: dict[str, object]) -> str:
    parts = [str(part) % facts for part in (sentence, remedy) if part]
    # A Chinese full stop brings its own room.
    return "".join(part if part.endswith("。") else f"{part} " for part in parts).rstrip()


_render_when_read = lazy(_render, str)


def _say(sentence: object, remedy: object, facts: dict[str, object]) -> "StrPromise":
    return cast("StrPromise", _render_when_read(sentence, remedy, facts))


# --- Things that are not there, people who may not -------------------------------------------


class NothingHere(Refusal):
    """Not there, or another organisation's: the answer is the same."""

    code = "not-found"
    sentence = _("There is nothing here.")
    remedy = _("Check the address or the number.")


class CampaignNotFound(NothingHere):
    code = "campaign-not-found"
    sentence = _("There is no such campaign.")
    remedy = _("Check the campaign's number.")


class NotAllowed(Refusal):
    """A person's roles do not include the act."""

    code = "not-allowed"
    sentence = _("Your role does not allow this: %(act)s.")
    remedy = _("Ask an administrator for the role, or a colleague who has it.")

    def __init__(self, act: str) -> None:
        super().__init__()
        self.act = act

    def facts(self) -> dict[str, object]:
        return super().facts() | {"act": getattr(self.act, "label", self.act)}


class SamePerson(Refusal):
    """Nobody decides both sides of one thing."""

    code = "same-person"
    sentence = _("You asked for this yourself, so somebody else has to decide.")
    remedy = _("A colleague with the right role can decide it.")


class WrongState(Refusal):
    """The thing is not in a state in which this can be done; also the loser of a race."""

    code = "wrong-state"
    sentence = _("This cannot be done now: the state is “%(state)s”.")
    remedy = _("Reload the page to see what has changed.")

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = state

    def facts(self) -> dict[str, object]:
        return super().facts() | {"state": getattr(self.state, "label", self.state)}


class ReasonMissing(Refusal):
    code = "reason-missing"
    sentence = _("A reason is needed.")
    remedy = _("Say in a sentence why.")


# --- Campaigns -------------------------------------------------------------------------------


class CampaignNotOpen(Refusal):
    """A draft, seen from outside."""

    code = "campaign-not-open"
    sentence = _("This campaign is not open.")
    remedy = _("Please come back later.")

    def __init__(self, state: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(retry_after_s=retry_after_s)
        self.state = state


class CampaignNotStarted(CampaignNotOpen):
    code = "campaign-not-started"
    sentence = _("This campaign has not started yet.")
    remedy = _("It opens in %(retry_after)s seconds.")


class CampaignPaused(CampaignNotOpen):
    code = "campaign-paused"
    sentence = _("This campaign is paused.")
    remedy = _("It will be back soon.")


class CampaignEnded(CampaignNotOpen):
    code = "campaign-ended"
    sentence = _("This campaign has ended.")
    remedy = _("Pictures already made can be seen until their links end.")


class FeeUnpaid(Refusal):
    code = "fee-unpaid"
    about_money = True
    sentence = _("The authorization fee of this campaign has not been paid.")
    remedy = _("Finance can pay it from the account's page.")


class FeeStopped(FeeUnpaid):
    code = "fee-stopped"
    sentence = _("The authorization of this campaign was stopped.")
    remedy = _("Finance can say why and restore it.")


class CapReached(Refusal):
    """A hard cap on pictures or money; retry_after_s is the time until it starts anew."""

    code = "cap-reached"
    about_money = True
    sentence = _("The cap is reached: %(measured)s of %(limit)s %(unit)s.")
    remedy = _("Raise the cap, or wait until it starts anew.")


# --- Accounts: one per standing, as the partners' billing codes have them ---------------------


class AccountRefusal(Refusal):
    """The account cannot be charged; each subclass is one state of product.md section 6."""

    about_money = True


class AccountNotExist(AccountRefusal):
    code = "account-not-exist"
    sentence = _("Billing has no record of this account.")
    remedy = _("Finance can make the record and open the service.")


class AccountNotReady(AccountRefusal):
    code = "account-not-ready"
    sentence = _("The service has not been opened for this account.")
    remedy = _("Finance can open it.")


class AccountDelivering(AccountRefusal):
    code = "account-delivering"
    sentence = _("The service is being set up.")
    remedy = _("Try again in %(retry_after)s seconds.")


class AccountLowBalance(AccountRefusal):
    """measured: the balance; limit: what the call costs (both fen)."""

    code = "account-low-balance"
    sentence = _("The balance of the account does not cover one picture.")
    remedy = _("Top up or buy a pack.")


class AccountInArrears(AccountRefusal):
    code = "account-in-arrears"
    sentence = _("The account is in arrears; its packs are frozen.")
    remedy = _("Paying what is owed restores it at once.")


class AccountStopUsing(AccountRefusal):
    code = "account-stop-using"
    sentence = _("The account was stopped because it has been in arrears for too long.")
    remedy = _("Paying what is owed restores it at once.")


class AccountRecover(AccountRefusal):
    code = "account-recover"
    sentence = _("The resources of this account were taken back.")
    remedy = _("Finance can open the service anew.")


class AccountFreeze(AccountRefusal):
    code = "account-freeze"
    sentence = _("The account was frozen by a person.")
    remedy = _("Finance can say why and lift it.")


class AccountUnknown(AccountRefusal):
    code = "account-unknown"
    sentence = _("The records of this account disagree.")
    remedy = _("Finance has been told and must resolve it.")


class AuthInfoError(AccountRefusal):
    """The account's record could not be read."""

    code = "account-auth-info"
    sentence = _("The account's record could not be read.")
    remedy = _("Try again in a minute; if it persists, tell the administrator.")


class PackUsedUp(AccountRefusal):
    """An account that only buys packs has used them up."""

    code = "pack-used-up"
    sentence = _("All packs of this account are used up.")
    remedy = _("Buy a pack.")


class TooFast(Refusal):
    """More calls than a layer allows. measured and limit: calls in the window; unit: its length."""

    code = "too-fast"
    sentence = _("Too many calls for %(layer_name)s: at most %(limit)s in %(unit)s.")
    remedy = _("Try again in %(retry_after)s seconds.")

    def __init__(
        self,
        layer: str,
        retry_after_s: float,
        *,
        measured: float | None = None,
        limit: float | None = None,
        unit: str | None = None,
    ) -> None:
        super().__init__(
            layer=layer, retry_after_s=retry_after_s, measured=measured, limit=limit, unit=unit
        )
        self.layer_name = getattr(layer, "label", layer)

    def facts(self) -> dict[str, object]:
        return super().facts() | {"layer_name": self.layer_name}

    def visitor_message(self) -> "StrPromise":
        return _say(_("That was a little fast."), self.remedy, self.facts())


class PaceUnknown(Refusal):
    """The store that counts calls is away, and the site is set to refuse then."""

    code = "pace-unknown"
    sentence = _("The site is busy.")
    remedy = _("Try again in %(retry_after)s seconds.")


class CredentialUnknown(Refusal):
    code = "credential-unknown"
    sentence = _("This key is not known.")
    remedy = _("Check it, or make a new one in the console.")


class CredentialDisabled(Refusal):
    code = "credential-disabled"
    sentence = _("This key was switched off.")
    remedy = _("Use another key, or make a new one in the console.")


class CredentialOfOtherKind(Refusal):
    """A key that exists, but for another way of signing."""

    code = "credential-of-other-kind"
    sentence = _("This key is for another way of signing.")
    remedy = _("Make a key of the right kind in the console.")


class OutOfScope(Refusal):
    code = "out-of-scope"
    sentence = _("This key does not open this door or this campaign.")
    remedy = _("Widen its scope in the console, or use another key.")


class AddressNotAllowed(Refusal):
    code = "address-not-allowed"
    sentence = _("This key may not be used from this network address.")
    remedy = _("Add the address to the key's list in the console.")


class TooManyCredentials(Refusal):
    """Two active keys of a kind are enough to change over without a pause."""

    code = "too-many-credentials"
    sentence = _("There are already %(measured)s active keys of this kind; %(limit)s are allowed.")
    remedy = _("Switch one off first.")


class OutboundRefused(Refusal):
    """An address we do not fetch from, or an answer that is too long or too slow."""

    code = "outbound-refused"
    sentence = _("This address cannot be fetched.")
    remedy = _("Use a public http or https address on port 80 or 443.")


class OutboundFailed(OutboundRefused):
    code = "outbound-failed"
    sentence = _("The other side could not be reached.")
    remedy = _("Check the address and try again.")


class OutboundTooLarge(OutboundRefused):
    code = "outbound-too-large"
    sentence = _("The answer is larger than %(limit)s bytes.")
    remedy = _("Offer a smaller file.")


class OutboundTooSlow(OutboundRefused):
    code = "outbound-too-slow"
    sentence = _("The answer took longer than %(limit)s seconds.")
    remedy = _("Try again, or use a faster address.")
