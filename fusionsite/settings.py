"""All settings, in reading order, each from the environment with a default that suits one machine.

Every setting that is ours starts with FUSION_. docs/settings.md lists them; a test compares.
"""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe

import dj_database_url
import dj_email_url
import django_stubs_ext
import structlog
from botocore.config import Config as S3Config
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from fusionsite.env import BASE_DIR, env, kept_secret, var_dir

django_stubs_ext.monkeypatch()  # before any class says ModelForm[...] or ModelAdmin[...]

# --- What this installation is ---------------------------------------------------------------

FUSION_DEMO = env.bool("FUSION_DEMO", default=False)
FUSION_VAR_DIR = var_dir()
FUSION_BASE_URL = env.str("FUSION_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
FUSION_PROVIDER_NAME = env.str("FUSION_PROVIDER_NAME", default="")
FUSION_PROVIDER_CODE = env.str("FUSION_PROVIDER_CODE", default="")
DEBUG = env.bool("FUSION_DEBUG", default=False)

# --- Secrets ---------------------------------------------------------------------------------

FUSION_SECRET_KEY = kept_secret("FUSION_SECRET_KEY", FUSION_VAR_DIR / "secret-key")
# Django will not even run its checks without a key; check E001 then refuses to serve with this.
SECRET_KEY = FUSION_SECRET_KEY or token_urlsafe(48)
# Fernet passphrases for signing secrets at rest: the first encrypts, all decrypt (key rotation).
FUSION_CREDENTIAL_KEYS = env.list("FUSION_CREDENTIAL_KEYS", default=[]) or [
    key for key in [kept_secret("FUSION_CREDENTIAL_KEY", FUSION_VAR_DIR / "credential-key")] if key
]

# --- Who may talk to it ----------------------------------------------------------------------

ALLOWED_HOSTS = env.list("FUSION_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("FUSION_TRUSTED_ORIGINS", default=[])
# How many proxies of ours stand in front; the client's address is counted from the right.
FUSION_TRUSTED_PROXIES = env.int("FUSION_TRUSTED_PROXIES", default=0)
FUSION_HTTPS = env.bool("FUSION_HTTPS", default=FUSION_BASE_URL.startswith("https://"))
if FUSION_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = env.int("FUSION_HSTS_SECONDS", default=31_536_000)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- Apps ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "fusionsite.console",
    "unfold.apps.BasicAppConfig",  # the default one puts its own site in place of ours
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "unfold.contrib.simple_history",
    "fusionsite.console.apps.ConsoleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "import_export",
    "simple_history",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "axes",
    "django_structlog",
    "campaigns",
    "templates_app",
    "fusionsite.funnel",
    "fusionsite.requestlog",
    "fusionsite.results",
    "fusionsite.jobs",
    "fusionsite.statistics",
    "fusionsite.upload",
    "fusionsite.api",
    "fusionsite.developers",
    "fusionsite.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Partners' calls turn off here: nothing below may answer them with a page.
    "fusionsite.dialects.entrance.PartnersEntrance",
    "fusionsite.api.edge.ApiEntrance",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "fusionsite.console.middleware.ConsolePolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fusionsite.console.middleware.ConsoleLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    # Last: it answers for sign-ins that are locked.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "fusionsite.urls"
WSGI_APPLICATION = "fusionsite.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- People ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "campaigns.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# First django-axes, which refuses whoever has guessed too often; it knows no passwords itself.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# So many wrong passwords for one name from one address, then a pause of so many minutes.
FUSION_SIGN_IN_ATTEMPTS = env.int("FUSION_SIGN_IN_ATTEMPTS", default=5)
FUSION_SIGN_IN_PAUSE_MIN = env.int("FUSION_SIGN_IN_PAUSE_MIN", default=15)
AXES_FAILURE_LIMIT = FUSION_SIGN_IN_ATTEMPTS
AXES_COOLOFF_TIME = timedelta(minutes=FUSION_SIGN_IN_PAUSE_MIN)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "fusionsite.incoming.client_address"
AXES_LOCKOUT_CALLABLE = "fusionsite.console.sign_in.locked"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # who signed in when is nobody's list
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"  # Unfold's form sends no address to go on to
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())

# --- Database --------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{FUSION_VAR_DIR / 'site.sqlite3'}")
DATABASES = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue for the lock at the start instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A statement that was asked three times is prepared: PostgreSQL plans it no more, which is
    # half of its work for a picture.
    DATABASES["default"]["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 3}

# --- Redis, cache, quotas --------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": FUSION_VAR_DIR / "cache",
    }
}
# Where calls are counted (campaigns.windows); "quota+sqlite" is exact on one machine.
FUSION_QUOTA_URL = env.str(
    "FUSION_QUOTA_URL",
    default=REDIS_URL or f"quota+sqlite://{FUSION_VAR_DIR / 'quota.sqlite3'}",
)
# What to answer while the quota store is away: refuse ("closed") or let through ("open").
FUSION_QUOTA_WHEN_AWAY = env.str("FUSION_QUOTA_WHEN_AWAY", default="closed")
FUSION_SITE_RATE_PER_S = env.int("FUSION_SITE_RATE_PER_S", default=200)
FUSION_ADDRESS_RATE_PER_MIN = env.int("FUSION_ADDRESS_RATE_PER_MIN", default=60)

