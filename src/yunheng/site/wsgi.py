"""The door for a web server. Under `yunheng serve` a web process ends with the process that started it."""

import os
import threading
import time

from django.core.wsgi import get_wsgi_application

# Set by `yunheng serve`: the process whose death its web processes must not outlive.
SERVED_BY = "YUNHENG_SERVED_BY"


def _end_with(parent: int) -> None:
    """A server that was killed cannot tell its web processes to end, and an orphan would keep the port."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(0)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunheng.site.settings")
application = get_wsgi_application()
if os.environ.get(SERVED_BY) == str(os.getppid()):
    threading.Thread(target=_end_with, args=(os.getppid(),), name="parent-watch", daemon=True).start()
