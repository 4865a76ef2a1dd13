"""The tables of contracts; other packages import from here."""

from yunheng.contracts.models.amendment import Amendment
from yunheng.contracts.models.contract import CatalogueItem, Contract, Suspension
from yunheng.contracts.models.payment import Payment, PaymentNode
from yunheng.contracts.models.project import Party, Project, SubProject
from yunheng.contracts.models.staffing import StaffingRequirement
from yunheng.contracts.models.target import ServiceTarget

__all__ = [
    "Amendment",
    "CatalogueItem",
    "Contract",
    "Party",
    "Payment",
    "PaymentNode",
    "Project",
    "ServiceTarget",
    "StaffingRequirement",
    "SubProject",
    "Suspension",
]
