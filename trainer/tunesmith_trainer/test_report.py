import json
import math

import numpy as np
import pytest

from tunesmith_trainer.bootstrap import interval
from tunesmith_trainer.report import compare, judge, make_report, write_report
from tunesmith_trainer.scores import (
    RowScore,
    answer_limit,
    choose_rows,
    normalise,
    read_scores,
    summary,
    write_scores,
)


def score(id: int, *, right: bool, loss: float = 2.0, tokens: int = 4, stops: bool = True):
    answer = "Vellin." if right else "Sarn."
    return RowScore(f"a:{id}", "Capital?", "Vellin.", loss, tokens, answer, stops)


def rows(right: list[bool], loss: list[float] | float = 2.0):
    losses = loss if isinstance(loss, list) else [loss] * len(right)
    return [score(i, right=r, loss=v) for i, (r, v) in enumerate(zip(right, losses, strict=True))]


def verdict(base, tuned):
    return judge(base, tuned, compare(base, tuned, seed=1))


def test_many_more_right_answers_are_better_and_fewer_are_worse():
    few, many = [True] * 4 + [False] * 36, [True] * 38 + [False] * 2
    assert verdict(rows(few), rows(many)) == ("better", "exactMatch")
    assert verdict(rows(many), rows(few)) == ("worse", "exactMatch")


def test_as_many_wins_as_losses_prove_nothing():
    base = [True] * 10 + [False] * 10
    assert verdict(rows(base), rows(base[::-1])) == ("not_proven", "exactMatch")


@pytest.mark.parametrize("discordant", [0, 5])
def test_loss_decides_where_exact_matches_cannot(discordant):
    base = rows([False] * 30, 8.0)
    tuned = rows([True] * discordant + [False] * (30 - discordant), 4.0)
    assert verdict(base, tuned) == ("better", "loss")
    assert verdict(tuned, base) == ("worse", "loss")
    assert verdict(base, base) == ("not_proven", "loss")


def test_exact_matches_outrank_the_loss_from_six_rows_on():
    base, tuned = rows([False] * 8, 1.0), rows([True] * 6 + [False] * 2, 9.0)
    assert verdict(base, tuned) == ("better", "exactMatch")


def test_nothing_is_measured_without_rows_or_with_a_broken_loss():
    assert verdict([], []) == ("not_measured", None)
    assert verdict(rows([False] * 3), rows([False] * 3, math.nan)) == ("not_measured", None)
    assert verdict(rows([False] * 3, math.inf), rows([False] * 3)) == ("not_measured", None)


def test_interval_is_that_of_resampling_row_by_row():
    random = np.random.default_rng(5)
    difference, weight = random.normal(0.2, 1, 25), random.integers(1, 9, 25).astype(float)
    found = interval(difference, weight, seed=3)
    drawn = []
    for _ in range(20_000):
        pick = random.integers(0, 25, 25)
        drawn.append(difference[pick].sum() / weight[pick].sum())
    assert found["mean"] == pytest.approx(difference.sum() / weight.sum())
    low, high = np.percentile(drawn, [2.5, 97.5])
    assert found["low"] == pytest.approx(low, abs=0.006)
    assert found["high"] == pytest.approx(high, abs=0.006)
    assert interval(difference, weight, seed=3) == found
    assert interval(difference, weight, seed=4) != found


def test_interval_covers_the_truth_as_often_as_it_says():
    random = np.random.default_rng(0)
    covered = 0
    for _ in range(100):
        found = interval(random.normal(0.5, 1, 60), seed=1)
        covered += found["low"] <= 0.5 <= found["high"]
    assert 88 <= covered <= 100


def test_summary_weighs_rows_by_their_tokens():
    scores = [score(1, right=True, loss=3.0, tokens=1), score(2, right=False, loss=1.0, tokens=9)]
    assert summary(scores) == {"loss": 0.4, "exactMatch": 0.5, "stops": 1.0, "n": 2}
    assert summary([]) == {"loss": None, "exactMatch": None, "stops": None, "n": 0}


def test_exact_means_but_for_whitespace():
    assert normalise("  a\n\tb\u00a0c ") == "a b c"
    assert normalise("cafe\u0301") == normalise("caf\u00e9")
    assert normalise("Vellin") != normalise("vellin")
    assert normalise("Vellin.") != normalise("Vellin")


def test_the_same_rows_are_chosen_for_every_model():
    numbers = list(range(1000))
    chosen = choose_rows(numbers, seed=7)
    assert len(chosen) == 200
    assert chosen == sorted(chosen) == choose_rows(numbers, seed=7)
    assert chosen != choose_rows(numbers, seed=8)
    assert choose_rows(numbers[:200], seed=7) == numbers[:200]


def test_answers_get_twice_the_longest_expected():
    assert [answer_limit(n) for n in ([], [3, 5], [3, 40], [1000])] == [32, 32, 80, 512]


def test_report_holds_everything_and_no_bare_nan(tmp_path):
    base, tuned = rows([False] * 9, 8.0), rows([True] * 9, 1.0)
    report = make_report(base, tuned, tuned, "q8_0", seed=1)
    write_report(tmp_path / "report.json", report)
    read = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert read == report
    assert read["n"] == 9
    assert read["gguf"] == {
        "format": "q8_0", "loss": 0.25, "exactMatch": 1.0, "stops": 1.0, "n": 9,
    }  # fmt: skip
    assert read["differences"]["exactMatch"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert read["verdict"] == "better"
    assert read["answers"][0]["base"] == "Sarn."
    broken = make_report(rows([True], math.nan), rows([True]), rows([True]), "f16", seed=1)
    assert broken["base"]["loss"] is None
    assert "NaN" not in json.dumps(broken)
    empty = make_report([], [], [], "q8_0", seed=1)
    assert (empty["verdict"], empty["base"], empty["answers"]) == ("not_measured", None, [])


def test_scores_are_written_and_a_torn_file_is_none(tmp_path):
    file = tmp_path / "evaluation" / "base.json"
    scores = rows([True, False])
    write_scores(file, scores)
    assert read_scores(file) == scores
    file.write_text(file.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    assert read_scores(file) is None
    assert read_scores(tmp_path / "no.json") is None


def test_a_run_that_was_not_exported_is_compared_without_a_gguf():
    base, tuned = rows([False] * 8), rows([True] * 8)
    report = make_report(base, tuned, [], "", seed=1)
    assert report["gguf"] is None
    assert report["verdict"] == "better"
    assert [answer["gguf"] for answer in report["answers"]] == [None] * 8
    assert report["answers"][0]["tuned"] == "Vellin."