# --- Queue and workers -----------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL or "filesystem://")
FUSION_EMBEDDED_QUEUE = CELERY_BROKER_URL.startswith("filesystem://")
FUSION_WORKER_PROCESSES = env.int("FUSION_WORKER_PROCESSES", default=2)
FUSION_WORKER_MEMORY_MB = env.int("FUSION_WORKER_MEMORY_MB", default=600)
FUSION_JOB_SOFT_LIMIT_S = env.int("FUSION_JOB_SOFT_LIMIT_S", default=20)
FUSION_JOB_HARD_LIMIT_S = env.int("FUSION_JOB_HARD_LIMIT_S", default=30)
# So long a worker process takes up jobs that wait before it asks for the next message.
FUSION_WORK_ON_S = 2
FUSION_JOB_WAIT_S = env.float("FUSION_JOB_WAIT_S", default=15.0)
FUSION_JOB_ATTEMPTS = env.int("FUSION_JOB_ATTEMPTS", default=3)
FUSION_QUEUE_LENGTH = env.int("FUSION_QUEUE_LENGTH", default=500)
FUSION_WAITERS = env.int("FUSION_WAITERS", default=12)
# A message may wait so long in a full queue before it is presumed lost and sent again.
FUSION_QUEUE_PATIENCE_S = env.int("FUSION_QUEUE_PATIENCE_S", default=60)
# For so long a process may go by what it has read: campaigns.remembered.
FUSION_REMEMBER_S = env.float("FUSION_REMEMBER_S", default=1.0)
# The queue's name: sites that share a broker need different ones.
FUSION_QUEUE_NAME = env.str("FUSION_QUEUE_NAME", default="fusion")
CELERY_TASK_DEFAULT_QUEUE = FUSION_QUEUE_NAME
CELERY_RESULT_BACKEND = None  # the job row is the truth; nobody reads Celery's results
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = FUSION_JOB_SOFT_LIMIT_S + FUSION_WORK_ON_S
CELERY_TASK_TIME_LIMIT = FUSION_JOB_HARD_LIMIT_S + FUSION_WORK_ON_S
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = FUSION_WORKER_MEMORY_MB * 1024
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Celery would connect anew for every task; jobs.tasks looks after the connections instead.
CELERY_DB_REUSE_MAX = 1_000_000
CELERY_TIMEZONE = "UTC"
if FUSION_EMBEDDED_QUEUE:
    _queue_dir = FUSION_VAR_DIR / "queue"
    for _name in ("messages", "control"):
        (_queue_dir / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue_dir / "messages"),
        "data_folder_out": str(_queue_dir / "messages"),
        "control_folder": str(_queue_dir / "control"),
        "polling_interval": 0.02,
    }
    CELERY_WORKER_POOL = "fusionsite.folder_pool:TaskPool"
    # This transport loses the message and stalls when a late-acknowledging process dies.
    CELERY_TASK_ACKS_LATE = False
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
    CELERY_TASK_ACKS_LATE = True
    CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_BEAT_SCHEDULE_FILENAME = str(FUSION_VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "jobs.sweep", "schedule": 5.0},
    "erase-photos": {"task": "jobs.erase_photos", "schedule": 60.0},
    "clear-leftovers": {"task": "jobs.clear_leftovers", "schedule": 60.0},
    "erase-results": {"task": "results.erase_expired", "schedule": 300.0},
    "erase-leads": {"task": "jobs.erase_leads", "schedule": 3600.0},
    "erase-consents": {"task": "jobs.erase_consents", "schedule": 3600.0},
    "compact-counts": {"task": "funnel.compact", "schedule": 86_400.0},
    "lapse-rights": {"task": "templates_app.lapse_rights", "schedule": 3600.0},
    "chase-appeals": {"task": "templates_app.chase_appeals", "schedule": 3600.0},
    "account-clock": {"task": "campaigns.account_clock", "schedule": 300.0},
    "reconcile-ledgers": {"task": "campaigns.reconcile", "schedule": 86_400.0},
    "forget-answers": {"task": "api.forget_answers", "schedule": 3600.0},
    "erase-request-log": {"task": "requestlog.erase_old", "schedule": 300.0},
    "roll-up-statistics": {"task": "statistics.roll_up", "schedule": 60.0},
    "mail-notices": {"task": "campaigns.mail_notices", "schedule": 60.0},
    "deliver-webhooks": {"task": "campaigns.deliver_webhooks", "schedule": 5.0},
    "stock-sandboxes": {"task": "developers.stock_sandboxes", "schedule": 30.0},
}

