"""Files leave the house as attachments only, to those who may see their document."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yunheng.documents import access
from yunheng.foundation.errors import YunhengError
from yunheng.ui.context import actor_of


class FileGone(YunhengError):
    """The record is there, its bytes are not."""

    status = 500


@login_required
@require_safe
def download(request: HttpRequest, uid: str, number: int) -> FileResponse:
    version = access.version(actor_of(request), uid, number, timezone.now())
    file = version.file
    try:
        content = file.path.open("rb")
    except FileNotFoundError as problem:
        raise _gone(version.document.number) from problem
    if file.path.stat().st_size != file.size:
        content.close()
        raise _gone(version.document.number)
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type)
    # Opened by whatever program: nothing in it may act as a page of ours.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _gone(number: str) -> FileGone:
    return FileGone(
        _("The file of this paper is missing from the data folder, or has been cut off."),
        place=number,
        way_out=_("Tell the system administrator to restore it from the backup."),
    )
