"""Prometheus metrics, in a registry of the agent's own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """Every metric of one agent; made once and handed to whoever counts."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self.registry = registry
        self.ingress = Counter(
            "suiteloom_ingress_requests",
            "Calls from outside by flow and HTTP status",
            ["flow", "status"],
            registry=registry,
        )
        self.accepted = Counter(
            "suiteloom_events_accepted",
            "New events in the inbox",
            ["flow", "origin"],
            registry=registry,
        )
        self.repeated = Counter(
            "suiteloom_events_repeated",
            "Events that were in the inbox already",
            ["flow"],
            registry=registry,
        )
        self.settled = Counter(
            "suiteloom_events_settled",
            "Tries of an event by where it went (done, waiting, unknown, held, dead) and outcome",
            ["flow", "state", "outcome"],
            registry=registry,
        )
        self.calls = Counter(
            "suiteloom_calls",
            "Calls to the account by script and result (ok or the kind of error)",
            ["script", "result"],
            registry=registry,
        )
        self.call_seconds = Histogram(
            "suiteloom_call_seconds",
            "Length of calls to the account",
            ["script"],
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300),
            registry=registry,
        )
        self.deliveries = Counter(
            "suiteloom_deliveries",
            "Tries to deliver an event to its target",
            ["flow", "result"],
            registry=registry,
        )
        self.open = Gauge("suiteloom_events_open", "Events that have not ended", registry=registry)
        self.budget = Gauge(
            "suiteloom_calls_allowed",
            "Calls in flight that the agents may have now",
            registry=registry,
        )
        self.account_limit = Gauge(
            "suiteloom_account_limit",
            "Calls in flight that the account is believed to take from the agents",
            registry=registry,
        )
        self.slot_wait = Histogram(
            "suiteloom_slot_wait_seconds",
            "How long calls to the account wait for a slot (interactive, backfill)",
            ["kind"],
            buckets=(0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900),
            registry=registry,
        )
        self.batch_size = Gauge(
            "suiteloom_batch_size",
            "Documents that a call of the flow may have now",
            ["flow"],
            registry=registry,
        )
        self.in_flight = Gauge(
            "suiteloom_calls_in_flight", "Calls to the account under way", registry=registry
        )
        self.alarm = Gauge(
            "suiteloom_alarm", "1 while an alarm stands", ["kind", "subject"], registry=registry
        )
        self.breaker = Gauge(
            "suiteloom_breaker_state",
            "Whether calls go to a target: 0 closed (they do), 1 half-open (one tries), 2 open (none)",
            ["target"],
            registry=registry,
        )
        self.outbox = Gauge(
            "suiteloom_outbox_rows",
            "Rows of the account's outbox at the last look",
            ["state"],
            registry=registry,
        )

        self.events = Gauge(
            "suiteloom_events",
            "Events in the inbox by flow and state",
            ["flow", "state"],
            registry=registry,
        )
        self.oldest = Gauge(
            "suiteloom_oldest_event_age_seconds",
            "Age of the oldest event of the flow that has not ended",
            ["flow"],
            registry=registry,
        )
        self.build = Gauge(
            "suiteloom_build_info",
            "1, with project, build of flows.json and version of the agent",
            ["project", "build", "version"],
            registry=registry,
        )
        self.reloads = Counter(
            "suiteloom_reloads",
            "Readings of changed agent.toml and flows.json by result (ok, refused)",
            ["result"],
            registry=registry,
        )
        self.reloaded = Gauge(
            "suiteloom_config_last_reload_successful",
            "0 while agent.toml or flows.json as they are cannot be used",
            registry=registry,
        )
        self.reloaded.set(1)
        self.certificate_ends = Gauge(
            "suiteloom_certificate_expiry_timestamp_seconds",
            "When the certificate of the log-in ends; 0 where it is not known",
            registry=registry,
        )
        self.alerts = Counter(
            "suiteloom_alerts",
            "Tries to tell people of alarms by channel and result (ok, failed)",
            ["channel", "result"],
            registry=registry,
        )

    def text(self) -> bytes:
        """Everything in Prometheus' text form."""
        return generate_latest(self.registry)
