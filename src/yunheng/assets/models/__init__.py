"""The tables of assets; other packages import from here."""

from yunheng.assets.models.brought_in import BroughtIn, InForceManager
from yunheng.assets.models.device import Device
from yunheng.assets.models.in_use import InUsePeriod
from yunheng.assets.models.system import System

__all__ = ["BroughtIn", "Device", "InForceManager", "InUsePeriod", "System"]
