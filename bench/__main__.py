"""
`make bench`: prints a table and writes bench/out/results.json.

Each benchmark is a function that returns one `Result`; numbers are medians of at least three runs,
and a ratio is always taken against something measured in the same run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click

from bench import builds, client, emulator, governor, ingest, upserts, waiting
from bench.result import Result

BENCHMARKS: dict[str, Callable[[], Result]] = {
    "build_200_flows": builds.full,
    "build_200_flows_memory": builds.memory,
    "rebuild_one_of_200_flows": builds.rebuild,
    "rebuild_one_of_200_flows_resident": builds.rebuild_resident,
    "upsert_100_documents": upserts.new,
    "unchanged_100_documents": upserts.unchanged,
    "client_signing": client.signing,
    "client_cpu": client.published,
    "ingest_durable": ingest.durable,
    "ingest_durable_cpu": ingest.durable_cpu,
    "event_1000000_waiting": waiting.cost,
    "memory_agent_at_rest": waiting.memory_at_rest,
    "memory_1000000_waiting": waiting.memory_full,
    **{
        f"governor_{slots}{name}": benchmark
        for slots in (5, 15, 55)
        for name, benchmark in zip(
            ("", "_refused", "_fairness"), governor.governed(slots), strict=True
        )
    },
    **{
        f"restlet_customers_{batch}{'_with_event' if event else ''}": emulator.upserts(
            batch, event=event
        )
        for event in (False, True)
        for batch in (1, 10, 100)
    },
    "search_100000_records": emulator.search,
    "emulator_start": emulator.start,
    "memory_100000_records": emulator.memory,
    "fresh_context": emulator.context,
    "bridge_call": emulator.bridge,
}
OUT = Path(__file__).parent / "out" / "results.json"


@click.command()
@click.option("--only", default="", help="Comma-separated names.")
def main(only: str) -> None:
    """Run the benchmarks."""
    wanted = [name for name in only.split(",") if name] or list(BENCHMARKS)
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        raise click.UsageError(f"no benchmark {unknown}; there are {', '.join(BENCHMARKS)}")
    results, broken = {}, []
    click.echo(f"{'benchmark':28} {'value':>12} {'unit':18} {'ratio':>8} {'target':>10}  met")
    for name in wanted:
        try:
            result = BENCHMARKS[name]()
        except Exception as error:  # noqa: BLE001 - the others are still worth their time
            broken.append(name)
            click.echo(f"{name:28} broken: {error!r}")
            continue
        results[name] = asdict(result)
        ratio = "" if result.ratio is None else f"{result.ratio:.2f}"
        target = "" if result.target is None else f"{result.target:g}"
        met = "" if result.met is None else ("yes" if result.met else "NO")
        click.echo(
            f"{name:28} {result.value:12.3f} {result.unit:18} {ratio:>8} {target:>10}  {met}"
        )
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(results, indent=1) + "\n")
    if broken:
        raise SystemExit(f"broken: {', '.join(broken)}")


main()
