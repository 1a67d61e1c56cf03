"""Everything that is kept about organisations, money, campaigns, keys and limits."""

from campaigns.models.account import Account, Billing, Standing
from campaigns.models.audit import AuditLine
from campaigns.models.campaign import Campaign, CampaignText, ConsentText
from campaigns.models.credential import Credential, Dialect, Scope
from campaigns.models.ledger import (
    Hold,
    LedgerEntry,
    Pack,
    Source,
    Statement,
    Tally,
    with_pictures_total,
)
from campaigns.models.notice import Notice
from campaigns.models.organisation import (
    SITE_ROLES,
    Membership,
    Organisation,
    Person,
    Role,
    organisation_of,
)
from campaigns.models.quota import Layer, Quota, QuotaRaise
from campaigns.models.series import Series
from campaigns.models.webhook import WebhookDelivery, WebhookEndpoint, WebhookEvent

__all__ = [
    "SITE_ROLES",
    "Account",
    "AuditLine",
    "Billing",
    "Campaign",
    "CampaignText",
    "ConsentText",
    "Credential",
    "Dialect",
    "Hold",
    "Layer",
    "LedgerEntry",
    "Membership",
    "Notice",
    "Organisation",
    "Pack",
    "Person",
    "Quota",
    "QuotaRaise",
    "Role",
    "Scope",
    "Series",
    "Source",
    "Standing",
    "Statement",
    "Tally",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
    "organisation_of",
    "with_pictures_total",
]
