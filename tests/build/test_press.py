"""A build goes out whole and right, or it says what is wrong, ends with 1 and changes nothing."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pelican
import pytest
from pelican.settings import DEFAULT_CONFIG

from plugins.build.exchange import Workshop
from plugins.build.settings import PELICAN_READS, unknown_settings
from tests.build.small_site import LAST, SETTINGS, STORY, SmallSite

KEPT = "1 problem: nothing was published. output/ still holds the last good edition.\n"
NEW = {"flood.html": "<h1>Flood</h1><p>The river rose.</p>", "index.html": "Flood "}


def slow(value):
    """Leave a case to `make test ALL=1`."""
    return pytest.param(value, marks=pytest.mark.slow)


@pytest.fixture
def site(tmp_path):
    return SmallSite(tmp_path)


# It goes out


def test_a_build_puts_out_a_new_edition_and_says_what_to_do_with_it(site):
    done = site.build()

    assert (done.returncode, done.stderr) == (0, "")
    assert site.texts() == NEW
    lines = re.sub(r"[\d.]+ s$", "0.1 s", done.stdout, flags=re.MULTILINE).splitlines()
    assert lines == [
        "Reading content",
        "Writing pages",
        "Checking the edition",
        "Putting it in place",
        "",
        "Edition  1 story, 0 pages, 2 files, 42 bytes, in 0.1 s",
        "Where    output/",
        "Open     output/index.html",
        "Serve    make serve, then http://127.0.0.1:8000/",
        "Publish  copy what is in output/ to any web host",
    ]


def test_another_output_folder_leaves_output_alone(site):
    done = site.build("-o", "some where")

    assert done.returncode == 0
    assert site.texts("some where") == NEW
    assert site.texts() == LAST
    assert "Serve    pelican --listen --output 'some where', then" in done.stdout


def test_a_quiet_build_says_nothing(site):
    done = site.build("-q")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert site.texts() == NEW


@pytest.mark.parametrize("setting", ["DELETE_OUTPUT_DIRECTORY = True", "STATIC_CREATE_LINKS = True"])
def test_settings_that_touch_the_output_folder_do_no_harm(site, setting):
    site.write("content/images/dot.txt", ".")
    site.set(setting)

    assert site.build().returncode == 0
    assert site.texts() == {**NEW, "images/dot.txt": "."}
    assert (site.root / "content/images/dot.txt").stat().st_nlink == 1


def test_other_rooms_add_a_sentence_to_the_end_once(site):
    site.plugin(
        "from pelican import signals\n"
        "def note(generator):\n"
        "    generator.settings['NOTICES'].append('1 story is held until Tuesday.')\n"
        "def register():\n"
        "    signals.generator_init.connect(note)\n"
    )

    done = site.build()

    assert done.stdout.endswith("web host\n\nNote     1 story is held until Tuesday.\n")


# It does not go out


def test_a_story_that_pelican_would_drop_stops_the_build(site):
    site.write("content/articles/bad.md", STORY.replace("2025-08-05", "someday"))

    assert site.refusal() == (
        "content/articles/bad.md:1: Could not process articles/bad.md "
        "(ValueError: 'someday' is not a valid date). "
        "Mend it: Pelican would pass over it and publish the rest.\n" + KEPT
    )


@pytest.mark.parametrize("option", ["-q", "--fatal=warnings", slow("--fatal=errors"), slow("-D"), slow("-v")])
def test_no_option_lets_a_dropped_story_through(site, option):
    site.write("content/articles/bad.md", "Title: No date\n\nText.\n")

    message = site.refusal(option)

    assert (
        "content/articles/bad.md:1: Skipping content/articles/bad.md: could not find information about 'date'."
        in message
    )
    assert message.endswith(KEPT)


def test_every_dropped_story_is_named(site):
    site.write("content/articles/b.md", "Title: No date\n\nText.\n")
    site.write("content/articles/a.md", "Title: No date\n\nText.\n")

    message = site.refusal()

    assert [line.partition(":")[0] for line in message.splitlines()[:2]] == [
        "content/articles/a.md",
        "content/articles/b.md",
    ]
    assert message.splitlines()[2].startswith("2 problems: nothing was published.")


def test_a_dead_link_stops_the_build(site):
    site.write("content/articles/flood.md", STORY + "[dry]({filename}dry.md)\n")

    assert "Unable to find 'dry.md', skipping" in site.refusal()


def test_a_warning_that_log_filter_names_is_allowed(site):
    site.write("content/articles/flood.md", STORY + "[dry]({filename}dry.md)\n")
    site.set("""LOG_FILTER = [(30, "Unable to find '%s', skipping url replacement.")]""")

    assert site.build().returncode == 0
    assert site.build("-D").returncode == 0


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def register():\n    raise ValueError('no wire')\n", "newsdesk.py:2: Cannot register plugin `newsdesk`"),
        ("import nowhere\n", "newsdesk.py:1: Cannot load plugin `newsdesk` No module named 'nowhere'"),
        ("def register(:\n", "newsdesk.py:1: SyntaxError: invalid syntax"),
        ("raise SystemExit(0)\n", "A plugin ended the build."),
        ("", "Cannot register plugin `newsdesk` (AttributeError: module 'newsdesk' has no attribute"),
    ],
    ids=["register", "import", "syntax", "exit", "empty"],
)
def test_a_plugin_that_does_not_work_stops_the_build(site, code, message):
    site.plugin(code)

    said = site.refusal()

    assert message in said
    assert said.endswith(KEPT)


def test_a_plugin_that_is_not_there_stops_the_build(site):
    site.set('PLUGINS = ["newsdesk"]')

    assert "Cannot load plugin `newsdesk` Cannot import plugin `newsdesk`" in site.refusal()


def test_a_plugin_that_does_not_work_does_not_keep_pelican_from_serving(site):
    site.plugin("def register():\n    raise ValueError\n")

    done = site.python(
        "from pelican import get_instance, parse_arguments\n"
        "get_instance(parse_arguments(['--listen']))\nprint('would listen')\n"
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "would listen\n", "")


@pytest.mark.parametrize(
    "when", ["initialized", "content_object_init", "finalized", slow("generator_init"), slow("content_written")]
)
def test_an_exception_at_any_moment_names_its_line(site, when):
    site.plugin(
        "from pelican import signals\n"
        "def trip(*_, **__):\n"
        "    {}['wire']\n"
        f"def register():\n    signals.{when}.connect(trip)\n"
    )

    said = site.refusal()

    assert "KeyError: 'wire'" in said
    assert said.startswith(("newsdesk.py:3: ", "content/articles/flood.md:1: "))
    assert said.endswith(KEPT)
    assert "Traceback" not in said


def test_the_whole_traceback_is_there_for_who_asks(site):
    site.write("theme/templates/index.html", "{{ nothing }}")

    said = site.refusal("-D")

    assert "Traceback (most recent call last)" in said
    assert said.endswith(KEPT)


def test_a_plugin_that_ends_the_process_with_success_does_not_succeed(site):
    site.plugin(
        "import sys\nfrom pelican import signals\n"
        "def leave(_):\n    sys.exit(0)\n"
        "def register():\n    signals.finalized.connect(leave)\n"
    )

    assert site.refusal() == f"A plugin ended the build.\n{KEPT}"


@pytest.mark.parametrize("name", ["article", "index"])
def test_a_template_that_is_missing_is_not_taken_from_pelicans_own_theme(site, name):
    (site.root / f"theme/templates/{name}.html").unlink()

    assert site.refusal() == (
        f"theme/templates/{name}.html:1: There is no template '{name}.html' in the theme. "
        f"Write it, or correct the name where it is asked for.\n{KEPT}"
    )


def test_a_template_that_asks_for_a_missing_one_is_named(site):
    site.write("theme/templates/article.html", "\n\n{% extends 'base.html' %}")

    assert site.refusal().startswith("theme/templates/article.html:3: There is no template 'base.html' in the theme.")


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("<p>\n{{ articel.title }}", "UndefinedError: 'articel' is undefined"),
        ("<p>\n{% if %}", "TemplateSyntaxError: Expected an expression, got 'end of statement block'"),
    ],
    ids=["undefined", "syntax"],
)
def test_a_template_that_is_wrong_is_named_with_its_line(site, template, wrong):
    site.write("theme/templates/article.html", template)

    assert site.refusal().startswith(f"theme/templates/article.html:2: {wrong}")


def test_misspelt_settings_are_all_named_with_their_lines(site):
    site.set("SITENMAE = 'Wrong'", "THEMES: str = 'x'", "_OWN = 1", "KNOWN_SETTINGS = ['COLOUR']", "COLOUR = 'red'")
    first = SETTINGS.count("\n") + 1

    assert site.refusal("-e", "ARTICLE_ODER_BY=1") == (
        "command line:1: Unknown setting 'ARTICLE_ODER_BY'. Did you mean 'ARTICLE_ORDER_BY'? "
        "Correct it, or add it to KNOWN_SETTINGS.\n"
        f"pelicanconf.py:{first}: Unknown setting 'SITENMAE'. Did you mean 'SITENAME'? "
        "Correct it, or add it to KNOWN_SETTINGS.\n"
        f"pelicanconf.py:{first + 1}: Unknown setting 'THEMES'. Did you mean 'THEME'? "
        "Correct it, or add it to KNOWN_SETTINGS.\n"
        "3 problems: nothing was published. output/ still holds the last good edition.\n"
    )


def test_a_setting_is_named_in_the_file_that_sets_it(site):
    site.write("publishconf.py", "from pelicanconf import *\n\nLEDGRE = True\n")

    said = site.refusal("-s", "publishconf.py")

    assert said.startswith("publishconf.py:3: Unknown setting 'LEDGRE'.")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ('STATIC_PATHS = "images"', "Detected misconfiguration with STATIC_PATHS setting"),
        ('SITEURL = "https://longwave.example/"', "Removed extraneous trailing slash from SITEURL."),
        ('LOCALE = "xx_XX"', "Locale could not be set."),
    ],
)
def test_what_pelican_warns_of_while_it_reads_the_settings_stops_the_build(site, setting, words):
    site.set(setting)

    assert site.refusal().startswith(words)


def test_output_retention_is_refused(site):
    site.set('OUTPUT_RETENTION = [".git"]')

    assert "OUTPUT_RETENTION keeps nothing" in site.refusal()


@pytest.mark.parametrize("settings", ["pelicanconf.py", "theme/../pelicanconf.py", "publishconf.py"])
def test_drafts_are_not_shown_where_readers_get_the_edition(site, settings):
    site.write("publishconf.py", "from pelicanconf import *\n")

    said = site.refusal("-s", settings, "-e", "SHOW_UNPUBLISHED=true")

    assert said.startswith("command line:1: SHOW_UNPUBLISHED would put drafts into output/")


def test_a_preview_is_reported_in_a_line(site):
    done = site.build("-e", "SHOW_UNPUBLISHED=true", "-o", "preview")

    assert re.fullmatch(r"Preview  1 story, 0 pages, in [\d.]+ s", done.stdout.splitlines()[-1])
    assert site.texts("preview") == NEW


CHECKS = """\
from plugins.build.press import edition_checked, edition_written
from plugins.story.problems import Problem

