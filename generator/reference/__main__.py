"""`python -m generator.reference`: write the reference, in a checkout."""

from __future__ import annotations

from pathlib import Path

import click

from generator.reference import files


def main() -> None:
    """Write what has changed."""
    root = Path(__file__).resolve().parents[2]
    for name, text in files().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            click.echo(f"wrote {name}")


main()
