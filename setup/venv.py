"""Make .venv ready: create it, and install what setup/*.lock lists, each file checked by its hash.

    python3 setup/venv.py build test        install these locks unless they are installed
    python3 setup/venv.py --ready build     say by the exit status whether they are

Needs nothing but Python: pip is the wheel beside this file, on every system the same, because a bare Debian has
neither pip nor ensurepip. Written so that Python 3.6 can still read it, to say that it is too old.
"""

import contextlib
import hashlib
import os
import subprocess
import sys
import time

OLDEST = (3, 11)
NEWEST = (3, 15)
PIP = "setup/pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
PYTHON = ".venv/bin/python"
STAMP = ".venv/ready"
APT_GET = "/usr/bin/apt-get"
UNFINISHED = "unfinished"

TOO_OLD = (
    "Building the site needs Python {needed} or newer, and this one, {where}, is {found}: "
    "Debian 12, Ubuntu 24.04 and Fedora 37 or later bring a newer one, "
    "on macOS it comes with `brew install python` or from https://www.python.org/downloads/."
)
NO_VENV_ON_DEBIAN = (
    "Python's venv module is missing here: install it with `sudo apt-get install python3-venv`, then run this again."
)
NO_VENV = "Python's venv module is missing from {where}: install your system's whole Python, then run this again."
WRONG_PIP = "{path} is not the file that belongs here (its SHA-256 differs): get it back with `git checkout -- {path}`."
NOT_INSTALLED = (
    "Setting up did not work; what the installer said stands above. "
    "It needs the network this once: run the same command again when that is mended."
)


def main(arguments):
    names = [argument for argument in arguments if argument != "--ready"]
    if "--ready" in arguments:
        return 0 if is_ready(names) else 1
    refuse_or_replace_an_old_python(arguments)
    with one_at_a_time():
        if not is_ready(names):
            make_ready(names)
    return 0


def is_ready(names):
    stamp = read_stamp()
    return stamp.get("python") == interpreter() and all(stamp.get(name) == digest(name) for name in names)


def make_ready(names):
    """Install the locks that are missing; start afresh when something installed has changed or was cut short."""
    stamp = read_stamp()
    if stamp.get("python") != ask_interpreter():
        stamp = {}
    installed = [name for name in stamp if name != "python"]
    if not installed or any(stamp[name] != digest(name) for name in installed):
        stamp, installed = {}, []
    missing = [name for name in names if name not in installed]
    check_pip()
    started = time.monotonic()
    count = sum(packages(name) for name in missing)
    print(f"Setting up (once): {count} packages into .venv/ ...", end=" ", flush=True)
    if not stamp:
        create()
        stamp = {"python": ask_interpreter()}
    for name in missing:
        install(name, stamp)
    print(f"{time.monotonic() - started:.0f} s")


def create():
    """Make an empty environment in the place of whatever an interrupted run has left."""
    if os.path.islink(".venv") or os.path.isfile(".venv"):
        os.remove(".venv")
    if os.path.lexists(STAMP):
        os.remove(STAMP)
    base = getattr(sys, "_base_executable", sys.executable)
    ensure_venv_module()
    run([base, "-I", "-m", "venv", "--without-pip", "--clear", ".venv"])


def install(name, stamp):
    """Install one lock. The stamp says `unfinished` meanwhile, and is written last."""
    if len(stamp) > 1:
        write_stamp({**stamp, name: UNFINISHED})
    pip = [PYTHON, "-I", PIP + "/pip", "install", "--no-input", "--no-user", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "--no-deps", "--only-binary=:all:", "-r", lock(name)])
    stamp[name] = digest(name)
    write_stamp(stamp)


def run(command):
    """Run quietly; when it fails, show the whole of what it said."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        sys.stdout.buffer.write(b"\n" + result.stdout)
        sys.stdout.flush()
        sys.exit(NOT_INSTALLED)


def refuse_or_replace_an_old_python(arguments):
    """Go on with the newest python3.x on the PATH where plain python3 is too old."""
    if sys.version_info >= OLDEST:
        return
    import shutil  # a minimal Debian Python has none

    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer and is_new_enough(newer):
            os.execv(newer, [newer, "-I", "setup/venv.py", *arguments])
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(TOO_OLD.format(needed="{}.{}".format(*OLDEST), found=found, where=sys.executable))


def is_new_enough(python):
    """Ask the program itself: a version manager's stand-in may have the name and nothing behind it."""
    question = f"import sys, venv; sys.exit(sys.version_info < {OLDEST!r})"
    return subprocess.call([python, "-I", "-c", question], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def ensure_venv_module():
    try:
        import venv  # noqa: F401
    except ImportError:
        if not os.path.exists(APT_GET):
            sys.exit("\n" + NO_VENV.format(where=sys.executable))
        if os.geteuid() != 0:
            sys.exit("\n" + NO_VENV_ON_DEBIAN)
        print("\nInstalling the Debian package python3-venv, which has Python's venv module.")
        run([APT_GET, "update"])
        run([APT_GET, "install", "--yes", "--no-install-recommends", "python3-venv"])


def check_pip():
    if file_digest(PIP) != PIP_SHA256:
        sys.exit(WRONG_PIP.format(path=PIP))


def ask_interpreter():
    """Return what the environment's own Python says of itself, or None when it does not run."""
    try:
        question = [PYTHON, "-I", "-S", "setup/venv.py", "--interpreter"]
        said = subprocess.check_output(question, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.decode().strip()


def interpreter():
    """Name what installed packages depend on: the language's version, the system and the processor."""
    return f"{sys.implementation.cache_tag} {sys.platform} {os.uname().machine}"


def lock(name):
    return f"setup/{name}.lock"


def packages(name):
    with open(lock(name), encoding="utf-8") as lines:
        return sum("==" in line for line in lines)


def digest(name):
    """Return the lock's digest, or None where an older checkout's lock is gone."""
    return file_digest(lock(name)) if os.path.exists(lock(name)) else None


def file_digest(path):
    with open(path, "rb") as opened:
        return hashlib.sha256(opened.read()).hexdigest()


def read_stamp():
    """Return what is installed, as {"python": …, "build": digest, …}; empty when nothing is, or it cannot be read."""
    try:
        with open(STAMP, encoding="utf-8") as lines:
            return dict(line.rstrip("\n").split(": ", 1) for line in lines)
    except (OSError, ValueError):
        return {}


def write_stamp(stamp):
    with open(STAMP + ".new", "w", encoding="utf-8") as opened:
        opened.writelines(f"{name}: {value}\n" for name, value in stamp.items())
    os.replace(STAMP + ".new", STAMP)


@contextlib.contextmanager
def one_at_a_time():
    """Hold back a second set-up until the first is done; a file system without locks goes without."""
    import fcntl

    with open("setup/venv.py", "rb") as held:
        with contextlib.suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if sys.argv[1:] == ["--interpreter"]:
        print(interpreter())
        sys.exit()
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped. The same command begins again.")
