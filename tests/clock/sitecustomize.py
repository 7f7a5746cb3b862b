"""Shift the clock of a Python process by CLOCK_SHIFT days, as another day's machine would have it.

Python imports this by itself where this folder is on PYTHONPATH. It stands for libfaketime, which not
every system has: everything that asks Python for the time gets another day.
"""

import datetime
import os
import time

DAYS = int(os.environ.get("CLOCK_SHIFT", "0"))
SECONDS = DAYS * 86_400

real_datetime, real_date = datetime.datetime, datetime.date
real = {name: getattr(time, name) for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime")}


class LooksReal(type):
    """Let real dates pass for shifted ones."""

    def __instancecheck__(cls, value):
        return isinstance(value, cls.real)

    def __subclasscheck__(cls, other):
        return issubclass(other, cls.real)


class ShiftedDatetime(real_datetime, metaclass=LooksReal):
    """A datetime whose `now` is another day's."""

    real = real_datetime

    def __new__(cls, *parts, **named):
        return real_datetime(*parts, **named)

    @classmethod
    def now(cls, tz=None):
        return real_datetime.now(tz) + datetime.timedelta(days=DAYS)

    @classmethod
    def utcnow(cls):
        return real_datetime.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(days=DAYS)

    @classmethod
    def today(cls):
        return cls.now()


class ShiftedDate(real_date, metaclass=LooksReal):
    """A date whose `today` is another day's."""

    real = real_date

    def __new__(cls, *parts, **named):
        return real_date(*parts, **named)

    @classmethod
    def today(cls):
        return ShiftedDatetime.now().date()


if DAYS:
    time.time = lambda: real["time"]() + SECONDS
    time.time_ns = lambda: real["time_ns"]() + SECONDS * 1_000_000_000
    time.localtime = lambda seconds=None: real["localtime"](time.time() if seconds is None else seconds)
    time.gmtime = lambda seconds=None: real["gmtime"](time.time() if seconds is None else seconds)
    time.ctime = lambda seconds=None: real["ctime"](time.time() if seconds is None else seconds)
    time.strftime = lambda form, when=None: real["strftime"](form, when or time.localtime())
    datetime.datetime, datetime.date = ShiftedDatetime, ShiftedDate
