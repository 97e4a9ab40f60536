"""A function of C++ for each word of an ISA. test/word_test.cc calls them, and knows what they have to compute.

All have the signature of PARAMETERS: they load a vector from each of a, b and c, apply the word, and store a vector to
y. count is that of a tail. Elements of 16 bits, of words that have them, take the place of the floats.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from vocabulary import MissingWord

PARAMETERS = """
    [[maybe_unused]] size_t count, const void* a, [[maybe_unused]] const void* b, [[maybe_unused]] const void* c,
    void* y"""
TABLE32 = [f"{k}.5f" for k in range(32)]


# ---- Forms of a body


def floats(isa, lines):
    """Lines that see floats: the pointers pa, pb, pc and py, and the vectors va, vb and vc."""
    pointers = [f"[[maybe_unused]] const float* p{name} = (const float*) {name};" for name in "abc"]
    vectors = [f"[[maybe_unused]] {isa.vector} v{name} = {isa.load(f'p{name}')};" for name in "abc"]
    return [*pointers, "float* py = (float*) y;", *vectors, *lines]


def stored(isa, v, *before):
    return floats(isa, [*before, isa.store("py", v)])


def magic(isa):
    """What `biased` takes for granted."""
    return f"[[maybe_unused]] {isa.declare('vmagic', isa.set1('0x1.8000FEp+23f'))}"


def scaled(isa, word):
    return stored(isa, "va", magic(isa), *word("va", "vb", "vs"))


def halves(lines):
    """Lines that see elements of 16 bits, by the pointers ha and hy."""
    return ["const unsigned short* ha = (const unsigned short*) a;",
            "unsigned short* hy = (unsigned short*) y;", *lines]


def widened(isa, word):
    h = isa.load_16("(const unsigned short*) a")
    body = [f"  {line}" for line in getattr(isa, word)("h")]
    convert = [f"const auto widen = []({isa.vector_16} h) -> {isa.vector} {{", *body, "};"]
    return [*convert, isa.store("(float*) y", f"widen({h})")]


def narrowed(isa, word):
    store = isa.store_16("(unsigned short*) y", f"narrow({isa.load('(const float*) a')})")
    body = [f"  {line}" for line in getattr(isa, word)("v")]
    return [f"const auto narrow = []({isa.vector} v) -> {isa.vector_16} {{", *body, "};", store]


# ---- The words


BODIES = {
    "set1": lambda isa: stored(isa, isa.set1("*pa")),
    "declare": lambda isa: stored(isa, "v", isa.declare("v", "va")),
    "constant": lambda isa: stored(isa, isa.mul("va", "vconstant"), isa.constant("vconstant", "*pb")),
    "load": lambda isa: stored(isa, isa.load("pa")),
    "store_non_temporal": lambda isa: floats(isa, [isa.store_non_temporal("py", "va"), *isa.fence()]),
    "load_tail": lambda isa: stored(isa, isa.load_tail("pa"), *isa.tail_begin("count")),
    "store_tail": lambda isa: floats(isa, [*isa.tail_begin("count"), isa.store_tail("py", "va")]),
    "merge_tail": lambda isa: stored(isa, isa.merge_tail("va", "vb"), *isa.tail_begin("count")),
    "add": lambda isa: stored(isa, isa.add("va", "vb")),
    "sub": lambda isa: stored(isa, isa.sub("va", "vb")),
    "mul": lambda isa: stored(isa, isa.mul("va", "vb")),
    "div": lambda isa: stored(isa, isa.div("va", "vb")),
    "madd": lambda isa: stored(isa, isa.madd("va", "vb", "vc")),
    "fnma": lambda isa: stored(isa, isa.fnma("va", "vb", "vc")),
    "max": lambda isa: stored(isa, isa.max("va", "vb")),
    "min": lambda isa: stored(isa, isa.min("va", "vb")),
    "less": lambda isa: stored(isa, isa.zero_where(isa.less("va", "vb"), "vc")),
    "mul_above": lambda isa: stored(isa, "va", *isa.mul_above("va", "vb", "vc")),
    "mul_above_constants": lambda isa: stored(
        isa, "va", isa.constant("vfactor", "*pb"), isa.constant("vbound", "*pc"),
        *isa.mul_above("va", "vfactor", "vbound"),
    ),
    "at_least": lambda isa: stored(isa, isa.at_least("va", "-65.0f")),
    "at_most": lambda isa: stored(isa, isa.at_most("va", "128.0f")),
    "below": lambda isa: stored(isa, isa.zero_where(isa.below("va", "-64.0f"), "vb")),
    "power": lambda isa: stored(isa, isa.power("vbiased"), magic(isa), isa.declare("vbiased", isa.biased("va"))),
    "scale": lambda isa: scaled(isa, isa.scale),
    "scale_saturating": lambda isa: scaled(isa, isa.scale_saturating),
    "scale_down": lambda isa: scaled(isa, isa.scale_down),
    "lookup32": lambda isa: stored(isa, isa.lookup32("vtable", "va"), *isa.table32("vtable", TABLE32)),
    "floor": lambda isa: stored(isa, isa.floor("va")),
    "reduce_add": lambda isa: floats(isa, [*isa.reduce_add("sum", "va"), "*py = sum;"]),
    "reduce_max": lambda isa: floats(isa, [*isa.reduce_max("max", "va"), "*py = max;"]),
}
BODIES_16 = {
    "first": lambda isa: floats(isa, [f"*py = {isa.first(isa.set1('*pa'))};"]),
    "set1_16": lambda isa: halves([isa.store_16("hy", isa.set1_16("*ha"))]),
    "load_16": lambda isa: halves([isa.store_16("hy", isa.load_16("ha"))]),
    "store_16_non_temporal": lambda isa: halves(
        [isa.store_16_non_temporal("hy", isa.load_16("ha")), *isa.fence()]
    ),
    "load_16_tail": lambda isa: halves([*isa.tail_begin("count"), isa.store_16("hy", isa.load_16_tail("ha"))]),
    "store_16_tail": lambda isa: halves([
        *isa.tail_begin("count"), f"const {isa.vector_16} h = {isa.load_16('ha')};", isa.store_16_tail("hy", "h"),
    ]),
    "widen_f16": lambda isa: widened(isa, "widen_f16"),
    "widen_bf16": lambda isa: widened(isa, "widen_bf16"),
    "narrow_f16": lambda isa: narrowed(isa, "narrow_f16"),
    "narrow_bf16": lambda isa: narrowed(isa, "narrow_bf16"),
    "narrow_exponential_bf16": lambda isa: narrowed(isa, "narrow_exponential_bf16"),
}


def bodies_of(isa, bodies):
    """{word: lines}, of the words that the ISA has."""
    found = {}
    for word, make in bodies.items():
        try:
            found[word] = make(isa)
        except MissingWord:
            pass
    return found


# ---- The functions


def variants_of(isa):
    """The instances of an ISA, by what names of functions end in: one, or one for each size of group."""
    if not isa.IN_GROUPS:
        return {isa.NAME: isa}
    groups = sorted({registers for registers, _ in isa.TILES})
    return {f"{isa.NAME}_m{group}": type(isa)(group) for group in groups}


def words_of(isa):
    """What there is to test: {(variant, word): lines}."""
    return {
        (variant, word): lines
        for variant, instance in variants_of(isa).items()
        for bodies in (BODIES, BODIES_16)
        for word, lines in bodies_of(instance, bodies).items()
    }


def symbol(variant, word):
    return f"twopass_word_{word}__{variant}"


def fuses(isa):
    """Whether the method of exp needs a multiply-add that rounds once."""
    return isa.METHODS != ["rr4-p5"]


def functions_of(isa):
    """The functions, those that they call first."""
    words = words_of(isa)
    if isa.helpers_16() and any(word in BODIES_16 for _, word in words):
        yield "\n".join(["namespace {", "", *isa.helpers_16(), "", "}  // namespace", ""])
    for variant, instance in variants_of(isa).items():
        yield f"size_t {symbol(variant, 'lanes')}() {{ return {instance.lanes}; }}\n"
    for (variant, word), body in words.items():
        lines = "".join(f"  {line}\n" for line in body)
        yield f"void {symbol(variant, word)}({PARAMETERS}) {{\n{lines}}}\n"


def rows(isa):
    """Of the list of all: the ISA, the variant, the word, the function, that of the lanes, whether multiply-adds are
    fused."""
    return [
        f'TWOPASS_WORD({isa.NAME}, "{variant}", "{word}", {symbol(variant, word)}, {symbol(variant, "lanes")}, '
        f"{'true' if fuses(isa) else 'false'})"
        for variant, word in words_of(isa)
    ]
