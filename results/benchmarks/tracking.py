"""How much tracking slows training; needs Python 3 and nothing else. From the root of the checkout:

python3 results/benchmarks/tracking.py [ROUNDS]

Trains the same run, of a million steps, in turn with tracking.uri = none, sqlite, and a server that takes 30 seconds for every answer.
Prints steps per second of each and the median of the paired ratios. The slow server answers as MLflow does, and keeps nothing.
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
    "./apprentice run experiments/cartpole-ppo.conf --workers 0 --fresh training.steps=1000000 evaluation.every=0 "
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
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_PATCH = answer


def speed(uri):
    with tempfile.TemporaryDirectory() as results:
        words = [*RUN, "--results", results, f"tracking.uri={uri}"]
        output = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        return float(re.search(r"of training, ([\d.]+) steps/s", output).group(1))


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
            print(f"{turn + 1} {name}: {speeds[name][-1]:.0f} steps/s", flush=True)
    for name in places:
        ratios = [ours / none for ours, none in zip(speeds[name], speeds["none"])]
        print(f"{name}: median {statistics.median(speeds[name]):.0f} steps/s, {statistics.median(ratios):.4f} of none")
    print(f"{SlowServer.requests} requests to the slow server")


main()
