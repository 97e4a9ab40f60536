"""Runs the tests of twopass.mpi on several ranks.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest
from test_docs import run_tour

pytest.importorskip("mpi4py")

TESTS = pathlib.Path(__file__).with_name("on_ranks.py")
# Open MPI refuses more ranks than cores, and root, unless it is told otherwise.
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1"}


@pytest.mark.parametrize("ranks", [2, 3])
def test_on_ranks(ranks):
    mpiexec = shutil.which("mpiexec")
    if mpiexec is None:
        pytest.skip("there is no mpiexec")
    result = subprocess.run(
        [mpiexec, "-n", str(ranks), sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TESTS],
        env=ENVIRONMENT, timeout=300, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_package_does_not_import_mpi4py():
    code = "import sys, twopass; sys.exit('mpi4py' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_tour():
    run_tour("MPI")
