"""The demo's keys of partners, made once and kept in the var folder: one per protocol."""

import json
from typing import Any

from django.conf import settings

from campaigns import credentials
from campaigns.models import Account, Credential, Dialect, Person, Scope
from campaigns.refusals import CredentialDisabled, CredentialUnknown

NAME = "demo"
Keys = dict[str, dict[str, str]]
Kind = Credential.Kind
# By the name in `manage.py demo --json`: the kind, what it opens, and how its two parts are called.
KINDS: dict[str, tuple[Credential.Kind, tuple[Dialect, ...], tuple[str, str]]] = {
    "tencent": (
        Kind.TENCENT,
        (Dialect.TENCENT_V3, Dialect.TENCENT_FUSEAPI),
        ("secret_id", "secret_key"),
    ),
    "jd": (Kind.JD, (Dialect.JD_MORPH, Dialect.JD_PARSER), ("appkey", "secretkey")),
    "aigs": (Kind.BEARER, (Dialect.AIGS,), ("", "token")),
    "api": (Kind.HMAC, (Dialect.API,), ("key_id", "secret")),
    "api_token": (Kind.BEARER, (Dialect.API,), ("", "token")),
}


def demo_keys(account: Account, *, by: Person) -> Keys:
    """Every key with its secret; those that still open are kept, the others made anew."""
    file = settings.FUSION_VAR_DIR / "demo-credentials.json"
    known: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    keys = {
        name: known[name] if _opens(name, known.get(name)) else _made(name, account, by)
        for name in KINDS
    }
    if keys != known:
        file.touch(mode=0o600)
        file.write_text(json.dumps(keys, indent=2))
    return keys


def _opens(name: str, key: dict[str, str] | None) -> bool:
    """Whether the key is there and was not switched off."""
    if not key:
        return False
    kind, _dialects, (public, secret) = KINDS[name]
    try:
        if kind == Kind.BEARER:
            credentials.by_token(key[secret])
        else:
            credentials.by_secret_id(key[public], kind=kind)
    except (CredentialUnknown, CredentialDisabled):
        return False
    return True


def _made(name: str, account: Account, by: Person) -> dict[str, str]:
    """A new key; one of an earlier run whose secret was lost makes room for it."""
    kind, dialects, (public, secret) = KINDS[name]
    for old in account.credentials.filter(name=f"{NAME} {name}", disabled_at=None):
        credentials.disable(old, by=by, why="the demo's file of secrets was lost")
    made = credentials.make(
        account,
        by=by,
        name=f"{NAME} {name}",
        kind=kind,
        dialects=dialects,
        scopes=list(Scope),
    )
    parts = {public: made.credential.secret_id, secret: made.secret}
    return {part: text for part, text in parts.items() if part}
