from django.apps import AppConfig


class SecopsConfig(AppConfig):
    name = "yunheng.secops"
    label = "secops"
    default_auto_field = "django.db.models.BigAutoField"
