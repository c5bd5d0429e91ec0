"""Other processes on the same place: real ones, started together, that say what they met."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[3]

PROGRAM = """
import json, sys
from pathlib import Path
from domain.errors import *
from storage.registry import StorageConfig
from tests.contract.storage.places import backend_class
from tests.contract.storage.samples import *
place = json.loads(sys.argv[1])
folder = Path(place["config"].pop("folder"))
storage = backend_class(place["path"]).from_config(StorageConfig(folder=folder, **place["config"]))
answers = []
print("ready", flush=True)
sys.stdin.readline()
{steps}
storage.close()
print(json.dumps(answers), flush=True)
"""


def run_at_once(home, *steps):
    """Run each piece of Python, which has `storage` and `answers`, in a process of its own; return their answers."""
    config = {name: str(getattr(home.config, name)) for name in home.config.__struct_fields__}
    place = json.dumps({"path": home.path, "config": config})
    with ExitStack() as processes:
        running = [processes.enter_context(_start(PROGRAM.format(steps=each), place)) for each in steps]
        for process in running:
            _wait_until_ready(process)
        for process in running:
            process.stdin.write("go\n")
            process.stdin.flush()
        return [_answers(process) for process in running]


def _wait_until_ready(process):
    said = ""
    while not said.endswith("ready\n"):
        line = process.stdout.readline()
        if not line:
            raise AssertionError(process.communicate()[1])
        said += line


def _start(program, place):
    return subprocess.Popen(
        [sys.executable, "-c", program, place],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _answers(process):
    output, errors = process.communicate(timeout=60)
    if process.returncode:
        raise AssertionError(errors)
    return json.loads(output.splitlines()[-1])
