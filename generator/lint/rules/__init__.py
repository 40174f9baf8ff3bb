"""All rules, by code."""

from __future__ import annotations

from collections.abc import Mapping

from generator.lint.model import Rule, by_code
from generator.lint.rules import (
    defaults,
    definitions,
    deployments,
    environment,
    events,
    fields,
    mapreduce,
    modules,
    objects,
    outside,
    project,
    queries,
    records,
    searches,
    values,
    waived,
)

RULES: Mapping[str, Rule] = by_code(
    objects.RULES,
    deployments.RULES,
    definitions.RULES,
    modules.RULES,
    records.RULES,
    events.RULES,
    fields.RULES,
    defaults.RULES,
    mapreduce.RULES,
    searches.RULES,
    queries.RULES,
    values.RULES,
    outside.RULES,
    environment.RULES,
    project.RULES,
    waived.RULES,
)
