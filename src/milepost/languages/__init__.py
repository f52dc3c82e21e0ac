"""The languages of people: one Fluent catalogue, numbers, dates in two calendars, names of countries."""

from milepost.languages.catalogue import LANGUAGES, RIGHT_TO_LEFT, Language
from milepost.languages.said import Said, spoken

__all__ = ["LANGUAGES", "RIGHT_TO_LEFT", "Language", "Said", "spoken"]
