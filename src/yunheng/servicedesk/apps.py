from django.apps import AppConfig


class ServicedeskConfig(AppConfig):
    name = "yunheng.servicedesk"
    label = "servicedesk"
    default_auto_field = "django.db.models.BigAutoField"
