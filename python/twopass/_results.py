"""What statistics and sample return; help() of these functions says what is in it.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from typing import Any, NamedTuple


class Statistics(NamedTuple):
    """What twopass.statistics returns; None for what was not asked for."""

    logsumexp: Any
    entropy: Any
    argmax: Any
    logprobs: Any | None
    ranks: Any | None
    top_tokens: Any | None
    top_logprobs: Any | None


class Sample(NamedTuple):
    """What twopass.sample returns."""

    tokens: Any
    logprobs: Any
    kept: Any
