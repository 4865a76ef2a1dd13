from django.urls import path

from yunheng.evaluation.web import acting, downloads, pages, scheme_pages

app_name = "evaluation"
urlpatterns = [
    path("", pages.evaluation_list, name="evaluation-list"),
    path("evaluate", acting.evaluate_now, name="evaluate"),
    path("schemes/<str:uid>", scheme_pages.scheme, name="scheme"),
    path("schemes/<str:uid>/freeze", scheme_pages.freeze, name="scheme-freeze"),
    path("schemes/<str:uid>/ask", scheme_pages.ask, name="scheme-ask"),
    path("statements/<str:uid>/adopt", acting.adopt, name="statement-adopt"),
    path("<str:uid>", pages.evaluation, name="evaluation"),
    path("<str:uid>/seal", acting.seal_now, name="seal"),
    path("<str:uid>/verification", pages.verification, name="verification"),
    path("<str:uid>/statements", acting.write_statement, name="statement-new"),
    path("<str:uid>/result.json", downloads.result, name="result"),
    path("<str:uid>/evidence.zip", downloads.evidence, name="evidence"),
    path("<str:uid>/total", pages.total, name="total"),
    path("<str:uid>/<str:indicator>", pages.indicator, name="indicator"),
    path("<str:uid>/<str:indicator>/enter", acting.enter_value, name="enter"),
]
