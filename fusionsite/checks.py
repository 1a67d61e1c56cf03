"""Refuses to start on a bad deployment. Every id is listed in docs/operate.md."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from campaigns import windows
from fusion import FusionError, get_engine


def refuse_bad_deployment() -> None:
    """Ends the process with a sentence per fault; web server and worker call it as they start."""
    faults = [fault for fault in run_checks() if fault.is_serious()]
    if faults:
        raise SystemExit(
            "\n".join(f"{fault.id}: {fault.msg} {fault.hint or ''}" for fault in faults)
        )


@register(Tags.security)
def secrets_are_set(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Outside demo mode nothing is signed or sealed with a secret made up on the spot."""
    found: list[CheckMessage] = []
    if not settings.FUSION_SECRET_KEY:
        found.append(
            Error(
                "FUSION_SECRET_KEY is not set.",
                hint="Set a long random text, or FUSION_DEMO=true for a trial on this machine.",
                id="fusionsite.E001",
            )
        )
    if not settings.FUSION_CREDENTIAL_KEYS:
        found.append(
            Error(
                "FUSION_CREDENTIAL_KEYS is not set; partners' secrets could not be sealed.",
                hint="Set one long random text; add a new one in front to rotate.",
                id="fusionsite.E002",
            )
        )
    return found


@register(Tags.security)
def addresses_fit(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """The address in our links is one that we answer."""
    parts = urlsplit(settings.FUSION_BASE_URL)
    found: list[CheckMessage] = []
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        found.append(
            Error(
                f"FUSION_BASE_URL is not an address: {settings.FUSION_BASE_URL!r}.",
                hint="For example https://faces.example.org, without a path.",
                id="fusionsite.E003",
            )
        )
    elif not settings.FUSION_DEMO and not settings.DEBUG and parts.scheme != "https":
        found.append(
            Warning(
                "FUSION_BASE_URL is not https; cameras work on https pages only.",
                hint="Put a proxy with a certificate in front and set FUSION_BASE_URL.",
                id="fusionsite.W001",
            )
        )
    return found


@register(Tags.compatibility)
def limits_fit(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Times and sizes that contradict each other."""
    found: list[CheckMessage] = []
    if settings.FUSION_JOB_SOFT_LIMIT_S >= settings.FUSION_JOB_HARD_LIMIT_S:
        found.append(
            Error(
                "FUSION_JOB_SOFT_LIMIT_S must be below FUSION_JOB_HARD_LIMIT_S.",
                hint="The soft limit lets a job end with a reason; the hard one kills it.",
                id="fusionsite.E004",
            )
        )
    if settings.FUSION_PHOTO_LIFE_S > 600:
        found.append(
            Error(
                "FUSION_PHOTO_LIFE_S is above 600: photos are borrowed for ten minutes at most.",
                hint="Set 600 or less.",
                id="fusionsite.E005",
            )
        )
    if settings.FUSION_QUOTA_WHEN_AWAY not in {"open", "closed"}:
        found.append(
            Error(
                "FUSION_QUOTA_WHEN_AWAY must be 'open' or 'closed'.",
                hint="'closed' refuses calls while the quota store is away.",
                id="fusionsite.E006",
            )
        )
    try:
        windows.store_at(settings.FUSION_QUOTA_URL)
    except ValueError:
        found.append(
            Error(
                "FUSION_QUOTA_URL names no place where calls can be counted.",
                hint="redis://host:6379/0, or quota+sqlite:///path/of/a/file.",
                id="fusionsite.E010",
            )
        )
    return found


@register(deploy=True)
def storages_take_files(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """All three picture storages can be written."""
    found: list[CheckMessage] = []
    for alias in ("photos", "results", "materials"):
        try:
            name = storages[alias].save("probe", ContentFile(b"ok"))
            storages[alias].delete(name)
        except Exception as error:  # any storage's own error
            found.append(
                Error(
                    f"The storage '{alias}' cannot be written: {type(error).__name__}: {error}",
                    hint="See FUSION_VAR_DIR or the FUSION_S3_ settings in docs/settings.md.",
                    id="fusionsite.E007",
                )
            )
    return found


@register(deploy=True)
def broker_answers(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """The queue's broker can be reached."""
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:  # each transport throws its own
        return [
            Error(
                f"The broker cannot be reached: {type(error).__name__}.",
                hint="See CELERY_BROKER_URL and REDIS_URL in docs/settings.md.",
                id="fusionsite.E008",
            )
        ]
    return []


@register(deploy=True)
def engine_loads(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """The engine that the settings name can be loaded."""
    try:
        get_engine(settings.FUSION_ENGINE)
    except (FusionError, KeyError) as error:
        return [
            Error(
                f"The engine '{settings.FUSION_ENGINE}' cannot be loaded: {error}",
                hint="See FUSION_ENGINE in docs/settings.md and docs/engines.md.",
                id="fusionsite.E009",
            )
        ]
    return []
