"""The programs beyond Python that some tests use, and the Debian packages that bring them."""

from __future__ import annotations

import os
import shutil

import pytest

# The same packages as in debian-packages.txt, which a test holds to this list.
PACKAGES = {
    "chromium": "chromium",
    "pdftotext": "poppler-utils",
    "git": "git",
    "apache2": "apache2",
    "caddy": "caddy",
    "curl": "curl",
    "epubcheck": "epubcheck",
    "nginx": "nginx",
    "openssl": "openssl",
}
OTHER_NAMES = {"chromium": ("chromium-browser", "google-chrome-stable", "google-chrome")}
PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])  # where Debian has its servers
MISSING = "is missing; Debian has it in the package"


def find(tool: str) -> str:
    """Give the path of a program; empty where it is not installed."""
    paths = (shutil.which(name, path=PATH) for name in (tool, *OTHER_NAMES.get(tool, ())))
    return next((path for path in paths if path), "")


def need(tool: str) -> str:
    """Give the path of a program; without it the test is skipped, or fails where CI=true promises all of them."""
    path = find(tool)
    if path:
        return path
    reason = f"{tool} {MISSING} {PACKAGES[tool]}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def closing_line(reasons: list[str]) -> str:
    """Say how many tests were skipped for want of which package; empty if none was."""
    missing = [reason.rpartition(" ")[2] for reason in reasons if MISSING in reason]
    if not missing:
        return ""
    packages = " ".join(sorted(set(missing)))
    noun = "test was" if len(missing) == 1 else "tests were"
    return f"{len(missing)} {noun} skipped: on Debian `sudo apt-get install {packages}` brings what is missing."
