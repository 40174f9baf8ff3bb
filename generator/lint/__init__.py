"""
What burns NetSuite developers, as rules over SuiteScript and SDF objects, generated and hand-written.

    folder ─► project (scripts, objects, manifest, deploy) ─► rules ─► waivers ─► findings
"""

from generator.lint.project import Project, read, read_folder
from generator.lint.rules import RULES
from generator.lint.run import lint

__all__ = ["RULES", "Project", "lint", "read", "read_folder"]
