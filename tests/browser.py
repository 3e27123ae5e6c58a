"""A page opened in headless Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class Page:
    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def run_async(self, script: str) -> object:
        """Run the body of an async function in the page; return what it returns."""
        done = "const done = arguments[0];"
        result: dict[str, object] = self._driver.execute_async_script(
            f"{done} (async () => {{ {script} }})()"
            ".then(result => done({result}), error => done({error: String(error)}));"
        )
        assert "error" not in result, result["error"]
        return result["result"]

    def complaints(self) -> list[str]:
        """Return what the console has shown so far."""
        return [entry["message"] for entry in self._driver.get_log("browser")]


@contextmanager
def opened(path: Path) -> Iterator[Page]:
    """Open a file; skipped where there is no Chromium, but for CI, which installs it."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        if os.environ.get("CI"):
            pytest.fail("Chromium and its driver are not installed.")
        pytest.skip("Chromium and its driver are not installed.")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    # Without its sandbox it runs as root too; the page that it opens is our own.
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_argument("--autoplay-policy=no-user-gesture-required")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        browser.set_script_timeout(240)
        browser.get(path.as_uri())
        yield Page(browser)
    finally:
        browser.quit()
