from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "yunheng.contracts"
    label = "contracts"
    default_auto_field = "django.db.models.BigAutoField"
