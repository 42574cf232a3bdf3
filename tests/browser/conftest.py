"""Browser tests use the bucket and the context of the unit tests, and one Chromium a file."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.chromium import CHROMIUM, FLAGS, PATIENCE_MILLISECONDS, NewPage
from tests.support.function_fixtures import lambda_context, no_real_aws, store

__all__ = ["lambda_context", "no_real_aws", "store"]


# For a file and not for the session: Playwright keeps an event loop running as long as it is open, and the handlers
# that other tests call start their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE_MILLISECONDS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Open a page in a context of its own, which has the options of Playwright's `new_context`."""
    contexts: list[BrowserContext] = []

    def opened(**options: object) -> Page:
        contexts.append(browser.new_context(**options))  # type: ignore[arg-type]
        contexts[-1].set_default_timeout(PATIENCE_MILLISECONDS)
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()
