"""Plain C++: one float a vector, so there is no tail. For machines without an ISA file, and the plainest text of a kernel."""

NAME = "scalar"
RANK = 0
PROCESSORS = []
FLAGS = []
AVAILABLE = "true"
INCLUDES = []
PREAMBLE = []
METHODS = ["rr4-p5"]
IN_USE = {
    "raddextexp": ("rr4-p5", 4, 1),
    "vscaleextexp": ("rr4-p5", 4, 1),
}

vector = "float"
lanes = 1


# Values and memory


def set1(a):
    return a


def load(p):
    return f"*({p})" if " " in p else f"*{p}"


def store(p, v):
    return f"{load(p)} = {v};"


# Arithmetic


def add(a, b):
    return f"{a} + {b}"


def sub(a, b):
    return f"{a} - {b}"


def mul(a, b):
    return f"{a} * {b}"


def madd(a, b, c):
    return f"{a} * {b} + {c}"


def fnma(a, b, c):
    return f"{c} - {a} * {b}"


def max(a, b):
    return f"{a} > {b} ? {a} : {b}"


def mul_above(v, factor, bound):
    return [f"{v} = {v} < {bound} ? 0.0f : {v};", f"{v} = {mul(v, factor)};"]


# Powers of two


def _power(biased):
    return f"__builtin_bit_cast(float, __builtin_bit_cast(unsigned, {biased}) << 23)"


def scale(p, n, s, biased=None):
    bias = [] if biased else [f"const float {s}_biased = {add(n, 'vmagic')};"]
    power = [f"const float {s} = {_power(biased or f'{s}_biased')};"]
    return bias + power + [f"{p} = {mul(p, s)};"]


def scale_saturating(p, n, s):
    return [f"{n} = 128.0f < {n} ? 128.0f : {n};"] + scale(p, n, s)


def scale_down(p, n, s):
    # With a bounded n the product is a normal number, whatever becomes of it.
    bound = [f"const float {s}_bounded = {max('-65.0f', n)};"]
    return bound + scale(p, f"{s}_bounded", s) + [f"{p} = {n} < -64.0f ? 0.0f : {p};"]


# Reductions


def reduce_add(result, v):
    return [f"const float {result} = {v};"]


def reduce_max(result, v):
    return [f"const float {result} = {v};"]
