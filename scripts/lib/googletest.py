"""What GoogleTest prints.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import re


def verdicts(output):
    """Of each case that has come to its end: OK, SKIPPED or FAILED."""
    lines = re.findall(r"(?m)^\[ +(OK|SKIPPED|FAILED) +\] (\S+)(?:, where.*)? \(\d+ ms\)$", output)
    return {name: verdict for verdict, name in lines}
