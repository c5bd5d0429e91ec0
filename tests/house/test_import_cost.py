"""What it costs to import the application, in processor time: a busy machine makes it no dearer."""

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
AT_MOST_SECONDS = 0.8


def processor_seconds(code):
    """User time of a fresh interpreter that runs this code, the least of three."""

    def once():
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before

    return min(once() for _ in range(3))


def test_importing_the_application_is_cheap():
    assert processor_seconds("import web_app") <= AT_MOST_SECONDS


def test_a_dear_import_would_be_noticed():
    dear = f"import time\nwhile time.process_time() < {AT_MOST_SECONDS} + 0.2: sum(range(10_000))"
    assert processor_seconds(dear) > AT_MOST_SECONDS
