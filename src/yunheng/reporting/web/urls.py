from django.urls import path

from yunheng.reporting.web import papers

app_name = "reporting"
urlpatterns = [
    path("evaluation/<str:uid>", papers.page, name="evaluation-page"),
    path("evaluation/<str:uid>/report.<str:format>", papers.download, name="evaluation-report"),
]
