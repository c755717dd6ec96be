"""A Chromium for screenshots and tests of pages: Playwright with the one that is installed."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """Of the installed Chromium, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """The browser, without a window."""
    from playwright.sync_api import sync_playwright

    # As root, in containers, Chromium's sandbox cannot be set up.
    words = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=words)
        yield chromium
        chromium.close()