def found(edition):
    assert list(edition.files) == ["flood.html", "index.html"]
    assert (edition.output / "index.html").read_text() == "the last edition"
    return [Problem("content/b.md", 10, "Wrong.", "Mend."), Problem("content/b.md", 9, "Wrong.", "Mend.")]

def nothing_found(edition):
    return None

def too_early(edition):
    raise ValueError("not to be asked")

def register():
    edition_written.connect(nothing_found)
    edition_written.connect(found)
    edition_checked.connect(too_early)
"""


def test_what_checks_find_is_shown_and_keeps_the_last_edition(site):
    site.plugin(CHECKS)

    assert site.refusal() == (
        "content/b.md:9: Wrong. Mend.\ncontent/b.md:10: Wrong. Mend.\n"
        "2 problems: nothing was published. output/ still holds the last good edition.\n"
    )


@pytest.mark.parametrize(
    ("last", "texts"),
    [
        ("(edition.tree / 'added.txt').write_text('late')", {**NEW, "added.txt": "late"}),
        ("raise RuntimeError('the ledger is locked')", LAST),
        ("import logging; logging.getLogger(__name__).error('the ledger is locked')", LAST),
    ],
    ids=["adds a file", "raises", "logs"],
)
def test_the_last_word_before_the_exchange_is_the_checks(site, last, texts):
    site.plugin(
        "from plugins.build.press import edition_checked\n"
        f"def last(edition):\n    {last}\n"
        "def register():\n    edition_checked.connect(last)\n"
    )

    done = site.build()

    assert site.texts() == texts
    assert done.returncode == int(texts == LAST)
    assert ("newsdesk.py:3: RuntimeError: the ledger is locked." in done.stderr) == ("raise" in last)


def test_a_folder_that_was_not_built_here_is_refused(site):
    (site.root / "thesis").mkdir()
    (site.root / "thesis" / "chapter.txt").write_text("years", encoding="utf-8")

    done = site.build("-o", "thesis")

    assert done.returncode == 1
    assert done.stderr.startswith("thesis:1: The folder holds 1 file that no build made ('chapter.txt').")
    assert done.stderr.endswith("thesis/ is as it was: it holds no edition.\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small file system")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="tmpfs is Linux's")
@pytest.mark.parametrize("name", ["images/film.bin", "articles/long.md"])
def test_a_full_disk_keeps_the_last_edition(tmp_path, name):
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=True)
    try:
        site = SmallSite(disk)
        (disk / "content/images").mkdir()
        text = STORY.replace("flood", "long") + "\n".join(["The river rose and rose."] * 55_000)
        (disk / f"content/{name}").write_text(text, encoding="utf-8")

        said = site.refusal()
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert "No space left on device" in said or "There is no room left on the disk." in said


# Stopped and started


SLOW = """\
import time
from pelican import signals
def wait(_):
    print("waiting", flush=True)
    time.sleep(30)
