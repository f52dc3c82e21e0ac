"""What the page and the API show beyond what one room answers: one function a view, no web framework here
(the snapshot uses them too)."""

from milepost.plots.land import land_of
from milepost.web.views.appraised import appraisal, appraisals, appraisals_by
from milepost.web.views.basis import about, basis, history, rows_of_table, table_names
from milepost.web.views.commitments import (
    comments_on,
    commitment,
    commitment_at_once,
    commitment_json,
    make_commitments,
    make_register,
    register,
    register_at_once,
    register_json,
    timetable_json,
)
from milepost.web.views.drawn_map import flows, network, no_network
from milepost.web.views.paths import country_paths, headline_paths, path_between
from milepost.web.views.session import messages, nobody, session
from milepost.web.views.together import at_a_glance, letters, waiting
from milepost.web.views.worth import (
    book_around,
    countries,
    intervals,
    intervals_at,
    keep_run,
    of_last_run,
    trial,
    values,
    values_json,
)

__all__ = [
    "about",
    "appraisal",
    "appraisals",
    "appraisals_by",
    "at_a_glance",
    "basis",
    "book_around",
    "comments_on",
    "commitment",
    "commitment_at_once",
    "commitment_json",
    "countries",
    "country_paths",
    "flows",
    "headline_paths",
    "history",
    "intervals",
    "intervals_at",
    "keep_run",
    "land_of",
    "letters",
    "make_commitments",
    "make_register",
    "messages",
    "network",
    "no_network",
    "nobody",
    "of_last_run",
    "path_between",
    "register",
    "register_at_once",
    "register_json",
    "rows_of_table",
    "session",
    "table_names",
    "timetable_json",
    "trial",
    "values",
    "values_json",
    "waiting",
]
