"""The languages of people: one Fluent catalogue, numbers, dates in two calendars, names of countries."""

from milepost.languages.catalogue import LANGUAGES, RIGHT_TO_LEFT, Language

__all__ = ["LANGUAGES", "RIGHT_TO_LEFT", "Language"]