def register():
    signals.finalized.connect(wait)
"""


def test_ctrl_c_leaves_the_last_edition_and_is_not_success(site):
    site.plugin(SLOW)
    build = subprocess.Popen(**site.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with build:
        assert "waiting\n" in build.stdout
        build.send_signal(signal.SIGINT)
        said = build.stderr.read()

    assert build.returncode == 1
    assert said == "Stopped by Ctrl-C. output/ still holds the last good edition.\n"
    assert site.texts() == LAST
    assert not list((site.root / ".output-workshop").glob("next-*"))


@pytest.mark.parametrize("number", [5, slow(50)])
def test_a_build_killed_at_any_moment_leaves_a_whole_edition(site, number):
    chance = random.Random(number)
    began = time.monotonic()
    site.build()
    usual = time.monotonic() - began

    for turn in range(number):
        before = site.texts()
        site.write("content/articles/flood.md", STORY.replace("Flood", f"Flood {turn}"))
        build = subprocess.Popen(**site.command(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(chance.uniform(usual / 3, usual))
        build.kill()
        build.communicate()
        after = {name: text.replace("Flood", f"Flood {turn}") for name, text in NEW.items()}
        assert site.texts() in (before, after)

    assert site.build().returncode == 0
    assert site.texts() == after
    assert not list((site.root / ".output-workshop").glob("next-*"))


def test_two_builds_at_once_both_go_out(site):
    builds = [subprocess.Popen(**site.command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    said = [build.communicate(timeout=60) for build in builds]

    assert [build.returncode for build in builds] == [0, 0, 0], said
    assert site.texts() == NEW


def test_listen_serves_whole_editions_through_rebuilds(site, port):
    server = subprocess.Popen(
        **site.command("--listen", "-p", str(port)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    seen = set()
    try:
        wait_until(lambda: page(port))
        for edition in range(200):
            with Workshop(site.output) as workshop:
                (workshop.spare / "index.html").write_text(str(edition) * 500, encoding="utf-8")
                workshop.exchange()
                seen.add(page(port))
            seen.add(page(port))
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=10)

    assert len(seen) >= 200
    assert all(text == text[: len(text) // 500] * 500 for text in seen)


def page(port):
    """Ask for the front page; give its text, or nothing while nobody serves it."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return answer.read().decode()
    except urllib.error.URLError:
        return ""


