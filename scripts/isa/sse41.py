"""SSE4.1: the words of SSE2 (sse2.py), but a tail is merged by one instruction, which blends."""

from isa.sse2 import *  # noqa: F401, F403

NAME = "sse41"
RANK = 10
FLAGS = ["-msse4.1"]
AVAILABLE = 'TWOPASS_HAS_X86("sse4.1")'
INCLUDES = ["smmintrin.h"]


def merge_tail(old, new):
    return f"_mm_blendv_ps({old}, {new}, vtail)"
