"""All settings. What may be set from outside is listed in docs/operations/settings.md, and a test says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from yunheng.site import environment

PACKAGE = Path(__file__).resolve().parent.parent

# ---- where things are kept
DATA_FOLDER = environment.folder("YUNHENG_DATA", Path.cwd() / "data")
SECRET_KEY = environment.secret("YUNHENG_SECRET_KEY", DATA_FOLDER)
FONT_FOLDER = DATA_FOLDER / "fonts"
MEDIA_ROOT = DATA_FOLDER / "files"
DEBUG = environment.boolean("YUNHENG_DEBUG")
ALLOWED_HOSTS = environment.words("YUNHENG_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = environment.words("YUNHENG_ORIGINS")


def _database(url: str) -> dict[str, Any]:
    if not url:
        return {
            "ENGINE": "yunheng.foundation.sqlite",
            "NAME": str(DATA_FOLDER / "yunheng.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
                "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise environment.BadSetting(f"DATABASE_URL: {parts.scheme!r} is not known; write postgresql://user@host/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


DATABASES = {"default": _database(environment.text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- parts
INSTALLED_APPS = [
    "yunheng.reporting",
    "yunheng.evaluation",
    "yunheng.supervision",
    "yunheng.plans",
    "yunheng.secops",
    "yunheng.feedback",
    "yunheng.servicedesk",
    "yunheng.contracts",
    "yunheng.monitoring",
    "yunheng.assets",
    "yunheng.documents",
    "yunheng.people",
    "yunheng.ui",
    "yunheng.foundation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "template_partials",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "yunheng.people.web.middleware.SignedInMiddleware",
    "yunheng.ui.errors.ErrorPagesMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "yunheng.site.urls"
WSGI_APPLICATION = "yunheng.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yunheng.ui.context.page",
            ],
            "builtins": ["yunheng.ui.templatetags.ui", "template_partials.templatetags.partials"],
        },
    }
]

# ---- people
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "yunheng.people.passwords.SmallArgon2Hasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": environment.integer("YUNHENG_PASSWORD_LENGTH", 10, least=8)},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "yunheng.people.passwords.VariedPasswordValidator"},
]
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "people:sign-in"
SESSION_COOKIE_AGE = 60 * environment.integer("YUNHENG_IDLE_MINUTES", 30, least=1)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Refreshed at most every minute, so that reading pages does not become writing rows (people.web.middleware).
SESSION_SAVE_EVERY_REQUEST = False
AXES_FAILURE_LIMIT = environment.integer("YUNHENG_LOCKOUT_FAILURES", 5, least=3)
AXES_COOLOFF_TIME = environment.integer("YUNHENG_LOCKOUT_MINUTES", 15, least=1) / 60
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# The page says until when; knocking meanwhile does not make it longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "yunheng.people.web.signing_in.locked_out"

# ---- the wire
TLS = environment.boolean("YUNHENG_TLS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "yunheng.ui.errors.forged"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# ---- languages and time
LANGUAGE_CODE = environment.language("YUNHENG_LANGUAGE", "zh-hans")
LOCALE_PATHS = [PACKAGE / "site" / "locale"]
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.zone("YUNHENG_TIME_ZONE", "Asia/Shanghai")
LANGUAGE_COOKIE_NAME = "yunheng_language"

# ---- files
STATIC_URL = "static/"
STATIC_ROOT = DATA_FOLDER / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "yunheng.ui.storage.HashedStaticFiles"},
}
UPLOAD_LIMIT_BYTES = 1_048_576 * environment.integer("YUNHENG_UPLOAD_MEGABYTES", 50, least=1)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1_048_576
FILE_UPLOAD_PERMISSIONS = 0o600

# ---- background work
TASKS = {"default": {"BACKEND": "yunheng.foundation.tasks.JobRowsBackend"}}
WORKER_IN_SERVER = environment.boolean("YUNHENG_WORKER", True)
WEB_WORKERS = environment.integer("YUNHENG_WEB_WORKERS", 2, least=1)
WEB_THREADS = environment.integer("YUNHENG_WEB_THREADS", 2, least=1)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("YUNHENG_LOG_LEVEL", "WARNING")},
    "loggers": {"axes": {"level": "ERROR"}},
}
