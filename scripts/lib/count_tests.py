#!/usr/bin/env python3
"""Counts what ctest ran: prints how many tests passed, failed and were skipped.

  count_tests.py FILE      what ctest --output-junit wrote, with the whole output of each test

The cases of GoogleTest count one by one, as a program of many may pass with some of them skipped.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import collections
import sys
import xml.etree.ElementTree

import googletest

VERDICTS = {"run": "OK", "fail": "FAILED", "notrun": "SKIPPED", "disabled": "SKIPPED"}


def main():
    counts = collections.Counter()
    for test in xml.etree.ElementTree.parse(sys.argv[1]).iter("testcase"):
        verdict = VERDICTS[test.get("status")]
        if test.get("status") == "notrun" and not test.find("skipped").get("message", "").startswith("SKIP_"):
            verdict = "FAILED"  # such as one whose program is not there
        cases = collections.Counter(googletest.verdicts(test.findtext("system-out", "")).values())
        if not cases[verdict]:  # no cases, or a program that fails otherwise than by one of them
            cases[verdict] = 1
        counts.update(cases)
    print(counts["OK"], counts["FAILED"], counts["SKIPPED"])


if __name__ == "__main__":
    main()
