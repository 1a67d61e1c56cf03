"""Money: the accounts a person may look at, and one account with its state, balance and ledger."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import billing, books, caps, forecast, ledger, notices
from campaigns.access import Act, allowed, visible_to
from campaigns.models import (
    Account,
    Campaign,
    LedgerEntry,
    Notice,
    Organisation,
    Pack,
    Standing,
    Statement,
    Tally,
)
from campaigns.sheets import BYTE_ORDER_MARK
from fusionsite.console import money_chart, money_ledger, money_states
from fusionsite.console.deeds import DeedLink, open_to
from fusionsite.console.downloads import csv_file, download
from fusionsite.console.money_deeds import ACCOUNT_DEEDS, FEE_DEEDS
from fusionsite.console.page import ConsolePage

BOOKED_DAYS = 30
ABOUT_MONEY = (
    notices.ACCOUNT_STATE.slug,
    notices.CAP_THRESHOLD.slug,
    notices.FEE_STATE.slug,
    notices.STATEMENT_READY.slug,
)


def accounts_of(person: Any) -> QuerySet[Account]:
    """The accounts whose money this person may see."""
    return visible_to(person, Account.objects.select_related("organisation"), Act.LEDGER_SEE)


class MoneyPage(ConsolePage):
    """Every account a person may see: its state, what it has, what it has spent this month."""

    template_name = "console/office/money.html"
    act = Act.LEDGER_SEE
    title = _("Money")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        rows = [
            (account, money_states.WORDS[Standing(account.standing)])
            for account in _with_figures(accounts_of(self.person))
        ]
        without = visible_to(self.person, Organisation.objects.all(), Act.ACCOUNT_TERMS)
        return super().get_context_data(
            rows=rows,
            without_account=without.filter(accounts=None),
            trouble=sum(1 for _account, words in rows if words.colour in ("bad", "warn")),
            **more,
        )


def _with_figures(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """With the balance, this month's spending and the packs' rest, in one query."""
    first = timezone.localdate().replace(day=1)
    newest = LedgerEntry.objects.filter(account=OuterRef("pk")).order_by("-number")
    month = Tally.objects.filter(account=OuterRef("pk"), day__gte=first).order_by()
    spent = month.values("account").annotate(s=Sum("spent_fen")).values("s")
    made = month.values("account").annotate(s=Sum("pictures")).values("s")
    usable = Pack.objects.filter(account=OuterRef("pk"), ends_at__gt=timezone.now()).order_by()
    left = usable.values("account").annotate(s=Sum("pictures") - Sum("used")).values("s")
    return accounts.annotate(
        balance_fen=Coalesce(Subquery(newest.values("balance_fen")[:1]), 0),
        month_fen=Coalesce(Subquery(spent), 0),
        month_pictures=Coalesce(Subquery(made), 0),
        packs_left=Coalesce(Subquery(left), 0),
    )


class AccountPage(ConsolePage):
    """One account: state and next step, balance and forecast, packs, caps, fees, ledger."""

    template_name = "console/office/account.html"
    act = Act.LEDGER_SEE

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        account = get_object_or_404(accounts_of(self.person), pk=self.kwargs["pk"])
        balance_fen = ledger.balance(account)
        state = money_states.seen(account, balance_fen=balance_fen)
        deeds = open_to(self.person, account, ACCOUNT_DEEDS, _deed_url("account_deed", account.pk))
        return super().get_context_data(
            title=account.organisation.name,
            trail=[(MoneyPage.title, reverse("admin:money"))],
            account=account,
            state=state,
            balance_fen=balance_fen,
            held_fen=books.held_fen(account),
            next_deed=deeds.get(state.words.deed),
            deeds=deeds,
            packs=_packs(account),
            caps=_caps(account),
            campaigns=self._campaigns(account),
            statements=account.statements.all()[:12],
            told=self._told(account),
            **_outlook(account),
            **money_ledger.shown(account, self.request.GET),
            **more,
        )

    def _campaigns(self, account: Account) -> list["CampaignFee"]:
        rows = account.campaigns.select_related("organisation").prefetch_related("texts")
        may = allowed(self.person, Act.FEE_TAKE, account)
        return [CampaignFee.of(campaign, may=may) for campaign in rows.exclude(sandbox=True)]

    def _told(self, account: Account) -> list[tuple[Notice, str]]:
        told = Notice.objects.filter(organisation=account.organisation, kind__in=ABOUT_MONEY)
        return [(notice, notices.sentence(notice)) for notice in told[:5]]


@dataclass(frozen=True)
class CampaignFee:
    """A campaign and what may be done about its fee."""

    campaign: Campaign
    deed: DeedLink | None

    @classmethod
    def of(cls, campaign: Campaign, *, may: bool) -> "CampaignFee":
        url = _deed_url("fee_deed", campaign.pk)
        fitting = (deed for deed in FEE_DEEDS if may and deed.shown(campaign))
        deed = next(fitting, None)
        return cls(campaign, DeedLink(deed, url(deed.name)) if deed else None)


def _deed_url(name: str, pk: int) -> Any:
    return lambda deed: reverse(f"admin:{name}", args=[pk, deed])


def _outlook(account: Account) -> dict[str, Any]:
    today = timezone.localdate()
    expected = forecast.of(account)
    first = today - timedelta(days=BOOKED_DAYS)
    booked = books.balance_by_day(account, first, today)
    return {
        "forecast": expected,
        "chart": money_chart.draw(booked, expected.balance),
        "bill_fen": books.bill_fen(account) if account.billing == "monthly" else None,
    }


@dataclass(frozen=True)
class PackSeen:
    """A pack and how much of it is left."""

    pack: Pack
    usable: bool


def _packs(account: Account) -> list[PackSeen]:
    """Usable ones first, nearest end first; then the three that were used up or ended last."""
    now = timezone.now()
    packs = [PackSeen(pack, pack.left > 0 and pack.ends_at > now) for pack in account.packs.all()]
    gone = [seen for seen in packs if not seen.usable]
    return [seen for seen in packs if seen.usable] + gone[::-1][:3]


def _caps(account: Account) -> list[caps.Cap]:
    """The account's cap and those of its campaigns that run."""
    now = timezone.now()
    capped = account.campaigns.filter(state__in=["published", "paused"]).exclude(
        daily_cap=None, total_cap=None
    )
    of_campaigns = [cap for campaign in capped for cap in caps.of_campaign(campaign, now)]
    return [*caps.bounding(account, None, now), *of_campaigns]


