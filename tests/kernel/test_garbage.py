"""The collector of cycles in a server."""

import subprocess
import sys

from clickclack.kernel import garbage

SCRIPT = """
import gc
from clickclack.kernel import garbage
garbage.tune()
print(gc.get_threshold()[0], gc.get_freeze_count() > 1000)
"""


def test_what_was_imported_is_set_aside_and_the_young_are_looked_through_seldom():
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == [str(garbage.YOUNG), "True"]
