from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "yunheng.evaluation"
    label = "evaluation"
    default_auto_field = "django.db.models.BigAutoField"
