"""What a partner's program proves itself with."""

import hashlib
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.account import Account
from campaigns.models.campaign import Campaign
from campaigns.models.organisation import Organisation


class Dialect(models.TextChoices):
    """The doors a credential may open."""

    API = "api", _("Own API")
    TENCENT_V3 = "tencent_v3", "FaceFusion v3"
    TENCENT_FUSEAPI = "tencent_fuseapi", "fuseapi"
    JD_MORPH = "jd_morph", "face_morph"
    JD_PARSER = "jd_parser", "face_parser"
    AIGS = "aigs", "faceswap"


class Scope(models.TextChoices):
    """What a key may do at the own API; a dialect's key may do what its dialect does."""

    FUSE = "fuse", _("make and delete pictures")
    READ = "read", _("read campaigns, materials, pictures and usage")
    MANAGE = "manage", _("change campaigns and materials")


def usual_scopes() -> list[str]:
    """What a key may do unless somebody decides otherwise: everything but changing things."""
    return [Scope.FUSE.value, Scope.READ.value]


class Credential(models.Model):
    """A key of an account. Signing kinds keep an encrypted secret, bearer kinds only a hash.

    The clear secret is shown once, by `credentials.make`, and is in no `repr` and no log.
    """

    class Kind(models.TextChoices):
        TENCENT = "tencent", _("SecretId and SecretKey")
        JD = "jd", _("appkey and secretkey")
        BEARER = "bearer", _("Token")
        HMAC = "hmac", _("Key id and secret")

    organisation_path: ClassVar[str] = "account__organisation"

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="credentials", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    # SecretId, appkey, key id, or the visible beginning of a token.
    secret_id = models.CharField(_("public id"), max_length=64, unique=True)
    secret_sealed = models.TextField(blank=True, editable=False)
    token_hash = models.CharField(
        max_length=64,
        unique=True,
        null=True,
        blank=True,
        editable=False,
    )
    dialects = models.JSONField(_("dialects"), default=list)
    scopes = models.JSONField(
        _("scopes"),
        default=usual_scopes,
        help_text=_("What it may do at the own API, as far as the person who made it may."),
    )
    campaigns = models.ManyToManyField(
        Campaign,
        blank=True,
        related_name="credentials",
        verbose_name=_("campaigns"),
        help_text=_("None chosen: every campaign of the account."),
    )
    addresses = models.JSONField(
        _("allowed addresses"),
        default=list,
        blank=True,
        help_text=_("Addresses or networks such as 203.0.113.0/24. Empty: any."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    disabled_at = models.DateTimeField(_("disabled"), null=True, editable=False)

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="bearer", secret_sealed="", token_hash__isnull=False)
                | (~Q(kind="bearer") & ~Q(secret_sealed="") & Q(token_hash=None)),
                name="credential_tokens_are_hashed_secrets_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.secret_id})"

    @property
    def organisation(self) -> Organisation:
        return self.account.organisation

    @property
    def active(self) -> bool:
        return self.disabled_at is None

    @staticmethod
    def hash_of(token: str) -> str:
        """SHA-256 in hex. Tokens are 256 random bits, so a slow hash would add nothing."""
        return hashlib.sha256(token.encode()).hexdigest()
