"""Settings of one Tieout deployment, read from the environment (`.env.example` lists every variable)."""

from datetime import timedelta
from pathlib import Path

import environ

from config.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="only-for-a-laptop" if DEBUG else environ.Env.NOTSET)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# The demo: people on the sign-in page, the demo ERP and a mailbox page.
DEMO = env.bool("DEMO", default=False)
DEMO_ERP_URL = env("DEMO_ERP_URL", default="http://127.0.0.1:8801")
DEMO_ERP_TOKEN = env("DEMO_ERP_TOKEN", default="demo-erp-token")
DEMO_MAILBOX_URL = env("DEMO_MAILBOX_URL", default="http://127.0.0.1:8802")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "axes",
    "django_htmx",
    "config.apps.ConfigConfig",
    "config.apps.TieoutAdminConfig",
    "directory",
    "invoicing",
    "erp_integrations",
    "notifications",
]

MIDDLEWARE = [
    "config.middleware.TraceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.SignInMiddleware",
    "config.middleware.PersonTimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["config.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.shell",
            ],
        },
    },
]

# One database, two roles: "default" runs the product, "owner" migrates it.
_POSTGRES_OPTIONS = "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s"
DATABASES = {
    "default": env.db("DATABASE_URL", default="postgres://tieout_app@127.0.0.1:5432/tieout"),
    "owner": env.db("MIGRATION_DATABASE_URL", default="postgres://tieout_owner@127.0.0.1:5432/tieout"),
}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES["default"].setdefault("OPTIONS", {}).update({"options": _POSTGRES_OPTIONS, "connect_timeout": 3})
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "directory.User"
LOGIN_URL = "signin"
LOGIN_REDIRECT_URL = "start"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Ten wrong passwords for one e-mail address from one place: ten minutes' wait, at that place (docs/decisions/).
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "directory.views.signing_in.too_many_tries"
AXES_USERNAME_CALLABLE = "directory.web.sign_in_door.typed_email"
AXES_CLIENT_IP_CALLABLE = "directory.web.sign_in_door.client_address"
AXES_USERNAME_FORM_FIELD = "username"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "unsent"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=VAR_DIR / "static")
FONT_DIR = env.path("FONT_DIR", default=VAR_DIR / "font")
STATICFILES_DIRS = [BASE_DIR / "static", str(FONT_DIR)]
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]  # the font folder is filled by `manage.py cut_font`
_FILES = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
STORAGES = {
    "default": env.json("FILE_STORAGE") if env("FILE_STORAGE", default="") else _FILES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = env.path("MEDIA_ROOT", default=VAR_DIR / "media")

# A megabyte-long reason gets a form error, not a refused request; see forms.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

globals().update(env.email("EMAIL_URL", default="smtp://127.0.0.1:8803"))
EMAIL_BACKEND = env("EMAIL_BACKEND", default="") or globals()["EMAIL_BACKEND"]
ANYMAIL = env.json("ANYMAIL") if env("ANYMAIL", default="") else {}
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Tieout <no-reply@tieout.example>")

# Security
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
_HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz/", "^metrics$"]  # asked by machines beside us, past the proxy
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
CSRF_FAILURE_VIEW = "config.views.errors.csrf_failure"
_SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": _SELF,
        "font-src": _SELF,
        "connect-src": _SELF,
        "form-action": _SELF,
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
METRICS_TOKEN = env("METRICS_TOKEN", default="")
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS", default=[])

# The ERP side
ERP_ADAPTERS = {
    "demo": "erp_integrations.adapters.demo.DemoErp",
    "tryton": "erp_integrations.adapters.tryton.Tryton",
} | env.dict("ERP_ADAPTERS", default={})
# What a company's connection need not say because the deployment does, by adapter.
ERP_ADAPTER_DEFAULTS = {"demo": {"url": DEMO_ERP_URL}}
ERP_ALLOWED_HOSTS = env.list("ERP_ALLOWED_HOSTS", default=[])
# One setting scales every clock of the export engine (erp_integrations/timing.py); tests run at a fraction.
EXPORT_TIME_SCALE = env.float("EXPORT_TIME_SCALE", default=1.0)
# For fault tests, whose settings alone read them from the environment (erp_integrations/export/fail_points.py).
EXPORT_FAIL_POINT = ""
ERP_IS_TOLD_CALLER = False

# Celery is the doorbell: every message carries one id and may be lost (docs/decisions/).
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL

_SECRETS = [SECRET_KEY, METRICS_TOKEN, *CREDENTIAL_KEYS, *(each["PASSWORD"] or "" for each in DATABASES.values())]
LOGGING = logging_settings(env("LOG_LEVEL", default="INFO"), as_json=not DEBUG, secrets=_SECRETS)
