"""What ConvolutionBenchmark measures, in PyTorch: python nature_cnn.py THREADS [channels-last] [bf16].

Prints medians in milliseconds of wall and of CPU time. Set OMP_NUM_THREADS to the same number of threads.
"""

import json
import sys
import time

import torch
from torch import nn

threads = int(sys.argv[1])
layout = torch.channels_last if "channels-last" in sys.argv else torch.contiguous_format
bf16 = "bf16" in sys.argv
torch.set_num_threads(threads)
torso = nn.Sequential(
    nn.Conv2d(4, 32, 8, 4),
    nn.ReLU(),
    nn.Conv2d(32, 64, 4, 2),
    nn.ReLU(),
    nn.Conv2d(64, 64, 3),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(3136, 512),
    nn.ReLU(),
).to(memory_format=layout)
policy, value = nn.Linear(512, 6), nn.Linear(512, 1)
parameters = [*torso.parameters(), *policy.parameters(), *value.parameters()]
adam = torch.optim.Adam(parameters, 2.5e-4, eps=1e-5)
minibatch = torch.randint(0, 256, (256, 4, 84, 84), dtype=torch.uint8)
policy_gradient, value_gradient = torch.rand(256, 6) / 256, torch.rand(256, 1) / 256


def heads(observations):
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
        features = torso((observations.float() / 255).contiguous(memory_format=layout))
        return policy(features), value(features)


def forward():
    with torch.no_grad():
        heads(minibatch[:8])


def update():
    logits, values = heads(minibatch)
    loss = (logits.float() * policy_gradient).sum() + (values.float() * value_gradient).sum()
    adam.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, 0.5)
    adam.step()


def measure(run, seconds):
    for _ in range(3):
        run()
    wall, cpu, end = [], [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(wall) < 5:
        wall_start, cpu_start = time.perf_counter(), time.process_time()
        run()
        wall.append(time.perf_counter() - wall_start)
        cpu.append(time.process_time() - cpu_start)
    return [round(sorted(times)[len(times) // 2] * 1e3, 2) for times in (wall, cpu)]


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "threads": threads,
            "layout": str(layout),
            "bf16": bf16,
            "forward of 8, [wall, CPU] ms": measure(forward, 3),
            "update of 256, [wall, CPU] ms": measure(update, 6),
        }
    )
)
