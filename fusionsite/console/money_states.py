"""What each state of an account means to finance: its colour, its consequence, the next step."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns import ledger, standing
from campaigns.models import Account, Billing, Standing


@dataclass(frozen=True)
class Words:
    """calls: what a call gets now. next_step: what to do. deed: the button that does it."""

    colour: str
    calls: Any
    next_step: Any
    deed: str = "top-up"


_REFUSED = _("Calls are refused.")

WORDS: dict[Standing, Words] = {
    Standing.NOT_EXIST: Words("", _REFUSED, _("Make the record, then open the service."), "record"),
    Standing.NOT_READY: Words("", _REFUSED, _("Open the service."), "open"),
    Standing.DELIVERING: Words(
        "calm",
        _("Calls are refused for now, with a time to come back."),
        _("The clock finishes the set-up within minutes. You need not wait for it."),
        "finish",
    ),
    Standing.NORMAL: Words("ok", _("Calls are served."), ""),
    Standing.LOW_BALANCE: Words(
        "bad", _REFUSED, _("Top up or sell a pack. Calls are served again at once.")
    ),
    Standing.GRACE: Words(
        "warn",
        _("Calls are still served."),
        _("Book what is owed before the grace ends, or calls are refused."),
    ),
    Standing.IN_ARREARS: Words(
        "bad",
        _("Calls are refused and packs are frozen."),
        _("Book what is owed. The account is served again at once, and its packs with it."),
    ),
    Standing.STOP_USING: Words(
        "bad", _REFUSED, _("Book what is owed before the resources are taken back.")
    ),
    Standing.RECOVER: Words(
        "bad",
        _("Calls are refused and materials are archived."),
        _("Open the service anew."),
        "open",
    ),
    Standing.FREEZE: Words(
        "bad", _REFUSED, _("A person froze it, so only a person lifts it."), "unfreeze"
    ),
    Standing.UNKNOWN: Words(
        "bad",
        _REFUSED,
        _("Look for the line that does not fit, correct it, then say that the records agree."),
        "resolve",
    ),
}


@dataclass(frozen=True)
class StandingSeen:
    """An account's state, told."""

    label: str
    words: Words
    why: str
    since: datetime
    moves_on_at: datetime | None
    moves_on_to: str
    owed_fen: int
    packs_used_up: bool


def seen(account: Account, *, balance_fen: int) -> StandingSeen:
    """The state of `account` with its reason in the reader's language."""
    state = Standing(account.standing)
    step = standing.DUNNING.get(state)
    return StandingSeen(
        label=str(state.label),
        words=WORDS[state],
        why=gettext(account.standing_why) if account.standing_why else "",
        since=account.standing_since,
        moves_on_at=account.standing_since + step[0] if step else None,
        moves_on_to=str(step[1].label) if step else "",
        owed_fen=max(-balance_fen, 0),
        packs_used_up=_packs_used_up(account, state),
    )


def _packs_used_up(account: Account, state: Standing) -> bool:
    """An account that only buys packs stays normal without one, but its calls are refused."""
    only_packs = account.billing == Billing.PACKS_ONLY and not account.unlimited
    return only_packs and state == Standing.NORMAL and not ledger.covers(account)
