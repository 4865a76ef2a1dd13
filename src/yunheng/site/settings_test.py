"""Settings of the test run: a data folder of its own, quick password hashes, no manifest of static files."""

import atexit
import os
import shutil
import tempfile

if "YUNHENG_DATA" not in os.environ:  # otherwise a worker of pytest-xdist, which shares its controller's folder
    os.environ["YUNHENG_DATA"] = tempfile.mkdtemp(prefix="yunheng-test-")
    atexit.register(shutil.rmtree, os.environ["YUNHENG_DATA"], ignore_errors=True)
os.environ.setdefault("YUNHENG_SECRET_KEY", "a key for tests only, of no value to anybody")

from yunheng.site.settings import *  # noqa: F403 - these are the settings, but for a few

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WORKER_IN_SERVER = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 (WhiteNoise warns when it is missing)
if not os.environ.get("DATABASE_URL"):
    # Said outright: pytest-xdist gives each worker a file name of its own, and spares only Django's own backend.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405 (from the settings)
