"""From plans to files: SuiteScript here, SDF objects in `generator.render.objects`."""

from generator.render.project import render

__all__ = ["render"]
