"""Install what the tests use beyond Python: on Debian as root, the packages listed in tests/debian-packages.txt.

Elsewhere it says what it would have installed and leaves it there: a test that misses its tool then fails by itself.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

LIST = Path(__file__).parent.parent / "tests/debian-packages.txt"


def main() -> None:
    missing = [package for package in listed() if not is_installed(package)]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"Not installed, as this is not Debian's root: {' '.join(missing)} (tests/debian-packages.txt).")
        return
    print(f"Installing from tests/debian-packages.txt: {' '.join(missing)}", flush=True)
    apt("update")
    apt("install", "--yes", "--no-install-recommends", *missing)


def listed() -> list[str]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [name for line in lines if (name := line.partition("#")[0].strip())]


def is_installed(package: str) -> bool:
    if not shutil.which("dpkg-query"):
        return False
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(query, capture_output=True, text=True).stdout == "installed"


def apt(*words: str) -> None:
    """Run quietly; when it fails, show the whole of what it said."""
    settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    result = subprocess.run(["apt-get", *words], env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        sys.stdout.buffer.write(result.stdout)
        sys.stdout.flush()
        sys.exit(f"apt-get {words[0]} did not work; what it said stands above.")


if __name__ == "__main__":
    main()