# --- Pictures --------------------------------------------------------------------------------

FUSION_ENGINE = env.str("FUSION_ENGINE", default="warp")
FUSION_PHOTO_LIFE_S = env.int("FUSION_PHOTO_LIFE_S", default=600)
FUSION_FETCH_S = env.float("FUSION_FETCH_S", default=8.0)
FUSION_TEMPLATE_CACHE_MB = env.int("FUSION_TEMPLATE_CACHE_MB", default=96)
FUSION_PHOTO_MAX_BYTES = env.int("FUSION_PHOTO_MAX_BYTES", default=10 * 1024 * 1024)
FUSION_PHOTO_MAX_PIXELS = env.int("FUSION_PHOTO_MAX_PIXELS", default=40_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = FUSION_PHOTO_MAX_BYTES + 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = FUSION_PHOTO_MAX_BYTES + 1024 * 1024  # photos never touch /tmp
FUSION_S3_BUCKET = env.str("FUSION_S3_BUCKET", default="")
FUSION_S3_ENDPOINT_URL = env.str("FUSION_S3_ENDPOINT_URL", default="")
FUSION_S3_REGION = env.str("FUSION_S3_REGION", default="us-east-1")
FUSION_S3_ACCESS_KEY = env.str("FUSION_S3_ACCESS_KEY", default="")
# One try may take so long; there are two. Both must end before a job's soft limit.
FUSION_S3_TIMEOUT_S = env.float("FUSION_S3_TIMEOUT_S", default=4.0)
FUSION_S3_SECRET_KEY = env.str("FUSION_S3_SECRET_KEY", default="")


# A folder for the borrowed photos alone: in memory they never touch a disk.
FUSION_PHOTOS_DIR = env.str("FUSION_PHOTOS_DIR", default="")


def _storage(alias: str, folder: str = "") -> dict[str, object]:
    """The settings of one of our picture storages: a folder, or a prefix of the bucket."""
    if folder or not FUSION_S3_BUCKET:
        location = Path(folder) if folder else FUSION_VAR_DIR / "pictures" / alias
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": location, "base_url": None},
        }
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": FUSION_S3_BUCKET,
            "location": alias,
            "endpoint_url": FUSION_S3_ENDPOINT_URL or None,
            "region_name": FUSION_S3_REGION,
            "access_key": FUSION_S3_ACCESS_KEY or None,
            "secret_key": FUSION_S3_SECRET_KEY or None,
            "client_config": S3Config(
                signature_version="s3v4",
                s3={"addressing_style": "path" if FUSION_S3_ENDPOINT_URL else "auto"},
                connect_timeout=FUSION_S3_TIMEOUT_S,
                read_timeout=FUSION_S3_TIMEOUT_S,
                retries={"total_max_attempts": 2, "mode": "standard"},
            ),
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": 60,
            "file_overwrite": False,
        },
    }


