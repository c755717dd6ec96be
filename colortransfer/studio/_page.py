"""The page: components and what happens on it, put together as ``gradio.Blocks``."""

from __future__ import annotations

import inspect
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..core.folders import files_in
from ..errors import ColorTransferError, MissingDependencyError
from ._handlers import WISH, Handlers, Sessions
from ._layout import ACCESS, STYLE, lay_out, status
from ._pictures import READ

WAITING = 16  # events in the queue; more are told to come back
LOG = logging.getLogger("colortransfer.studio")


def look() -> dict[str, Any]:
    """What gradio's ``launch`` needs for a page that loads nothing from elsewhere.

    Raises
    ------
    MissingDependencyError
        Without gradio.

    Examples
    --------
    >>> try:
    ...     options = sorted(look())
    ... except MissingDependencyError:  # pip install 'colortransfer[studio]'
    ...     options = ["css", "js", "theme"]
    >>> options
    ['css', 'js', 'theme']
    """
    gr = library()
    theme = gr.themes.Default(
        primary_hue="blue",
        font=["system-ui", "sans-serif"],  # gradio's own come from Google
        font_mono=["ui-monospace", "monospace"],
    )
    return {"theme": theme, "css": STYLE, "js": ACCESS}


def page(folder: str | Path | None = None) -> Any:
    """The page as ``gradio.Blocks``, for whoever serves it in a way of their own.

    Parameters
    ----------
    folder
        Of photographs to choose from, beside those that are dropped on the page.

    Raises
    ------
    FileError
        If the folder cannot be read.
    MissingDependencyError
        Without gradio.

    Examples
    --------
    >>> try:
    ...     title = page().title
    ... except MissingDependencyError:  # pip install 'colortransfer[studio]'
    ...     title = "colortransfer studio"
    >>> title
    'colortransfer studio'
    """
    offered = {path.name: path for path in files_in(folder, READ)} if folder is not None else {}
    gr = library()
    temporary = tempfile.TemporaryDirectory(prefix="colortransfer-studio-")
    os.environ["GRADIO_TEMP_DIR"] = temporary.name  # read when components are made
    sessions = Sessions(Path(temporary.name))
    with gr.Blocks(title="colortransfer studio", delete_cache=(600, 3600)) as blocks:
        components = lay_out(gr, list(offered))
        _connect(gr, Handlers(gr, components, sessions, offered))
        blocks.unload(_with_request(gr, lambda request: sessions.end(request.session_hash)))
    blocks.queue(max_size=WAITING, default_concurrency_limit=1, api_open=False)
    blocks.temporary = temporary  # which goes when the blocks do
    return blocks


def library() -> Any:
    """gradio, which brings the servers; MissingDependencyError without it."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    try:
        import gradio
    except ImportError as error:
        text = "the studio needs gradio; pip install 'colortransfer[studio]'"
        raise MissingDependencyError(text) from error
    return gradio


def _connect(gr: Any, handlers: Handlers) -> None:
    """Which event of which component calls what."""
    c = handlers.c
    wish = [getattr(c, name) for name in WISH]
    quick = {"concurrency_id": "quick", "concurrency_limit": 2}
    slow = {"concurrency_id": "fit", "concurrency_limit": 1}  # memory holds one fit at a time
    last = {"trigger_mode": "always_last"}
    table: list[tuple[list[Any], Any, list[Any], dict[str, Any]]] = [
        ([c.files.upload], handlers.add, [c.files], quick),
        ([c.offer.input], handlers.offer, [c.offer], quick),
        ([c.name.input], handlers.show, [c.name], quick),
        ([c.other.upload], handlers.another, [c.other], quick),
        ([c.palette.input], handlers.choose, [c.palette], quick),
        ([c.picker.input], handlers.choose, [c.picker], quick | last),
        ([c.color.submit, c.color.blur], handlers.choose, [c.color], quick),
        (
            [c.color.change, c.color.submit, c.strength.release, c.method.input, c.name.input],
            handlers.preview,
            wish,
            quick | last,
        ),
        ([c.recolour.click], handlers.fit, wish, slow),
        ([c.everything.click], handlers.fit_all, wish, slow),
        ([c.stop.click], handlers.stop, [], {"queue": False}),
    ]
    common = {"outputs": list(vars(c).values()), "show_progress": "hidden"}
    common |= {"api_visibility": "private"}
    for events, handler, inputs, options in table:
        run = _told(gr, handlers, handler)
        gr.on(events, run, inputs, **common, **options)
    pick = _told(gr, handlers, handlers.pick, place=True)
    c.eyedropper.select(pick, [c.eyedropper], **common, **quick)


def _told(gr: Any, handlers: Handlers, handler: Callable[..., Any], *, place: bool = False) -> Any:
    """The handler for gradio: it gets the tab's session, and errors become a line of status."""

    def session_of(request: Any) -> Any:
        return handlers.sessions.of(request.session_hash)

    def once(request: Any, *values: Any) -> Any:
        try:
            return handler(session_of(request), *values)
        except Exception as error:
            return {handlers.c.status: status(_line(error), error=True)}

    def often(request: Any, *values: Any) -> Iterator[Any]:
        try:
            yield from handler(session_of(request), *values)
        except Exception as error:
            yield {handlers.c.status: status(_line(error), error=True)}

    def at_place(request: Any, event: Any, *values: Any) -> Any:
        return once(request, event, *values)

    if place:
        at_place.__annotations__ = {"event": gr.SelectData}
        return _with_request(gr, at_place)
    return _with_request(gr, often if inspect.isgeneratorfunction(handler) else once)


def _with_request(gr: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """gradio gives a request to parameters of that type; it is imported when it is needed."""
    function.__annotations__ = {**getattr(function, "__annotations__", {}), "request": gr.Request}
    return function


def _line(error: Exception) -> str:
    """What the page says of an error."""
    if isinstance(error, ColorTransferError):
        return str(error)
    errors = getattr(sys.modules.get("tensorflow"), "errors", None)
    exhausted = errors is not None and isinstance(error, errors.ResourceExhaustedError)
    if isinstance(error, MemoryError) or exhausted:
        return "not enough memory; reduce the photograph"
    LOG.error("unexpected error", exc_info=error)
    return f"unexpected {type(error).__name__}; the terminal has the details"
