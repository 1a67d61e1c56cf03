"""Partners' keys: made with doors, scopes and addresses, shown once, changed over, switched off."""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from campaigns import credentials
from campaigns.access import Act, visible_to
from campaigns.models import Account, Campaign, Credential, Dialect, Person, Scope
from fusionsite.console.deeds import Deed, DeedForm, DeedLink, DeedPage, NameForm, Once, Values
from fusionsite.console.page import ConsolePage

Kind = Credential.Kind
MAX_ADDRESSES = 50
# Where a partner goes with a fresh key; named, because those pages stand beside the console.
NEXT_PAGES = (
    (_("Make the first call, with snippets to copy"), "developers:index"),
    (_("Try every call in the explorer"), "developers:explorer"),
    (_("Find out why a signature does not fit"), "developers:checker"),
)


class CredentialsPage(ConsolePage):
    """The keys of every account a person looks after, active ones first."""

    template_name = "console/office/credentials.html"
    act = Act.CREDENTIAL_MANAGE
    title = _("Credentials")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        accounts = Account.objects.select_related("organisation")
        mine = list(visible_to(self.person, accounts, Act.CREDENTIAL_MANAGE))
        keys = Credential.objects.filter(account__in=mine).select_related("created_by")
        keys = keys.prefetch_related("campaigns").order_by("account", "disabled_at", "-created_at")
        by_account = {pk: list(rows) for pk, rows in groupby(keys, lambda key: key.account_id)}
        return super().get_context_data(
            groups=[AccountKeys.of(account, by_account.get(account.pk, [])) for account in mine],
            links=list(next_links()),
            **more,
        )


@dataclass(frozen=True)
class AccountKeys:
    """One account's keys and the button for a new one."""

    account: Account
    active: tuple["KeySeen", ...]
    off: tuple[Credential, ...]
    make: str

    @classmethod
    def of(cls, account: Account, keys: list[Credential]) -> "AccountKeys":
        return cls(
            account,
            tuple(KeySeen.of(key) for key in keys if key.active),
            tuple(key for key in keys if not key.active)[:20],
            reverse("admin:credential_new", args=[account.pk, "make"]),
        )


@dataclass(frozen=True)
class KeySeen:
    """An active key: what it opens, and what may be done to it."""

    key: Credential
    doors: tuple[str, ...]
    scopes: tuple[str, ...]
    deeds: dict[str, DeedLink]

    @classmethod
    def of(cls, key: Credential) -> "KeySeen":
        deeds = {
            deed.name: DeedLink(deed, reverse("admin:credential_deed", args=[key.pk, deed.name]))
            for deed in KEY_DEEDS
        }
        own_api = Dialect.API in key.dialects
        return cls(
            key,
            tuple(str(Dialect(door).label) for door in key.dialects),
            tuple(str(Scope(scope).label) for scope in key.scopes) if own_api else (),
            deeds,
        )


def next_links(
    pages: Sequence[tuple[Any, str]] = NEXT_PAGES,
) -> Iterator[tuple[Any, str]]:
    """The developers' pages that this site has."""
    for label, name in pages:
        try:
            yield label, reverse(name)
        except NoReverseMatch:
            continue