STORAGES = {
    "default": _storage("files"),
    "photos": _storage("photos", FUSION_PHOTOS_DIR),
    "results": _storage("results"),
    "materials": _storage("materials"),
    "staticfiles": {"BACKEND": "fusionsite.upload.assets.HashedAssets"},
}
STATIC_URL = "/static/"
STATIC_ROOT = FUSION_VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- Moderation ------------------------------------------------------------------------------

FUSION_MODERATION: list[str] = env.list("FUSION_MODERATION", default=[])
FUSION_MODERATION_WHEN_AWAY = env.str("FUSION_MODERATION_WHEN_AWAY", default="closed")
FUSION_MODERATION_TIMEOUT_S = env.float("FUSION_MODERATION_TIMEOUT_S", default=3.0)
FUSION_MODERATION_WEBHOOK_URL = env.str("FUSION_MODERATION_WEBHOOK_URL", default="")
FUSION_MODERATION_WEBHOOK_SECRET = env.str("FUSION_MODERATION_WEBHOOK_SECRET", default="")
FUSION_MODERATION_BLOCKLIST = env.str("FUSION_MODERATION_BLOCKLIST", default="")

# --- Privacy ---------------------------------------------------------------------------------

# People whose faces may be stored before the authorities must be told (China: 100,000).
FUSION_FILING_THRESHOLD = env.int("FUSION_FILING_THRESHOLD", default=100_000)

# --- Dialects --------------------------------------------------------------------------------

# Partners' protocols that this site speaks, by door.
FUSION_DIALECTS: list[str] = env.list(
    "FUSION_DIALECTS",
    default=["tencent_v3", "tencent_fuseapi", "jd_morph", "jd_parser", "aigs"],
)
FUSION_BLOCKED_NETWORKS: list[str] = env.list("FUSION_BLOCKED_NETWORKS", default=[])
FUSION_FAILED_SIGNATURES_PER_MIN = env.int("FUSION_FAILED_SIGNATURES_PER_MIN", default=600)
FUSION_ANSWER_MAX_BYTES = env.int("FUSION_ANSWER_MAX_BYTES", default=10_485_760)
# Names that clients may have signed for when a proxy or a gateway changed the Host header.
FUSION_TENCENT_HOSTS: list[str] = env.list(
    "FUSION_TENCENT_HOSTS", default=["facefusion.tencentcloudapi.com"]
)
FUSION_TENCENT_REGIONS: list[str] = env.list(
    "FUSION_TENCENT_REGIONS",
    default=[
        *("ap-beijing", "ap-chengdu", "ap-chongqing", "ap-guangzhou", "ap-hongkong"),
        *("ap-nanjing", "ap-shanghai", "ap-singapore"),
    ],
)
FUSION_TENCENT_REGION_REQUIRED = env.bool("FUSION_TENCENT_REGION_REQUIRED", default=False)
FUSION_FUSEAPI_INTEGER_RET = env.bool("FUSION_FUSEAPI_INTEGER_RET", default=False)
FUSION_FUSEAPI_IMG_BASE64 = env.bool("FUSION_FUSEAPI_IMG_BASE64", default=False)
FUSION_FUSEAPI_MAX_BYTES = env.int("FUSION_FUSEAPI_MAX_BYTES", default=3_932_160)
FUSION_FUSEAPI_MAX_SIDE_PX = env.int("FUSION_FUSEAPI_MAX_SIDE_PX", default=3000)
FUSION_JD_MAX_ENTRIES = env.int("FUSION_JD_MAX_ENTRIES", default=8)

# --- E-mail ----------------------------------------------------------------------------------

# Such as smtp+tls://name:password@mail.example.org:587; empty: no letters are sent.
FUSION_EMAIL_URL = env.str("FUSION_EMAIL_URL", default="")
FUSION_EMAIL_FROM = env.str("FUSION_EMAIL_FROM", default="console@localhost")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = FUSION_EMAIL_FROM
if FUSION_EMAIL_URL:
    _mail = dj_email_url.parse(FUSION_EMAIL_URL)
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
    EMAIL_TIMEOUT = 10

# --- Words -----------------------------------------------------------------------------------

