from django.urls import URLPattern, path

from yunheng.contracts.web import contracts, payments, projects, signing, targets

app_name = "contracts"

project_urls: list[URLPattern] = [
    path("", projects.project_list, name="projects"),
    path("new", projects.project_new, name="project-new"),
    path("projects/<str:uid>", projects.project_page, name="project"),
    path("projects/<str:uid>/edit", projects.project_edit, name="project-edit"),
    path("projects/<str:uid>/execution", projects.execution, name="execution"),
    path("projects/<str:uid>/budget", projects.budget_amend, name="budget-amend"),
    path("projects/<str:uid>/parties/new", projects.party_new, name="party-new"),
    path("projects/<str:uid>/parts/new", projects.sub_project_new, name="sub-project-new"),
    path("projects/<str:uid>/parts/<int:no>/budget", projects.budget_amend, name="sub-budget-amend"),
    path("projects/<str:uid>/parts/<int:no>/contract", contracts.contract_new, name="contract-new"),
]
contract_urls: list[URLPattern] = [
    path("<str:uid>", contracts.contract_page, name="contract"),
    path("<str:uid>/edit", contracts.contract_edit, name="contract-edit"),
    path("<str:uid>/nodes/new", contracts.node_new, name="node-new"),
    path("<str:uid>/nodes/<int:no>/met", payments.node_met, name="node-met"),
    path("<str:uid>/staff", contracts.staff_require, name="staff-require"),
    path("<str:uid>/suspend", contracts.suspend, name="suspend"),
    path("<str:uid>/suspensions/<int:pk>/resume", contracts.resume, name="resume"),
    path("<str:uid>/anchor", signing.anchor_propose, name="anchor-propose"),
    path("<str:uid>/amend", signing.amendment_propose, name="amendment-propose"),
    path("<str:uid>/decisions/<int:pk>", signing.answer, name="answer"),
    path("<str:uid>/payments/new", payments.payment_new, name="payment-new"),
]
target_urls: list[URLPattern] = [
    path("targets/", targets.target_list, name="targets"),
    path("targets/<str:uid>", targets.target_page, name="target"),
    path("targets/<str:uid>/clause", targets.clause_enter, name="clause-enter"),
    path("targets/<str:uid>/confirm", targets.confirm, name="target-confirm"),
]
payment_urls: list[URLPattern] = [
    path("payments/", payments.payment_list, name="payments"),
    path("payments/<str:uid>", payments.payment_page, name="payment"),
    path("payments/<str:uid>/correct", payments.payment_correct, name="payment-correct"),
    path("payments/<str:uid>/confirm", payments.payment_confirm, name="payment-confirm"),
]
urlpatterns = project_urls + target_urls + payment_urls + contract_urls
