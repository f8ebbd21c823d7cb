"""A substitute for `override`, which `typing` has from Python 3.12 on.

mypy and ruff know it from `typing_extensions`, which is not needed to run: a method that overrides
one of `Backend` has its docstring there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

__all__ = ["override"]

if TYPE_CHECKING:
    from typing_extensions import override
else:
    Method = TypeVar("Method")

    def override(method: Method) -> Method:
        """Mark a method that overrides another."""
        return method