LANGUAGE_CODE = env.str("FUSION_LANGUAGE", default="en")
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "fusionsite" / "locale"]
TIME_ZONE = env.str("FUSION_TIME_ZONE", default="UTC")
USE_TZ = True

# --- What a page may load --------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
# Unfold's pages evaluate Alpine expressions and carry inline styles; only the console gets this.
FUSION_CONSOLE_CSP = {
    "script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-src": [SELF],  # the phone beside the wizard
}

# --- Proof of work ---------------------------------------------------------------------------

# django-altcha's own names; the key is derived, so that there is no further secret to keep.
ALTCHA_HMAC_KEY = sha256(f"proof of work {SECRET_KEY}".encode()).hexdigest()
ALTCHA_CHALLENGE_EXPIRE = 600_000

# --- Console ---------------------------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": _("Campaign console"),
    "SITE_HEADER": _("Campaign console"),
    "SITE_SYMBOL": "face",
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda request: static("console/console.css")],
    "SIDEBAR": {"navigation": "fusionsite.console.navigation.navigation", "show_search": False},
    "DASHBOARD_CALLBACK": "fusionsite.console.dashboard.dashboard",
    "BORDER_RADIUS": "8px",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("mark.svg")},
    ],
    # The greys of the visitor pages, and one quiet accent.
    "COLORS": {
        "base": {
            "50": "#fafbfb",
            "100": "#f4f5f7",
            "200": "#e9ebee",
            "300": "#dcdfe3",
            "400": "#989fa8",
            "500": "#5f666e",
            "600": "#454c54",
            "700": "#2a2f35",
            "800": "#181b1f",
            "900": "#14171a",
            "950": "#0e1013",
        },
        "primary": {
            "50": "#eef8f9",
            "100": "#d6eef0",
            "200": "#b0dfe2",
            "300": "#8bd3d8",
            "400": "#68c8cf",
            "500": "#1f8992",
            "600": "#0b656d",
            "700": "#0a5259",
            "800": "#093f45",
            "900": "#072d32",
            "950": "#041b1e",
        },
    },
}

# --- API -------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_AUTHENTICATION_CLASSES": ["fusionsite.api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],  # scopes: fusionsite.api.resource
    "DEFAULT_PARSER_CLASSES": [
        "fusionsite.api.parsers.JsonParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "fusionsite.api.parsers.OnlyJson",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "fusionsite.api.exceptions.answer",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fusion API",
    "DESCRIPTION": "Face fusion for campaigns: fuse, measure, parse, manage, count.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["fusionsite.api.openapi.ours_alone"],
    "POSTPROCESSING_HOOKS": ["fusionsite.api.openapi.finished"],
}

# --- Logs ------------------------------------------------------------------------------------

FUSION_LOG_LEVEL = env.str("FUSION_LOG_LEVEL", default="INFO")
# Networks whose addresses may read /metrics.
FUSION_METRICS_FROM: list[str] = env.list("FUSION_METRICS_FROM", default=["127.0.0.0/8", "::1"])
# For so long the request log gathers lines before it writes them; 0 writes each at once.
FUSION_REQUEST_LOG_WAIT_S = env.float("FUSION_REQUEST_LOG_WAIT_S", default=0.25)
FUSION_LOG_FORMAT = env.str("FUSION_LOG_FORMAT", default="json")  # json or console


def _without_long_extras(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Celery repeats the whole traceback; Django adds the request, whose query may hold a token."""
    event.pop("data", None)
    if not isinstance(event.get("request", ""), str):
        del event["request"]
    return event


_shared_processors: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    _without_long_extras,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared_processors,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer()
                if FUSION_LOG_FORMAT == "json"
                else structlog.dev.ConsoleRenderer(colors=False),
            ],
        },
    },
    "filters": {
        # Asked every few seconds, before the site is ready too; its answer is its log.
        "no_health_checks": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: "/healthz" not in record.getMessage(),
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "lines",
            "filters": ["no_health_checks"],
        },
    },
    "root": {"handlers": ["stderr"], "level": FUSION_LOG_LEVEL},
    # Warns at every connection of the folder transport, which has no host.
    "loggers": {
        "kombu.connection": {"level": "ERROR"},
        # Tells of every sign-in and every sweep; wrong passwords are warnings.
        "axes": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_shared_processors,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
