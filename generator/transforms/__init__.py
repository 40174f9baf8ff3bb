"""Transforms of the spec language: each declared once, with its argument, its types and its examples."""

from generator.transforms.catalog import TRANSFORMS
from generator.transforms.model import Example, Transform, ValueType

__all__ = ["TRANSFORMS", "Example", "Transform", "ValueType"]
