"""What `make publish` adds to `make html`: the same pages, and what costs time or changes tracked files."""

from pelicanconf import *  # noqa: F403

LEDGER = True
COPIES = True
