"""What a person finds of an event, and what a person does with it, on both stores."""

from __future__ import annotations

from typing import Any

import pytest
from test_inbox import Clock, both, on_store

from agent.inbox.causes import normalised
from agent.inbox.model import Filter, Incoming, Problem, Settled, Try
from agent.inbox.states import State

HELD = (State.HELD,)


async def ends(store: Any, state: State, code: str = "BAD", message: str = "m", **more: Any) -> int:
    """The next event of f ends so; its number."""
    lease = await store.lease("f", 1, 60)
    (event,) = lease.events
    problem = None if state is State.DONE else Problem(code, message)
    outcome = "updated" if state is State.DONE else "held"
    await store.complete(
        lease.owner, [Settled(event.id, state, outcome=outcome, problem=problem, **more)]
    )
    return int(event.id)


async def come(store: Any, *keys: str, prefix: str = "") -> None:
    rows = [Incoming("f", f"{prefix}{n}", key, b'{"n":%d}' % n) for n, key in enumerate(keys)]
    await store.accept(rows)


@both
def test_every_try_is_kept_up_to_a_bound(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        await come(store, "a")
        for number in range(40):
            lease = await store.lease("f", 1, 60)
            (event,) = lease.events
            call = Try(clock.now, "here:1", f"b{number}", b"x" * 100_000, "y" * 100_000)
            problem = Problem("BUSY", "later", kind="retry")
            one = Settled(event.id, State.WAITING, due=clock.now, problem=problem, call=call)
            await store.complete(lease.owner, [one])
        shown = await store.show(event.id)
        assert [one["batch"] for one in shown["tries"]] == [f"b{n}" for n in range(10, 40)]
        last = shown["tries"][-1]
        assert (last["agent"], last["state"], last["code"]) == ("here:1", "waiting", "BUSY")
        assert len(bytes(last["sent"])) == 65_536
        assert len(last["answer"]) == 8_192

    on_store(work, kind=kind)


@both
def test_a_later_success_closes_what_failed_before_it(kind: str) -> None:
    """Of the same key alone, and nothing that came after it or that a person gave up."""

    async def work(store: Any, clock: Clock) -> None:
        await come(store, "a", "a", "a")
        held = [await ends(store, State.HELD) for _ in range(2)]
        gone = await ends(store, State.HELD)
        await store.discard(Filter(ids=(gone,)), "a copy", "me")
        later = [Incoming("f", str(n), key, b"{}") for n, key in enumerate("baa", start=3)]
        await store.accept(later)
        while (lease := await store.lease("f", 2, 60)).events:
            for event in lease.events:
                state = State.HELD if event.key == "b" or event.event_id == "5" else State.DONE
                outcome = "held" if state is State.HELD else "unchanged"
                problem = Problem("BAD", "m") if state is State.HELD else None
                closes = state is State.DONE
                one = Settled(event.id, state, outcome=outcome, problem=problem, closes=closes)
                await store.complete(lease.owner, [one])
        rows = {
            row["event_id"]: (row["state"], row["outcome"]) for row in await store.find(Filter())
        }
        assert rows == {
            "0": ("dead", "superseded"),
            "1": ("dead", "superseded"),
            "2": ("dead", "discarded"),
            "3": ("held", "held"),
            "4": ("done", "unchanged"),
            "5": ("held", "held"),
        }
        done = next(row["id"] for row in await store.find(Filter()) if row["event_id"] == "4")
        history = (await store.show(held[0]))["history"]
        assert (history[-1]["code"], history[-1]["message"]) == ("SUPERSEDED", f"by event {done}")
        # It is not tried again by a range either, but by force.
        assert (await store.replay(Filter(ids=(held[0],)))).superseded == (held[0],)
        assert (await store.replay(Filter(ids=(held[0],)), force=True)).replayed == 1

    on_store(work, kind=kind)


@both
def test_an_edited_event_goes_again_and_keeps_what_came_in(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        await come(store, "a")
        event = await ends(store, State.HELD)
        for body in (b'{"n":1}', b'{"n":2}'):
            assert (await store.edit(event, body, "rosa")).replayed == 1
        shown = await store.show(event)
        assert (bytes(shown["body"]), bytes(shown["original"])) == (b'{"n":2}', b'{"n":0}')
        edits = [one for one in shown["history"] if one["code"] == "EDITED"]
        assert [one["message"] for one in edits] == ["by rosa"] * 2
        (leased,) = (await store.lease("f", 1, 60)).events
        assert leased.body == b'{"n":2}'
        # In a call, and after it: nothing is changed.
        assert (await store.edit(event, b"{}", "rosa")).replayed == 0
        assert bytes((await store.show(event))["body"]) == b'{"n":2}'

    on_store(work, kind=kind)


@both
def test_a_range_is_replayed_in_the_order_in_which_it_came(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        for number in range(6):
            clock.now += 10
            await store.accept([Incoming("f", str(number), "a", b"{}")])
        start = clock.now - 50
        for _ in range(6):
            await ends(store, State.HELD)
        middle = Filter(states=HELD, since=start + 10, until=start + 50)
        assert (await store.replay(middle, dry_run=True)).replayed == 4
        assert (await store.lease("f", 9, 60)).events == ()
        assert (await store.replay(Filter(states=HELD, since=start + 10, limit=3))).replayed == 3
        order = []
        while (lease := await store.lease("f", 9, 60)).events:
            order += [one.event_id for one in lease.events]
            done = [Settled(one.id, State.DONE, outcome="updated") for one in lease.events]
            await store.complete(lease.owner, done)
        assert order == ["1", "2", "3"]

    on_store(work, kind=kind)


@both
def test_a_reason_stays_with_what_was_given_up(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        await come(store, "a", "b")
        event = await ends(store, State.HELD)
        everything = Filter(flow="f")
        assert await store.discard(everything, "a test", "rosa", dry_run=True) == 2
        assert store.open_events == 1
        assert await store.discard(everything, "a test of ours", "rosa") == 2
        assert store.open_events == 0
        last = (await store.show(event))["history"][-1]
        assert (last["code"], last["message"]) == ("DISCARDED", "by rosa: a test of ours")
        assert await store.discard(everything, "again", "rosa") == 0

    on_store(work, kind=kind)


@both
def test_causes_are_told_apart_by_what_is_wrong_and_not_by_whose_it_is(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        await come(store, *"abcdef")
        messages = [
            ("INVALID_KEY", "Invalid item reference key 17 for subsidiary 2."),
            ("INVALID_KEY", "Invalid item reference key 4711 for subsidiary 12."),
            ("MISSING_REFERENCE", "no customer has externalid 'C-1'"),
            ("MISSING_REFERENCE", "no customer has externalid 'Jones & Sons'"),
            ("INVALID_KEY", "Invalid item reference key A-9 for subsidiary 2."),
        ]
        numbers = [await ends(store, State.HELD, *one) for one in messages]
        await ends(store, State.DONE)
        first, second = await store.causes(Filter())
        assert (first.code, first.events, first.example) == ("INVALID_KEY", 3, numbers[4])
        assert first.message == "Invalid item reference key # for subsidiary #."
        assert (second.events, second.message) == (2, "no customer has externalid '\u2026'")
        assert first.oldest <= first.newest
        assert [one.code for one in await store.causes(Filter(code="INVALID_KEY"))] == [
            "INVALID_KEY"
        ]
        await store.discard(Filter(code="INVALID_KEY"), "r", "w")
        assert [one.events for one in await store.causes(Filter())] == [2]

    on_store(work, kind=kind)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Field custbody_x: 'a b' is no date", "Field custbody_x: '1/2' is no date"),
        ("ids 4, 5, 6 have the key", "ids 41, 52 have the key"),
        ("event 0b7f0f7e-0000-4000-8000-aaaaaaaaaaaa", "event 9"),
        ("amount  1.50 at 10:30", "amount 7 at 23:59"),
    ],
)
def test_values_in_messages_do_not_tell_causes_apart(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_fields_do_tell_causes_apart() -> None:
    assert normalised("no value for entity") != normalised("no value for memo")


def test_an_answer_in_json_is_told_by_its_names() -> None:
    one = normalised(
        '422 {"error": {"code": "bad_sku", "field": "lines[0].sku"}, "request": "a:1"}'
    )
    assert one == '# {"error": {"code": \'\u2026\', "field": \'\u2026\'}, "request": \'\u2026\'}'
    assert one != normalised('422 {"error": {"reason": "bad_sku"}}')