class KeyForm(DeedForm):
    """What a new key is for."""

    name = forms.CharField(
        label=_("Name of the key"),
        max_length=80,
        help_text=_("What uses it, such as “Shop, production”."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=forms.RadioSelect)
    dialects = forms.MultipleChoiceField(
        label=_("Doors it opens"), choices=Dialect.choices, widget=forms.CheckboxSelectMultiple
    )
    scopes = forms.MultipleChoiceField(
        label=_("At the own API it may"),
        choices=Scope.choices,
        required=False,
        initial=[Scope.FUSE, Scope.READ],
        widget=forms.CheckboxSelectMultiple,
    )
    campaigns = forms.ModelMultipleChoiceField(
        label=_("Only these campaigns"),
        queryset=Campaign.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every campaign of the account."),
    )
    addresses = forms.CharField(
        label=_("Allowed addresses"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One address or network per line, such as 203.0.113.0/24. Empty: any."),
    )

    def prepare(self) -> None:
        campaigns: Any = self.fields["campaigns"]
        campaigns.queryset = self.subject.campaigns.exclude(state=Campaign.State.ARCHIVED)

    def clean_addresses(self) -> list[str]:
        lines: list[str] = self.cleaned_data["addresses"].split()
        if len(lines) > MAX_ADDRESSES:
            problem = _("%(count)s addresses; at most %(most)s fit. Use networks.")
            raise ValidationError(problem % {"count": len(lines), "most": MAX_ADDRESSES})
        for line in lines:
            _check_network(line)
        return lines

    def clean(self) -> Values:
        cleaned: Values = super().clean() or {}
        kind, dialects = cleaned.get("kind"), set(cleaned.get("dialects") or [])
        if kind and dialects and not dialects <= credentials.OPENS[Kind(kind)]:
            fitting = sorted(credentials.OPENS[Kind(kind)])
            names = ", ".join(str(Dialect(door).label) for door in fitting)
            self.add_error("dialects", _("A key of this kind opens: %s.") % names)
        return cleaned


def _check_network(line: str) -> None:
    try:
        ipaddress.ip_network(line, strict=False)
    except ValueError as problem:
        raise ValidationError(_("“%s” is no address.") % line[:60]) from problem


def _make(account: Account, by: Person, values: Values) -> Once:
    made = credentials.make(
        account,
        by=by,
        name=values["name"],
        kind=Kind(values["kind"]),
        dialects=[Dialect(door) for door in values["dialects"]],
        campaigns=list(values["campaigns"]),
        addresses=values["addresses"],
        scopes=[Scope(scope) for scope in values["scopes"]],
    )
    return _once(made)


def _rotate(credential: Credential, by: Person, _values: Values) -> Once:
    return _once(credentials.rotate(credential, by=by))


_WORDS = {
    Kind.TENCENT: ("SecretId", "SecretKey"),
    Kind.JD: ("appkey", "secretkey"),
    Kind.HMAC: (_("Key id"), _("Secret")),
    Kind.BEARER: (_("Key id"), _("Token")),
}


def _once(made: credentials.Made) -> Once:
    """The pair in its dialect's own words."""
    public, secret = _WORDS[Kind(made.credential.kind)]
    return Once(
        made.credential.name,
        [(public, made.credential.secret_id), (secret, made.secret)],
        links=list(next_links()),
    )


def _disable(credential: Credential, by: Person, values: Values) -> None:
    credentials.disable(credential, by=by, why=values["why"])


def _active(credential: Credential) -> bool:
    return credential.active


KEY_DEEDS = (
    Deed(
        "rotate",
        _("Change over"),
        Act.CREDENTIAL_MANAGE,
        _rotate,
        _("Makes a second key with the same doors. Both work until you switch the first one off."),
        shown=_active,
    ),
    Deed(
        "disable",
        _("Switch off"),
        Act.CREDENTIAL_MANAGE,
        _disable,
        _("Calls with this key are refused from the next one on. It cannot be switched on again."),
        NameForm,
        shown=_active,
        grave=True,
    ),
)


class NewCredentialPage(DeedPage):
    """A new key for an account."""

    act = Act.CREDENTIAL_MANAGE
    deeds = (
        Deed(
            "make",
            _("Make a key"),
            Act.CREDENTIAL_MANAGE,
            _make,
            _("Its secret is shown once, on the next page."),
            KeyForm,
        ),
    )

    def find(self) -> Account:
        rows = visible_to(self.person, Account.objects.select_related("organisation"))
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def back(self) -> str:
        return reverse("admin:credentials")


class CredentialDeedPage(DeedPage):
    """One act on one key."""

    act = Act.CREDENTIAL_MANAGE
    deeds = KEY_DEEDS

    def find(self) -> Credential:
        rows = Credential.objects.select_related("account__organisation")
        return get_object_or_404(visible_to(self.person, rows), pk=self.kwargs["pk"])

    def back(self) -> str:
        return reverse("admin:credentials")
