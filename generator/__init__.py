"""YAML specs to SuiteScript and SDF."""

__version__ = "0.1.0"
