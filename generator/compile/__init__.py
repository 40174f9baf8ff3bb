"""
From a project folder to a `ProjectPlan`, with every mistake reported in one run.

Passes, one file each:

    reading      finds and reads project.yaml, specs/ and objects/
    sharing      maps and address blocks of included files become the flow's own
    shared       what flows share, compiled or recalled
    recall       flows, compiled or recalled
    settings     environments, variables, connections, secrets by use
    names        flows and script ids are unique
    inbound      one inbound flow: head, key, body, lines, subrecords, checks, plan
    outbound     one outbound flow: events, target, payload, joins, plan
      intake       the way in, file formats, who may send
      ways         what the agent asks for, and where it delivers
      paths        paths into a document
      conditions   tests, all, any, not
      events       what a save judges and what the drain judges
      values       sources, transforms, maps, defaults
      types        what a value is on its way, against what takes it
      fields       rules against the catalogue
      known        which fields a place has
      formats      date formats
      samples      sample documents as schemas
      references   look-ups in stages, variables of type select
      creates      records that a missing reference creates
      lines        sublists and subrecords
      others       records that the flow's own is made from, attached to or detached from
      keys         the record's key, claims, how a flow saves
      order        which fields are set first
      maps         named maps
      documents    paths against the source's JSON Schema
      hooks        the user's module exports what is named
      joined       the record types that a join may lead to
      permissions  the role, each permission with its reason
      units        the largest batch that the bill (generator.bill) allows, and what cannot fit
    makes        which columns of a record other flows look up
    hashes       contract and build
    apart        flows without those specs that have mistakes
"""

from __future__ import annotations

from pathlib import Path

from generator.compile.project import compile_project

__all__ = ["Path", "compile_project"]