@pytest.fixture
def port():
    """Give a port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


AGAIN = """\
import pathlib, sys
import pelican
args = pelican.parse_arguments([])
press, settings = pelican.get_instance(args)
story = pathlib.Path("content/articles/flood.md")
good, link = story.read_text(), "[dry]({filename}dry.md)\\n"
for text in (good, good + link, good + link, good.replace("Flood", "Drought")):
    story.write_text(text)
    try:
        press.run()
    except SystemExit as stopped:
        print("stopped")
    print(press.output_path == settings["OUTPUT_PATH"], pathlib.Path("output/index.html").read_text())
"""


def test_one_instance_builds_many_times_and_refuses_the_same_warning_each_time(site):
    done = site.python(AGAIN)

    assert done.stderr == ""
    said = [line for line in done.stdout.splitlines() if line.startswith(("stopped", "True", "False"))]
    assert said == ["True Flood ", "stopped", "True Flood ", "stopped", "True Flood ", "True Drought "]


@pytest.mark.slow
def test_autoreload_goes_on_after_a_broken_story(site):
    watching = subprocess.Popen(**site.command("--autoreload"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        wait_until(lambda: site.texts() == NEW)
        time.sleep(1)
        site.write("content/articles/flood.md", "Title: No date\n\nText.\n")
        time.sleep(3)
        assert site.texts() == NEW
        site.write("content/articles/flood.md", STORY.replace("rose", "fell"))
        wait_until(lambda: "fell" in site.texts()["flood.html"])
    finally:
        watching.send_signal(signal.SIGINT)
        said, _ = watching.communicate(timeout=10)
    assert said.count("1 problem: nothing was published.") == 1


def wait_until(is_so, seconds=20):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


# Which settings there are


def test_every_setting_that_pelican_reads_is_known():
    read = set()
    for path in Path(pelican.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"""(?:settings|context)(?:\.get\(|\[)\s*["']([A-Z_]{3,})["']""", text))
    deprecated = set(re.findall(r'if "([A-Z_]+)" in settings', settings_source()))
    gone = {"CLEAN_URLS", "AUTORELOAD_IGNORE_CACHE", *deprecated}

    assert read - set(DEFAULT_CONFIG) - PELICAN_READS - gone == set()


def settings_source():
    return Path(pelican.__file__).with_name("settings.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["SITENAME", "TIMEZONE", "ARCHIVES_SAVE_AS", "ARCHIVES_URL", "OURS", "_PRIVATE"])
def test_a_known_setting_is_no_problem(name):
    settings = {name: 1, "DIRECT_TEMPLATES": ["archives"]}

    assert unknown_settings(settings, ["OURS"]) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("SITENAM = 1", 1),
        ("A = 1\nSITENAM: str = 'x'", 2),
        ("A = SITENAM = 1", 1),
        ("SITENAM == 1\nSITENAM=2", 2),
        ("SITENAMES = 1\n# SITENAM = 1\nSITENAM = 1", 3),
        ("# SITENAM\nfrom elsewhere import NAME as SITENAM", 2),
    ],
)
def test_the_line_of_a_misspelt_setting_is_found(tmp_path, text, line):
    file = tmp_path / "pelicanconf.py"
    file.write_text(text, encoding="utf-8")

    problems = unknown_settings({"SITENAM": 1}, [], [file])

    assert [(each.path, each.line) for each in problems] == [("pelicanconf.py", line)]
