"""Settings of the test run: a data folder of its own, quick password hashes, no manifest of static files."""

import os
import tempfile

os.environ.setdefault("YUNHENG_DATA", tempfile.mkdtemp(prefix="yunheng-test-"))
os.environ.setdefault("YUNHENG_SECRET_KEY", "a key for tests only, of no value to anybody")

from yunheng.site.settings import *  # noqa: F403 - these are the settings, but for a few

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WORKER_IN_SERVER = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 (WhiteNoise warns when it is missing)
