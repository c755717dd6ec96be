"""The page on this machine alone: which requests are answered, and what browsers may load."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from ..errors import FileError
from ._page import library, look, page
from ._wish import built

HOST, PORT = "127.0.0.1", 7860
UPLOAD = "256mb"
# Whatever a library would like to fetch from elsewhere, browsers do not.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:; frame-ancestors 'none'; "
    "form-action 'self'; base-uri 'self'; object-src 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
Send = Callable[[Any], Awaitable[None]]


class Guard:
    """ASGI: refuses what another site, or another name of this machine, asks for.

    A page of another site can send requests here, and one whose name is made to lead here (DNS
    rebinding) can read the answers. Both show in the headers Host and Origin.

    Parameters
    ----------
    app
        What is guarded.
    port
        On which it is served.
    """

    def __init__(self, app: Any, port: int) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}".encode() for name in (HOST, "localhost")}

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = scope["headers"]
        if not self.allows(headers):
            await _refuse(scope, send)
            return
        # What a proxy would say: there is none.
        scope["headers"] = [(k, v) for k, v in headers if not k.startswith(b"x-forwarded")]
        await self._app(scope, receive, _with_headers(send))

    def allows(self, headers: list[tuple[bytes, bytes]]) -> bool:
        """Whether a request with these headers comes from the page itself, or from no page."""
        hosts = [value for key, value in headers if key == b"host"]
        origins = [value for key, value in headers if key == b"origin"]
        site = [value for key, value in headers if key == b"sec-fetch-site"]
        known = {b"http://" + host for host in self._hosts}
        return (
            len(hosts) == 1
            and hosts[0] in self._hosts
            and all(origin in known for origin in origins)
            and b"cross-site" not in site
        )


def serve(
    folder: str | Path | None = None,
    *,
    port: int = PORT,
    browser: bool = True,
    ready: Callable[[str], Any] | None = None,
) -> None:
    """Serve the page on the loopback address until Ctrl-C.

    Parameters
    ----------
    folder
        Of photographs to choose from, beside those that are dropped on the page.
    port
        0 takes one that is free.
    browser
        Whether to open it in the browser.
    ready
        Called with the address once it is served.

    Raises
    ------
    FileError
        If the folder cannot be read, or the port is taken.
    MissingDependencyError
        Without gradio.

    Examples
    --------
    >>> import inspect
    >>> list(inspect.signature(serve).parameters)
    ['folder', 'port', 'browser', 'ready']
    """
    blocks, gr = page(folder), library()
    import fastapi
    import uvicorn

    config = uvicorn.Config(None, host=HOST, port=port, log_level="error", access_log=False)
    config.timeout_graceful_shutdown = 1  # pages hold a connection open for as long as they are
    try:
        socket = config.bind_socket()
    except (OSError, SystemExit) as error:
        raise FileError(f"port {port} is taken or not allowed; choose another --port") from error
    socket.listen(128)  # who is told the address can ask at once, and waits until it is served
    port = socket.getsockname()[1]
    options = look()
    app = gr.mount_gradio_app(
        fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None),
        blocks,
        "/",
        server_name=HOST,
        server_port=port,
        footer_links=[],
        run_history=False,
        max_file_size=UPLOAD,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        **options,
    )
    config.app = Guard(app, port)
    address = f"http://{HOST}:{port}/"
    threading.Thread(target=_warm, daemon=True).start()
    if ready is not None:
        ready(address)
    if browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    try:
        uvicorn.Server(config).run([socket])
    finally:
        blocks.temporary.cleanup()


def _warm() -> None:
    """The first preview is as quick as the others: networks are loaded, graphs compiled."""
    import numpy as np

    built("gan").fit(np.full((64, 96, 3), 128, np.uint8), "#4a5a80")


def _with_headers(send: Send) -> Send:
    async def told(message: Any) -> None:
        if message["type"] == "http.response.start":
            added = [(k.encode(), v.encode()) for k, v in HEADERS.items()]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return told


async def _refuse(scope: Any, send: Send) -> None:
    """403, and a line that says why."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    text = b"refused: only the studio's own page on this machine is answered\n"
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": text})
