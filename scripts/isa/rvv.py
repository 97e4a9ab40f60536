"""RISC-V with the vector extension V 1.0: vectors of a length that the machine knows, in groups of 1, 2 or 4 registers (LMUL).

A tile is one group, so what depends on its size is in `words_of_group`; the names of most intrinsics are overloaded. `all`, as the
count of elements, stands for every lane.
"""

NAME = "rvv"
RANK = 20
PROCESSORS = ["riscv64"]
FLAGS = ["-march=rv64gcv", "-mabi=lp64d"]
AVAILABLE = "has_rvv()"
INCLUDES = ["riscv_vector.h"]
PREAMBLE = [
    "namespace {",
    "",
    "// Instructions take no more elements than a group of registers has.",
    "[[maybe_unused]] constexpr __SIZE_TYPE__ all = -1;",
    "",
    "}  // namespace",
]
METHODS = ["rr2-p5"]
TILES = ((2, 1), (4, 1))
IN_USE = {"rmax": ("", 4, 1), "vmulc": ("", 4, 1)}

vector = "vfloat32m1_t"
lanes = "__riscv_vsetvlmax_e32m1()"


# Values and memory


def constant(name, a):
    # Most instructions take a float for their second operand, which saves a group of registers.
    return f"const float {name} = {a};"


def store(p, v):
    return f"__riscv_vse32({p}, {v}, all);"


def tail_begin(count):
    return [f"const size_t tail = {count};"]


def store_tail(p, v):
    return f"__riscv_vse32({p}, {v}, tail);"


def merge_tail(old, new):
    return f"__riscv_vmv_v_tu({old}, {new}, tail)"


# Arithmetic


def add(a, b):
    return f"__riscv_vfadd({a}, {b}, all)"


def sub(a, b):
    return f"__riscv_vfsub({a}, {b}, all)"


def mul(a, b):
    return f"__riscv_vfmul({a}, {b}, all)"


def madd(a, b, c):
    return f"__riscv_vfmadd({a}, {b}, {c}, all)"


def fnma(a, b, c):
    return f"__riscv_vfnmsub({a}, {b}, {c}, all)"


def max(a, b):
    # VFMAX would drop a NaN.
    return f"__riscv_vmerge({b}, {a}, __riscv_vmfgt({a}, {b}, all), all)"


def _zero_where(v, mask):
    return f"{v} = __riscv_vfmerge({v}, 0.0f, {mask}, all);"


def mul_above(v, factor, bound):
    return [_zero_where(v, f"__riscv_vmflt({v}, {bound}, all)"), f"{v} = {mul(v, factor)};"]


def words_of_group(tile):
    """The words of a group of so many registers."""
    vector = f"vfloat32m{tile}_t"

    def set1(a):
        return f"__riscv_vfmv_v_f_f32m{tile}({a}, all)"

    def load(p):
        return f"__riscv_vle32_v_f32m{tile}({p}, all)"

    def load_tail(p):
        return f"__riscv_vle32_tu({set1('0.0f')}, {p}, tail)"

    # Powers of two

    def scale(p, n, s, biased=None):
        bias = [] if biased else [f"const {vector} {s}_biased = {add(n, 'vmagic')};"]
        bits = f"__riscv_vreinterpret_u32m{tile}({biased or f'{s}_biased'})"
        power = f"__riscv_vreinterpret_f32m{tile}(__riscv_vsll({bits}, 23, all))"
        return bias + [f"const {vector} {s} = {power};", f"{p} = {mul(p, s)};"]

    def scale_saturating(p, n, s):
        return [f"{n} = __riscv_vfmin({n}, 128.0f, all);"] + scale(p, n, s)

    def scale_down(p, n, s):
        # With a bounded n the product is a normal number, whatever becomes of it.
        bound = [f"const {vector} {s}_bounded = __riscv_vfmax({n}, -65.0f, all);"]
        return bound + scale(p, f"{s}_bounded", s) + [_zero_where(p, f"__riscv_vmflt({n}, -64.0f, all)")]

    # Reductions

    def reduce_add(result, v):
        # Halves of the group, then halves of the register.
        lines = [f"vfloat32m1_t {result}1 = {v};"]
        if tile > 1:
            lines = [f"const {vector} {result}{tile} = {v};"]
            half = tile // 2
            while half >= 1:
                whole = f"{result}{2 * half}"
                halves = (f"__riscv_vget_f32m{half}({whole}, {i})" for i in range(2))
                lines.append(f"{'const ' if half > 1 else ''}vfloat32m{half}_t {result}{half} = {add(*halves)};")
                half //= 2
        return lines + [
            f"for (size_t half = {lanes} / 2; half != 0; half /= 2) {{",
            f"  {result}1 = __riscv_vfadd({result}1, __riscv_vslidedown({result}1, half, half), half);",
            "}",
            f"const float {result} = __riscv_vfmv_f({result}1);",
        ]

    def reduce_max(result, v):
        lowest = "__riscv_vfmv_s_f_f32m1(-__builtin_inff(), 1)"
        return [f"const float {result} = __riscv_vfmv_f(__riscv_vfredmax({v}, {lowest}, all));"]

    lanes_of_group = f"__riscv_vsetvlmax_e32m{tile}()"
    words = (set1, load, load_tail, scale, scale_saturating, scale_down, reduce_add, reduce_max)
    return {"vector": vector, "lanes": lanes_of_group, **{word.__name__: word for word in words}}
