"""Addresses of our own pages inside the console, one list per room; names live in `admin:`."""

from django.urls import URLPattern, path

from fusionsite.console.campaign_deeds import CampaignDeedPage
from fusionsite.console.campaigns import CampaignsPage
from fusionsite.console.credentials_page import (
    CredentialDeedPage,
    CredentialsPage,
    NewCredentialPage,
)
from fusionsite.console.exports import ExportPage, ExportsPage
from fusionsite.console.health_page import HealthPage
from fusionsite.console.inspector import MaterialPage
from fusionsite.console.language import LanguagePage
from fusionsite.console.limits import (
    AccountLimitPage,
    AskPage,
    CredentialLimitPage,
    LimitsPage,
    RaisePage,
    SiteLimitPage,
)
from fusionsite.console.materials import MaterialsPage
from fusionsite.console.materials_files import MaterialDocument, MaterialPicture
from fusionsite.console.materials_upload import MaterialUpload
from fusionsite.console.moderating import ModerationPage, ResultPicture
from fusionsite.console.moderating_reports import TakedownsPage
from fusionsite.console.money import AccountPage, LedgerCsv, MoneyPage, StatementCsv, StatementPage
from fusionsite.console.money_deeds import AccountDeedPage, FeeDeedPage, NewAccountPage
from fusionsite.console.notices_page import NoticesPage
from fusionsite.console.organisations_page import (
    NewOrganisationPage,
    OrganisationDeedPage,
    OrganisationsPage,
)
from fusionsite.console.people_page import (
    InvitePage,
    PeoplePage,
    PersonDeedPage,
    PersonPage,
    RoleDeedPage,
)
from fusionsite.console.privacy import ErasurePage, PrivacyPage, RetentionPage
from fusionsite.console.requests import RequestPage, RequestsPage
from fusionsite.console.reviewing import ReviewPage
from fusionsite.console.running import CampaignPage, LivePart
from fusionsite.console.sharing import SharePage
from fusionsite.console.sharing_files import CodeFile, PosterFile
from fusionsite.console.statistics_page import StatisticsCsv, StatisticsPage
from fusionsite.console.trail import TrailCsv, TrailPage
from fusionsite.console.tryout_views import TryoutAsk, TryoutPicture, TryoutSample
from fusionsite.console.webhooks_page import (
    DeliveryDeedPage,
    NewWebhookPage,
    WebhookDeedPage,
    WebhookPage,
    WebhooksPage,
)
from fusionsite.console.wizard import NewCampaignPage, StepPage
from fusionsite.console.wizard_preview import ColourWords, LookSheet, PreviewPage

