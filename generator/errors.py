"""
Errors of the generator, grouped by what the caller does next.

    GeneratorError
    ├── ProjectError         the project has mistakes: print every diagnostic, exit 1
    ├── UsageError           the command was used wrongly: print the sentence, exit 2
    ├── WriteError           the output cannot be written (owned files, disk): print, exit 1
    └── AccountError         the account does not answer as needed: print, exit 1

Mistakes in a project are values (`generator.spec.diagnose.Diagnostic`), collected over a whole run;
`ProjectError` only carries them to the command line. Anything else that is raised is our own fault:
exit 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.spec.diagnose import Diagnostic


class GeneratorError(Exception):
    """Base of the tree."""


class ProjectError(GeneratorError):
    """
    The project has mistakes; nothing was made of it.

    Args:
        diagnostics: everything that was found, warnings too, sorted by place.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        errors = sum(1 for found in diagnostics if found.severity == "error")
        super().__init__(f"the project has {errors} error{'' if errors == 1 else 's'}")


class UsageError(GeneratorError):
    """A command was used wrongly; the message says how to use it."""


class WriteError(GeneratorError):
    """Output cannot be written; the message names the file and what to do."""


class AccountError(GeneratorError):
    """The account does not answer as needed; the message says what it said and what to do."""
