"""The acts: everything that writes to a register. One function an act, with its checks, its two-person rule,
its day and its entry in the chain; command line, API, workbook and intake call the same one.

A door says which register (:class:`milepost.acts.writing.Register`) and who acts
(:class:`milepost.acts.persons.Person`), and shows the answer. Nothing else writes.
"""
