"""Pictures for a notebook or a paper, drawn with matplotlib (``milepost[plots]``): what ``programme.plot``
gives."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from milepost.plots.canvas import Picture
    from milepost.plots.pictures import Plots

_MODULE = {"Picture": "canvas", "Plots": "pictures"}
__all__ = ["Picture", "Plots"]


def __getattr__(name: str) -> Any:  # what checks or follows up draws nothing
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE[name]}"), name)
