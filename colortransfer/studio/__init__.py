"""A page in the browser to recolour photographs: ``colortransfer studio``.

`Wish` and `Session` are what the page does, and know no page; `page` is the page itself, of gradio,
and `serve` serves it on this machine alone. The two need ``pip install 'colortransfer[studio]'``.
"""

from __future__ import annotations

from ._page import look, page
from ._server import serve
from ._session import Made, Session
from ._wish import CHOICES, Choice, Wish

__all__ = ["CHOICES", "Choice", "Made", "Session", "Wish", "look", "page", "serve"]
