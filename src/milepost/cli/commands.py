"""The shared options under the names that the commands which write know them by."""

from milepost.cli.app import AsCsv, AsJson, By, Folder, KnownOn, On, OnToday, Party, Reason, app
from milepost.cli.app import date_of as _date
from milepost.cli.app import form_of as _form
from milepost.cli.app import names_of as _names

__all__ = [
    "AsCsv",
    "AsJson",
    "By",
    "Folder",
    "KnownOn",
    "On",
    "OnToday",
    "Party",
    "Reason",
    "_date",
    "_form",
    "_names",
    "app",
]
