"""The shapes of what the API answers, one module a subject: each member with its unit, null where it may be
unknown.

What a room below answers is sent as its ``as_dict``; the class here describes it. What the page needs
together (register, map, values) is made in :mod:`milepost.web.views` and *is* a class from here.
"""
