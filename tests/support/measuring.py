"""Measures coverage of nothing but what is to count: what is measured takes twice as long."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from types import ModuleType

import pytest
from coverage import Coverage

_load: Callable[[SourceFileLoader, ModuleType], None] = SourceFileLoader.exec_module


class Measuring:
    """The coverage of this process, if any is measured: from its start on, until it is paused."""

    def __init__(self) -> None:
        self._coverage = Coverage.current()
        self._is_on = self._coverage is not None

    @property
    def is_wanted(self) -> bool:
        """Whether coverage is measured at all."""
        return self._coverage is not None

    def pause(self) -> None:
        """Measure nothing more but what is `measured`."""
        if self._coverage is not None and self._is_on:
            self._coverage.stop()
        self._is_on = False

    def save(self) -> None:
        """Write down what was measured so far; whoever ends this process may not wait for that."""
        if self._coverage is not None:
            self.pause()
            self._coverage.save()

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure what is called in the body."""
        if self._coverage is None or self._is_on:
            yield
            return
        self._coverage.start()
        self._is_on = True
        # It would have the programs measured that are started now, which begin by loading it.
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
        try:
            yield
        finally:
            self.pause()

    @contextmanager
    def loads_measured(self) -> Iterator[None]:
        """Measure what the program's modules do while they are loaded, and nothing else."""

        def load(loader: SourceFileLoader, module: ModuleType) -> None:
            if module.__name__.startswith("counterfoil."):
                with self.measured():
                    _load(loader, module)
            else:
                _load(loader, module)

        self.pause()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SourceFileLoader, "exec_module", load)
            yield
