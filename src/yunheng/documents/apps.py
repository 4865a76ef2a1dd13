from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "yunheng.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yunheng.documents import access
        from yunheng.ui import navigation

        navigation.register(
            group="plan",
            label=_("Papers"),
            url_name="documents:document-list",
            kind=access.KIND,
            icon="files",
            order=40,
        )