PAGES: list[URLPattern] = [
    path("language/", LanguagePage.as_view(), name="language"),
    # Campaigns
    path("campaigns/", CampaignsPage.as_view(), name="campaigns"),
    path("campaigns/new/", NewCampaignPage.as_view(), name="campaign_new"),
    path("campaigns/<int:pk>/", CampaignPage.as_view(), name="campaign_page"),
    path("campaigns/<int:pk>/live/", LivePart.as_view(), name="campaign_live"),
    path("campaigns/<int:pk>/do/<slug:deed>/", CampaignDeedPage.as_view(), name="campaign_deed"),
    path("campaigns/<int:pk>/setup/<slug:step>/", StepPage.as_view(), name="campaign_step"),
    path("campaigns/<int:pk>/preview/", PreviewPage.as_view(), name="campaign_preview"),
    path("campaigns/<int:pk>/look.css", LookSheet.as_view(), name="campaign_look"),
    path("campaigns/<int:pk>/colours/", ColourWords.as_view(), name="campaign_colours"),
    path("statistics/", StatisticsPage.as_view(), name="statistics"),
    path("statistics.csv", StatisticsCsv.as_view(), name="statistics_csv"),
    # Share kit
    path("campaigns/<int:pk>/share/", SharePage.as_view(), name="campaign_share"),
    path("campaigns/<int:pk>/share/qr.<str:kind>/", CodeFile.as_view(), name="campaign_share_qr"),
    path(
        "campaigns/<int:pk>/share/poster-<str:language>.<str:kind>/",
        PosterFile.as_view(),
        name="campaign_share_poster",
    ),
    path("materials/", MaterialsPage.as_view(), name="materials"),
    path("materials/upload/", MaterialUpload.as_view(), name="material_upload"),
    path("materials/sample/<slug:name>/", TryoutSample.as_view(), name="tryout_sample"),
    path("materials/<slug:model_id>/", MaterialPage.as_view(), name="material_page"),
    path(
        "materials/<slug:model_id>/v<int:number>/<slug:kind>/",
        MaterialPicture.as_view(),
        name="material_picture",
    ),
    path(
        "materials/<slug:model_id>/documents/<int:document_id>/",
        MaterialDocument.as_view(),
        name="material_document",
    ),
    path("review/", ReviewPage.as_view(), name="review"),
    path("moderation/", ModerationPage.as_view(), name="moderation"),
    path("moderation/<str:key>/picture/", ResultPicture.as_view(), name="result_picture"),
    path("takedowns/", TakedownsPage.as_view(), name="takedowns"),
    path("materials/<slug:model_id>/try/", TryoutAsk.as_view(), name="tryout"),
    path(
        "materials/<slug:model_id>/try/<slug:token>/",
        TryoutPicture.as_view(),
        name="tryout_picture",
    ),
    # Money
    path("money/", MoneyPage.as_view(), name="money"),
    path("money/<int:pk>/", AccountPage.as_view(), name="account_page"),
    path("money/<int:pk>/do/<slug:deed>/", AccountDeedPage.as_view(), name="account_deed"),
    path("money/<int:pk>/ledger.csv", LedgerCsv.as_view(), name="ledger_csv"),
    path("money/fee/<int:pk>/<slug:deed>/", FeeDeedPage.as_view(), name="fee_deed"),
    path("money/new/<int:pk>/<slug:deed>/", NewAccountPage.as_view(), name="account_new"),
    path("money/statements/<int:pk>/", StatementPage.as_view(), name="statement"),
    path("money/statements/<int:pk>/csv/", StatementCsv.as_view(), name="statement_csv"),
    # Limits
    path("limits/", LimitsPage.as_view(), name="limits"),
    path("limits/raise/<int:pk>/<slug:deed>/", RaisePage.as_view(), name="limit_raise"),
    path("limits/campaign/<int:pk>/<slug:deed>/", AskPage.as_view(), name="limit_ask"),
    path("limits/account/<int:pk>/<slug:deed>/", AccountLimitPage.as_view(), name="limit_account"),
    path(
        "limits/key/<int:pk>/<slug:deed>/", CredentialLimitPage.as_view(), name="limit_credential"
    ),
    path("limits/site/<slug:layer>/<slug:deed>/", SiteLimitPage.as_view(), name="limit_site"),
    # Partners
    path("keys/", CredentialsPage.as_view(), name="credentials"),
    path("keys/new/<int:pk>/<slug:deed>/", NewCredentialPage.as_view(), name="credential_new"),
    path("keys/<int:pk>/<slug:deed>/", CredentialDeedPage.as_view(), name="credential_deed"),
    path("webhooks/", WebhooksPage.as_view(), name="webhooks"),
    path("webhooks/new/<int:pk>/<slug:deed>/", NewWebhookPage.as_view(), name="webhook_new"),
    path("webhooks/<int:pk>/", WebhookPage.as_view(), name="webhook_page"),
    path("webhooks/<int:pk>/<slug:deed>/", WebhookDeedPage.as_view(), name="webhook_deed"),
    path("webhooks/sent/<int:pk>/<slug:deed>/", DeliveryDeedPage.as_view(), name="delivery_deed"),
    path("requests/", RequestsPage.as_view(), name="requests"),
    path("requests/<int:pk>/", RequestPage.as_view(), name="request_page"),
    # Trust
    path("audit/", TrailPage.as_view(), name="trail"),
    path("audit/csv/", TrailCsv.as_view(), name="trail_csv"),
    path("privacy/", PrivacyPage.as_view(), name="privacy"),
    path("privacy/erase/<slug:deed>/", ErasurePage.as_view(), name="erasure"),
    path("privacy/kept/<int:pk>/<slug:deed>/", RetentionPage.as_view(), name="retention"),
    path("health/", HealthPage.as_view(), name="health"),
    # People
    path("notices/", NoticesPage.as_view(), name="notices"),
    path("organisations/", OrganisationsPage.as_view(), name="organisations"),
    path("organisations/new/<slug:deed>/", NewOrganisationPage.as_view(), name="organisation_new"),
    path(
        "organisations/<int:pk>/<slug:deed>/",
        OrganisationDeedPage.as_view(),
        name="organisation_deed",
    ),
    path("people/", PeoplePage.as_view(), name="people"),
    path("people/new/<slug:deed>/", InvitePage.as_view(), name="invite"),
    path("people/<int:pk>/", PersonPage.as_view(), name="person_page"),
    path("people/<int:pk>/<slug:deed>/", PersonDeedPage.as_view(), name="person_deed"),
    path("people/roles/<int:pk>/<slug:deed>/", RoleDeedPage.as_view(), name="role_deed"),
    path("exports/", ExportsPage.as_view(), name="exports"),
    path("exports/<int:number>/", ExportPage.as_view(), name="export"),
]
