"""Which browser the tests use, how it starts, and how long a busy machine may take."""

import shutil
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Only so that what never comes ends the test; Playwright's own 30 s are a matter of the machine.
PATIENCE_MILLISECONDS = 300_000
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: chromium)"),
]
NewPage = Callable[..., Page]
