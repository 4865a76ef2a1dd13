"""Charts as SVG of our own: the same picture in the web page, in the PDF and, as pixels, in Word.

Deterministic, without script or style (a strict content policy allows them), readable without colour.
"""

from yunheng.documents.rules.charts.pictures import Picture, pictures

__all__ = ["Picture", "pictures"]
