"""Pictures for a notebook or a paper, drawn with matplotlib (``milepost[plots]``): what ``programme.plot``
gives."""

from milepost.plots.canvas import Picture
from milepost.plots.pictures import Plots

__all__ = ["Picture", "Plots"]
