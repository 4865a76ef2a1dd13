from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "yunheng.contracts"
    label = "contracts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yunheng.contracts import access, links, measures  # noqa: F401 (they register themselves)
