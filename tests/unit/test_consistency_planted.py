"""Promises over many draws: what rounds one truth is never flagged, and a digit changed beyond that is caught."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from planted import EQUATIONS, FORMS, with_a_digit_changed

from qingshan import consistency

_WRONG = "inconsistent"


def _verdicts(rows, registry):
    return [row["verdict"] for row in consistency.check(rows, registry)]


def _never_flagged(registry, draws, seed):
    rng = random.Random(seed)
    told = Counter()
    for draw in range(draws):
        planted = FORMS[draw % len(FORMS)](rng)
        verdicts = _verdicts(planted.rows, registry)
        assert _WRONG not in verdicts, (draw, planted)
        told.update({planted.form: bool(verdicts)})
    return told


def test_what_rounds_one_truth_is_never_flagged(registry):
    told = _never_flagged(registry, 3_300, seed=1)
    assert all(number > 290 for number in told.values()), told  # and every relation was found and compared
    assert len(told) == len(FORMS)


@pytest.mark.slow
def test_what_rounds_one_truth_is_never_flagged_in_100_000_draws(registry):
    told = _never_flagged(registry, 100_000, seed=2023)
    assert sum(told.values()) > 97_000


def test_a_digit_changed_beyond_rounding_is_caught(registry):
    rng = random.Random(7)
    caught, missed = Counter(), []
    while caught.total() + len(missed) < 500:
        planted = EQUATIONS[rng.randrange(len(EQUATIONS))](rng)
        spoilt = with_a_digit_changed(rng, planted)
        if spoilt is None:
            continue
        if _WRONG in _verdicts(spoilt.rows, registry):
            caught[spoilt.form] += 1
        else:
            missed.append(spoilt)
    assert caught.total() >= 475, missed[:5]
    assert len(caught) == len(EQUATIONS)
