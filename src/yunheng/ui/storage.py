"""Static files under names that carry their content's hash, for browsers that may keep them for ever."""

from __future__ import annotations

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFiles(ManifestStaticFilesStorage):
    # ES modules import one another by relative path; their import lines are rewritten too.
    support_js_module_import_aggregation = True
    manifest_strict = False
