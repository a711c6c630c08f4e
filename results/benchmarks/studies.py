"""Figures of studies.md that a report does not have; needs Python 3 and nothing else.

python3 studies.py marginals RUNS.CSV      factors of the factorial ablation of GAIL
python3 studies.py sweeps RESULTS SEEDS    TPE against random search: studies acrobot-ppo-tpe-N and acrobot-ppo-random-N

Differences are between the same seeds; intervals are 95 % percentile intervals of 10,000 bootstrap draws of seeds, p is of the
two-sided sign-flip test over all signs.
"""

import csv
import itertools
import json
import os
import random
import sys

FACTORS = {
    "algorithm.reward": ["neg-log-one-minus-d", "log-d", "logit"],
    "algorithm.generator": ["ppo", "trpo"],
    "network": ["mlp", "gru"],
    "algorithm.demonstrations.episodes": ["1", "4", "7", "10"],
}
BASELINE = "algorithm.reward=neg-log-one-minus-d algorithm.generator=ppo network=mlp algorithm.demonstrations.episodes=10"


def mean(values):
    return sum(values) / len(values)


def interval(values):
    draws = random.Random(1)
    means = sorted(mean(draws.choices(values, k=len(values))) for _ in range(10_000))
    return means[250], means[9_749]


def sign_flip(values):
    size = abs(mean(values)) - 1e-9
    flips = itertools.product((-1, 1), repeat=len(values))
    return mean([abs(mean([s * v for s, v in zip(signs, values)])) >= size for signs in flips])


def tell(name, differences):
    low, high = interval(differences)
    above = sum(d > 0 for d in differences)
    print(
        f"{name}: {mean(differences):+.1f} [{low:+.1f}, {high:+.1f}], "
        f"p {sign_flip(differences):.4f}, above 0 in {above} of {len(differences)}"
    )


def marginals(path):
    scores = {}
    with open(path, encoding="utf-8") as file:
        for run in csv.DictReader(file):
            variant = BASELINE if run["variant"] == "baseline" else run["variant"]
            if "=" in variant:
                cell = tuple(it.split("=")[1] for it in variant.split())
                scores[cell, int(run["seed"])] = float(run["score"])
    seeds = sorted({seed for _, seed in scores})

    def contrast(factor, first, second, **fixed):
        cells = [
            [None] if key == factor else fixed.get(key.rpartition(".")[2], values)
            for key, values in FACTORS.items()
        ]
        differences = []
        for seed in seeds:
            differences.append(
                mean(
                    [
                        scores[tuple(it or first for it in cell), seed]
                        - scores[tuple(it or second for it in cell), seed]
                        for cell in itertools.product(*cells)
                    ]
                )
            )
        where = ", ".join(f"{key} {values[0]}" for key, values in fixed.items())
        tell(f"{first} - {second}{' with ' + where if where else ''}", differences)

    survival = {"reward": ["neg-log-one-minus-d"]}
    contrast("algorithm.reward", "log-d", "neg-log-one-minus-d")
    contrast("algorithm.reward", "logit", "neg-log-one-minus-d")
    contrast("algorithm.reward", "logit", "log-d")
    contrast("network", "gru", "mlp", **survival)
    for network in FACTORS["network"]:
        contrast("algorithm.generator", "trpo", "ppo", network=[network], **survival)
    for episodes in ("4", "7", "10"):
        contrast("algorithm.demonstrations.episodes", episodes, "1", network=["mlp"], **survival)


def best_so_far(results, name):
    """Of the points of a sweep, each the mean of its seeds, in the order in which they were proposed."""
    folder = os.path.join(results, "studies", name)
    with open(os.path.join(folder, "ledger.jsonl"), encoding="utf-8") as file:
        entries = [json.loads(line) for line in file]
    points = {}
    for it in entries:
        if it["entry"] == "planned":
            points.setdefault(json.dumps(it["point"]), {})[it["key"]] = None
    best, course = float("-inf"), []
    for keys in points.values():
        scores = []
        for key in keys:
            with open(os.path.join(results, "runs", key, "status.json"), encoding="utf-8") as file:
                scores.append(json.load(file)["result"]["meanReturn"])
        best = max(best, mean(scores))
        course.append(best)
    return course


def sweeps(results, seeds):
    first, last = map(int, seeds.split("-"))
    ends, areas, rows = [], [], []
    for seed in range(first, last + 1):
        tpe = best_so_far(results, f"acrobot-ppo-tpe-{seed}")
        chance = best_so_far(results, f"acrobot-ppo-random-{seed}")
        assert len(tpe) == len(chance) and tpe[:10] == chance[:10]
        ends.append(tpe[-1] - chance[-1])
        areas.append(mean(tpe[10:]) - mean(chance[10:]))
        rows.append((tpe, chance))
        print(f"| {seed} | {tpe[9]:.1f} | {tpe[-1]:.1f} | {chance[-1]:.1f} | {ends[-1]:+.1f} | {areas[-1]:+.1f} |")
    for points in (10, 15, 20, 25, len(rows[0][0])):
        print(
            f"best of {points} points: tpe {mean([tpe[points - 1] for tpe, _ in rows]):.1f},"
            f" random {mean([chance[points - 1] for _, chance in rows]):.1f}"
        )
    tell("best found", ends)
    tell("best so far, mean over the points after the common ones", areas)


if __name__ == "__main__":
    {"marginals": marginals, "sweeps": sweeps}[sys.argv[1]](*sys.argv[2:])
