"""Draft commitments from a text, each with its quote and place. A person confirms them; nothing enters by
itself.

Nothing is loaded with the room itself: a file that somebody sent is read in a process of its own, which needs
its reader and no more.
"""
