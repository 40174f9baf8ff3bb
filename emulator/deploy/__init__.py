"""
Reads an SDF project the way the account would.

    folder ─► layout (manifest, deploy.xml) ─► schema, references, headers ─► Package | DeployError
"""

from emulator.deploy.package import read_package

__all__ = ["read_package"]
