"""Static files under names that carry their content's hash, for browsers that may keep them for ever."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFiles(ManifestStaticFilesStorage):
    """Plain names for what has not been collected: development works at once, no page fails for a picture."""

    # ES modules import one another by relative path; their import lines are rewritten too.
    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> Any:
        key = self.hash_key(urlsplit(unquote(name)).path.strip())
        return super().stored_name(name) if key in self.hashed_files else name
