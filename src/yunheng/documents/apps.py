from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "yunheng.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
