"""Make setup/build.lock and setup/test.lock anew from setup/build.in and setup/test.in.

    python setup/lock.py                what is locked stays as it is where the inputs allow
    python setup/lock.py --upgrade      the newest versions that the inputs allow

Every file is listed with its hash, and nothing else: no index, no path, no setting of the machine that made it.
"""

import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
NAMES = ("build", "test")
OLDEST = "3.11"
NEWEST = "3.15"
SYSTEMS = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "x86_64-apple-darwin", "aarch64-apple-darwin")
LINES = re.compile(r"[a-z0-9][a-z0-9-]*==[^ ]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|#.*")


def main(options: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder)
        for given in [*HERE.glob("*.in"), *HERE.glob("*.lock")]:
            shutil.copy(given, table)
        for name in NAMES:
            compile_lock(name, options, table)
            refuse_anything_local(table / f"{name}.lock")
        for system, version in itertools.product(SYSTEMS, (OLDEST, NEWEST)):
            refuse_locks_without_wheels(system, version, table)
        for name in NAMES:
            shutil.copy(table / f"{name}.lock", HERE)
    print(f"Both locks are made, with wheels for {', '.join(SYSTEMS)} on Python {OLDEST} and {NEWEST}.")


def compile_lock(name: str, options: list[str], table: Path) -> None:
    exact = ["--universal", "--python-version", OLDEST, "--generate-hashes"]
    plain = ["--no-emit-index-url", "--no-annotate", "--custom-compile-command", "make lock"]
    uv(table, "pip", "compile", *exact, *plain, *options, "--output-file", f"{name}.lock", f"{name}.in")


def refuse_anything_local(lock: Path) -> None:
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), 1):
        if not LINES.fullmatch(line):
            sys.exit(f"{lock.name}:{number}: {line!r} is neither a package nor a hash. Nothing is changed.")


def refuse_locks_without_wheels(system: str, version: str, table: Path) -> None:
    """Try the whole of both locks for another system: pip there installs wheels only."""
    wheels = ["--only-binary", ":all:", "--require-hashes", "--no-deps"]
    there = ["--target", "nowhere", "--python-platform", system, "--python-version", version]
    locks = [word for name in NAMES for word in ("-r", f"{name}.lock")]
    uv(table, "pip", "install", "--dry-run", *there, *wheels, *locks)


def uv(table: Path, *words: str) -> None:
    """Run uv in a folder, without the settings of this machine that would find their way into a lock."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
    result = subprocess.run([sys.executable, "-m", "uv", "--no-config", "--quiet", *words], cwd=table, env=settings)
    if result.returncode:
        sys.exit("uv refused; what it said stands above. Nothing is changed.")


if __name__ == "__main__":
    main(sys.argv[1:])
