"""Which requests the studio answers, and what it says when gradio is missing."""

import asyncio
import sys

import pytest

from colortransfer.cli import main
from colortransfer.errors import MissingDependencyError
from colortransfer.studio import look, page
from colortransfer.studio._server import Guard, serve


def answer(headers, kind="http"):
    """The status that a guarded application of port 7860 gives, and its headers."""
    sent, seen = [], []

    async def app(scope, receive, send):
        seen.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "headers": [(k.encode(), v.encode()) for k, v in headers]}
    asyncio.run(Guard(app, 7860)(scope, None, send))
    return sent[0], seen


HERE = ("host", "127.0.0.1:7860")


@pytest.mark.parametrize(
    "headers",
    [
        [HERE],
        [("host", "localhost:7860")],
        [HERE, ("origin", "http://127.0.0.1:7860")],
        [HERE, ("sec-fetch-site", "same-origin")],
        [HERE, ("x-forwarded-host", "evil.example")],
    ],
)
def test_the_page_is_answered(headers):
    start, (scope,) = answer(headers)
    assert start["status"] == 200
    told = dict(start["headers"])
    assert b"default-src 'self'" in told[b"content-security-policy"]
    assert b"http" not in told[b"content-security-policy"]
    assert not [key for key, _ in scope["headers"] if key.startswith(b"x-forwarded")]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [HERE, HERE],
        [("host", "127.0.0.1")],
        [("host", "127.0.0.1:7861")],
        [("host", "evil.example:7860")],
        [("host", "evil.example")],
        [HERE, ("origin", "http://evil.example")],
        [HERE, ("origin", "null")],
        [HERE, ("origin", "https://127.0.0.1:7860")],
        [HERE, ("origin", "http://127.0.0.1:7861")],
        [HERE, ("sec-fetch-site", "cross-site")],
    ],
)
def test_others_are_refused(headers):
    start, seen = answer(headers)
    assert start["status"] == 403
    assert seen == []
    start, seen = answer(headers, kind="websocket")
    assert start["type"] == "websocket.close"
    assert seen == []


def test_without_gradio_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "gradio", None)
    for function in (look, page, serve):
        with pytest.raises(MissingDependencyError, match=r"colortransfer\[studio\]"):
            function()
    assert main(["studio", "--no-browser"]) == 1
    assert "pip install 'colortransfer[studio]'" in capsys.readouterr().err


def test_a_folder_that_is_missing_is_told_first(tmp_path, capsys):
    assert main(["studio", str(tmp_path / "missing"), "--no-browser"]) == 1
    assert "no such folder" in capsys.readouterr().err
    assert main(["studio", "--port", "x"]) == 2
