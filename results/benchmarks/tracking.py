"""How much tracking slows training; needs Python 3 and nothing else. From the root of the checkout:

python3 results/benchmarks/tracking.py [ROUNDS]

Trains the same run, of two million steps, in turn with tracking.uri = none, sqlite, and a server that takes 30 seconds for every
answer. Prints for each the steps per second of the whole training, and the median of those over tenths of it, without the first
three: until then code is compiled and classes are loaded, which takes longer where there is more to load. The slow server answers as
MLflow does, and keeps nothing; nobody waits for it in the end.
"""

import http.server
import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid

RUN = (
    "./apprentice run experiments/cartpole-ppo.conf --workers 0 --fresh training.steps=2000000 evaluation.every=0 "
    "evaluation.episodes=5 algorithm.learning-rate-schedule=constant"
).split()
SECONDS = 30


class SlowServer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    requests = 0

    def log_message(self, *_):
        pass

    def answer(self):
        SlowServer.requests += 1
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(SECONDS)
        run = uuid.uuid4().hex
        body = {}
        if "experiments/get-by-name" in self.path:
            body = {"experiment": {"experiment_id": "1", "name": "cartpole", "lifecycle_stage": "active"}}
        elif "runs/create" in self.path:
            info = {"run_uuid": run, "run_id": run, "experiment_id": "1", "status": "RUNNING", "lifecycle_stage": "active"}
            body = {"run": {"info": info | {"artifact_uri": f"mlflow-artifacts:/1/{run}/artifacts"}, "data": {}}}
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        try:
            self.wfile.write(text)
        except BrokenPipeError:
            pass  # the client has given up

    do_GET = do_POST = do_PUT = do_PATCH = answer


def speed(uri):
    """Steps per second of all of the training, and without its beginning."""
    tenths = []
    with tempfile.TemporaryDirectory() as results:
        words = [*RUN, "--results", results, f"tracking.uri={uri}"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
            for line in run.stdout:
                whole = re.search(r"of training, ([\d.]+) steps/s", line)
                tenth = re.search(r"steps ([\d.]+) steps/s", line)
                if whole:
                    run.kill()
                    return float(whole.group(1)), statistics.median(tenths[3:])
                if tenth:
                    tenths.append(float(tenth.group(1)))
    raise RuntimeError(f"no training with tracking.uri={uri}")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    places = {"none": "none", "sqlite": "sqlite", "slow server": f"http://127.0.0.1:{server.server_port}"}
    speeds = {name: [] for name in places}
    for turn in range(rounds):
        order = list(places) if turn % 2 == 0 else list(reversed(places))
        for name in order:
            speeds[name].append(speed(places[name]))
            whole, late = speeds[name][-1]
            print(f"{turn + 1} {name}: {whole:.0f} steps/s, {late:.0f} without the beginning", flush=True)
    for name in places:
        for part, words in enumerate(("all", "without the beginning")):
            ratios = [ours[part] / none[part] for ours, none in zip(speeds[name], speeds["none"])]
            print(f"{name}, {words}: {statistics.median(ratios):.4f} of none")
    print(f"{SlowServer.requests} requests to the slow server")


main()