class LedgerCsv(ConsolePage):
    """The chosen lines of one account as a CSV file, sent as it is read."""

    act = Act.LEDGER_SEE

    def get(  # type: ignore[override]  # a file, not a page
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        account = get_object_or_404(accounts_of(self.person), pk=kwargs["pk"])
        chosen = books.lines(account, money_ledger.choice(account, request.GET))
        return csv_file(f"ledger-{account.appid}.csv", books.rows(chosen))


class StatementPage(ConsolePage):
    """One month of one account, to print."""

    template_name = "console/office/statement.html"
    act = Act.LEDGER_SEE

    def statement(self) -> Statement:
        """The statement of the address; 404 for another organisation's."""
        rows = Statement.objects.select_related("account__organisation")
        mine = visible_to(self.person, rows, Act.LEDGER_SEE)
        return get_object_or_404(mine, pk=self.kwargs["pk"])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        statement = self.statement()
        last = (statement.month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        choice = books.Choice(first=statement.month, last=last)
        return super().get_context_data(
            title=_("Statement"),
            trail=[(statement.account, reverse("admin:account_page", args=[statement.account_id]))],
            statement=statement,
            last=last,
            days=books.by_day(statement.account, choice, days=31)[::-1],
            **more,
        )


class StatementCsv(StatementPage):
    """Every line of the month and its sums."""

    def get(  # type: ignore[override]  # a file, not a page
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        statement = self.statement()
        name = f"statement-{statement.account.appid}-{statement.month:%Y-%m}.csv"
        return download(
            name,
            "text/csv; charset=utf-8",
            iter([BYTE_ORDER_MARK, billing.statement_csv(statement)]),
        )
