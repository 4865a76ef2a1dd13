from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "yunheng.reporting"
    label = "reporting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yunheng.reporting.web import papers
        from yunheng.ui import panels

        panels.register("evaluation.evaluation", "reporting.papers", "reporting/papers_panel.html", papers.papers_panel)
