"""The queue as a state machine: no figure is passed over, and undo leads back, whatever is pressed in whatever order."""

from hypothesis import given
from hypothesis import strategies as st

from qingshan.queue import state as machine
from qingshan.queue.state import State, Step


def test_it_opens_at_the_first_and_moves_round_the_end():
    state = machine.opened(["a", "b", "c"])
    assert (state.current, state.position) == ("a", 1)
    assert machine.moved(state, -1).current == "c"
    assert machine.moved(machine.moved(machine.moved(state, 1), 1), 1) == state


def test_an_empty_queue_stays_empty():
    state = machine.opened([])
    assert state == State() == machine.moved(state, 1)
    assert state.position == state.settled == 0


def test_a_decided_figure_gives_way_to_the_next_even_at_the_end():
    state = machine.opened(["a", "b", "c"])
    state = machine.decided(machine.moved(state, 1), Step("b", "reject", "d-0001"), ["a", "c"])
    assert (state.current, state.settled) == ("c", 1)
    state = machine.decided(state, Step("c", "reject", "d-0002"), ["a"])
    assert state.current == "a"
    assert machine.decided(state, Step("a", "accept", "d-0003"), []).current == ""


def test_what_still_waits_after_a_decision_stays_in_view():
    state = machine.decided(machine.opened(["a", "b"]), Step("a", "indicator", "d-0001"), ["b", "a"])
    assert (state.current, state.settled) == ("a", 0)


def test_undo_leads_back_to_the_figure():
    state = machine.decided(machine.opened(["a", "b", "c"]), Step("a", "reject", "d-0001"), ["b", "c"])
    back = machine.undone(machine.moved(state, 1), ["a", "b", "c"])
    assert (back.current, back.steps, back.settled) == ("a", (), 0)
    assert machine.undone(state, ["b", "c"]).current == "b", (
        "it was settled in another way: the queue stays where it is"
    )


def test_what_was_removed_from_the_file_cannot_be_taken_back():
    state = State(("b",), "b", (Step("a", "reject", "d-0001"), Step("c", "reject", "d-0002")))
    assert machine.forgotten(state, ["d-0002"]).steps == (Step("c", "reject", "d-0002"),)


@given(st.lists(st.sampled_from(["next", "back", "reject", "undo"]), max_size=40), st.integers(0, 6))
def test_whatever_is_pressed_every_figure_is_shown_or_decided(keys, size):
    names = [f"f{n}" for n in range(size)]
    state, rejected = machine.opened(names), []
    for number, key in enumerate(keys):
        if key in ("next", "back"):
            state = machine.moved(state, 1 if key == "next" else -1)
        elif key == "reject" and state.current:
            rejected.append(state.current)
            left = [name for name in names if name not in rejected]
            state = machine.decided(state, Step(state.current, "reject", f"d-{number}"), left)
        elif key == "undo" and state.steps:
            taken = state.steps[-1].figure_id
            rejected.remove(taken)
            state = machine.undone(state, [name for name in names if name not in rejected])
            assert state.current == taken
        assert {*state.order, *rejected} == set(names)
        assert not set(state.order) & set(rejected)
        assert state.current in state.order or not state.order
        assert state.settled == len(rejected)
