"""One report, four formats."""

from yunheng.documents.rendering.fonts import FontSet
from yunheng.documents.rendering.formats import Format, Rendered, fragment, render

__all__ = ["FontSet", "Format", "Rendered", "fragment", "render"]
