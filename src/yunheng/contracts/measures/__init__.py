"""What contracts offer to whoever judges; imported once by the app, which registers them."""

from django.utils.translation import gettext_lazy

from yunheng.contracts.measures.money import budget_execution, savings
from yunheng.contracts.measures.service_period import service_period
from yunheng.contracts.measures.staffing import staffing
from yunheng.foundation import measures

measures.register("contracts.staffing", staffing, label=gettext_lazy("Staffing"), unit="person")
measures.register("contracts.service_period", service_period, label=gettext_lazy("Service period"), unit="year")
measures.register("contracts.savings", savings, label=gettext_lazy("Savings on the budget"), unit="percentage point")
measures.register("contracts.budget_execution", budget_execution, label=gettext_lazy("Budget execution"), unit="yuan")
