#!/usr/bin/env python3
"""Draws what benchmarks and examples have found, as <prefix>.svg and <prefix>.png. Needs matplotlib.

  bench_softmax --benchmark_out=softmax.json
  plot.py algorithms softmax.json algorithms     each algorithm over the length of the row, and the memory bound
  plot.py threads softmax.json threads           what more threads gain on one row

  bench_peers --benchmark_out=peers.json
  plot.py peers peers.json peers                 this library beside others, on rows and on batches, in one thread
  plot.py peers peers.json peers-2 --threads 2   the same in two threads
  plot.py threads peers.json peers-threads       what more threads gain each of them on one row

  scripts/peers-python
  plot.py peers bench.json python                the same from Python, where a call is part of it

  attention --weights 3 weights.csv scores.npy
  plot.py attention weights.csv attention        what a head attends to, after each step that its scores go through

All times are medians. Curves differ in marker and dash as well as in colour.
"""

import argparse
import csv
import json
import pathlib
import re
import sys
import textwrap
from typing import NamedTuple

try:
    import matplotlib
except ImportError:
    sys.exit("plot.py: needs matplotlib (Debian: apt-get install python3-matplotlib)")

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy  # noqa: E402
from matplotlib.colors import LogNorm  # noqa: E402
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator  # noqa: E402

# ---- What was measured


class Results(NamedTuple):
    path: str
    context: dict
    times: dict  # {name of a benchmark: ns per element}

    def select(self, pattern):
        """[[*groups of the pattern, ns per element]] of the names that match; a group of digits is a number."""
        rows = []
        for name, time in self.times.items():
            match = re.fullmatch(pattern, name)
            if match:
                rows.append([int(group) if group.isdigit() else group for group in match.groups()] + [time])
        return rows


def read_results(path):
    try:
        results = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        context, runs = results["context"], results["benchmarks"]
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as problem:
        raise ValueError(f"{path} is not what a benchmark writes with --benchmark_out=<file>.json") from problem
    times = {}
    # A single repetition has no median; where a file has both, the median comes last and holds.
    for run in sorted(runs, key=lambda run: run.get("aggregate_name") == "median"):
        if run.get("aggregate_name", "median") == "median" and "ns/element" in run:
            # Google Benchmark adds the kind of time to a name where it is not processor time.
            times[re.sub("/(real|process|manual)_time", "", run["run_name"])] = run["ns/element"]
    return Results(path, context, times)


def read_weights(path):
    """{step: matrix of weights}: a row for each query, of what the sink has and what each key has."""
    steps = {}
    try:
        with open(path, newline="", encoding="utf-8") as file:
            for step, *weights in csv.reader(file):
                steps.setdefault(step, []).append([float(weight) for weight in weights])
        matrices = {step: numpy.array(rows) for step, rows in steps.items()}
        if not matrices or any(rows.ndim != 2 or rows.shape[1] < 2 for rows in matrices.values()):
            raise ValueError
    except (csv.Error, ValueError) as problem:
        raise ValueError(f"{path} is not what the example of attention writes with --weights") from problem
    return matrices


def curves_of(rows):
    """{subject: {n: time}} of (subject, n, time)."""
    curves = {}
    for subject, n, time in rows:
        curves.setdefault(subject, {})[n] = time
    return curves


def memory_bound(results):
    """{n: time} of two passes that do nothing but move memory: a read of n, then the better copy of n."""
    bounds = curves_of(results.select("bound/([^/]+)/([0-9]+)"))
    copies = {}
    for name in ("copy", "copy_nt"):
        for n, time in bounds.get(name, {}).items():
            copies[n] = min(time, copies.get(n, time))
    return {n: time + copies[n] for n, time in bounds.get("read", {}).items() if n in copies}


class PeerTime(NamedTuple):
    peer: str
    rows: int
    columns: int
    threads: int
    time: float

    def is_row(self):
        """Whether it belongs to a curve over the length of a row."""
        return self.rows == 1 and self.columns & (self.columns - 1) == 0


# A call that takes more of the time leaves too little to tell the softmax by; bench_peers compares by the same rule.
LARGEST_SHARE_OF_CALL = 0.8


def peer_times(results):
    """[PeerTime], less the cost of a call for the peers that calls are slow of, and the names of these peers."""
    measured = [PeerTime(*row) for row in results.select("peers/([^/]+)/([0-9]+)x([0-9]+)/([0-9]+)")]
    calls = {(it.peer, it.threads): it.time for it in measured if it.rows * it.columns == 1}  # measured for these alone
    times = []
    for it in measured:
        call = calls.get((it.peer, it.threads), 0.0) / (it.rows * it.columns)
        if call <= LARGEST_SHARE_OF_CALL * it.time:
            times.append(it._replace(time=it.time - call))
    return times, {peer for peer, _ in calls}


# ---- Curves


class Style(NamedTuple):
    label: str
    color: str
    marker: str = ""
    dash: str = "-"
    is_hollow: bool = False
    width: float = 1.7

    def line(self):
        """The arguments for a line of matplotlib."""
        return {
            "color": self.color,
            "linestyle": self.dash,
            "linewidth": self.width,
            "marker": self.marker,
            "markersize": 5.5,
            "markerfacecolor": "white" if self.is_hollow else self.color,
            "solid_capstyle": "butt",
        }


# The colours of M. Okabe and K. Ito, told apart by people with any colour vision.
ORANGE, SKY, GREEN, BLUE, VERMILION, PURPLE = "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7"
YELLOW, BLACK, GREY, FAINT = "#F0E442", "#000000", "#555555", "#E8E8E8"

# From back to front. A colour is a family; dashed and hollow: exponentials are computed again instead of stored.
ALGORITHMS = {
    "auto": Style("AUTO", YELLOW, width=9),
    "plain_loop": Style("plain loop", GREY, "x", ":"),
    "three_pass_reload": Style("three-pass, reload", VERMILION, "s"),
    "three_pass_recompute": Style("three-pass, recompute", VERMILION, "s", "--", is_hollow=True),
    "two_pass": Style("two-pass", GREEN, "^", "--", is_hollow=True),
    "anchored_reload": Style("anchored, reload", BLUE, "o"),
    "anchored_recompute": Style("anchored, recompute", BLUE, "o", "--", is_hollow=True),
}
BOUND = Style("memory bound", BLACK)

OURS = "twopass"
PEERS = {
    "scipy": Style("SciPy", GREY, "X", "--"),
    "onnxruntime": Style("ONNX Runtime", VERMILION, "s"),
    "eigen": Style("Eigen", SKY, "P", "--"),
    "plain_loop": Style("plain loop", GREY, "x", ":"),
    "xnnpack": Style("XNNPACK", ORANGE, "D", "-.", is_hollow=True),
    "onednn": Style("oneDNN", GREEN, "^", "--", is_hollow=True),
    "pytorch": Style("PyTorch", PURPLE, "v"),
    OURS: Style("twopass", BLUE, "o", width=3.5),
}


def styles_of(names, known):
    """{name: style}, in the order of the known ones, behind which the others lie."""
    order = sorted(name for name in names if name not in known) + [name for name in known if name in names]
    return {name: known.get(name, Style(name, BLACK, "*", ":")) for name in order}


def spread(positions, gap):
    """Ascending positions, moved as little as keeps neighbours that gap apart."""
    groups = []  # of neighbours that touch: [sum of what each asks the first position to be, count]
    for index, position in enumerate(positions):
        groups.append([position - index * gap, 1])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] > groups[-1][0] / groups[-1][1]:
            total, count = groups.pop()
            groups[-1][0] += total
            groups[-1][1] += count
    firsts = [total / count for total, count in groups for _ in range(count)]
    return [first + index * gap for index, first in enumerate(firsts)]


def draw_curves(ax, curves):
    """[(style, {n: value})] from back to front, with their labels on the right. The limits of the axes must be set."""
    to_axes = (ax.transData + ax.transAxes.inverted()).transform
    ends = []
    for style, curve in curves:
        ns = sorted(curve)
        ax.plot(ns, [curve[n] for n in ns], **style.line())
        ends.append((*to_axes((ns[-1], curve[ns[-1]])), style))
    ends.sort(key=lambda end: end[1])
    labels = spread([y for _, y, _ in ends], gap=LINE_HEIGHT / (ax.get_position().height * ax.figure.get_figheight()))
    for (x, y, style), label in zip(ends, labels):
        outside = {"transform": ax.transAxes, "clip_on": False}
        ax.plot([x, 1.01, 1.03], [y, y, label], color=GREY, linewidth=0.6, zorder=1, **outside)
        ax.plot([1.03, 1.06, 1.09], [label] * 3, **style.line(), markevery=[1], **outside)
        ax.text(1.1, label, style.label, va="center", **outside)


# ---- Figures and axes

# In inches.
WIDTH, LEFT, PANEL_WIDTH = 10, 1.05, 6.55
TOP, GAP, BOTTOM = 1.25, 0.75, 0.65  # above the panels, between them, below without notes
LINE_HEIGHT = 0.22
NOTE_HEIGHT = 0.17
NOTE_LENGTH = 115  # characters
DPI = 150  # of the .png
MOST_TICKS = 12
BYTES_PER_ELEMENT = 8  # 4 of input and 4 of output


def new_page(height, left, title, facts, notes):
    """A figure that holds its title, facts below, and notes at its bottom."""
    matplotlib.rcParams.update(
        {"font.size": 9.5, "axes.spines.right": False, "axes.spines.top": False, "svg.hashsalt": "twopass"})
    figure = plt.figure(figsize=(WIDTH, height))
    figure.text(left / WIDTH, 1 - 0.36 / height, title, fontsize=14, fontweight="bold")
    figure.text(left / WIDTH, 1 - 0.6 / height, facts, color=GREY)
    for index, note in enumerate(reversed(notes)):
        figure.text(left / WIDTH, (0.12 + NOTE_HEIGHT * index) / height, note, color=GREY, fontsize=8)
    return figure


def new_figure(results, title, notes, *heights):
    """A figure with title, machine and notes, and its panels from top to bottom, room for labels on their right."""
    height = TOP + sum(heights) + GAP * (len(heights) - 1) + BOTTOM + NOTE_HEIGHT * len(notes)
    context = results.context
    clock = context.get("core_clock", "").replace(", measured", "")
    facts = [
        context.get("processor", "unknown processor") + (f" at {clock}" if clock else ""),
        f"{context['isa']} kernels" if "isa" in context else "",
        context.get("date", "unknown date")[:10],
        "medians",
    ]
    figure = new_page(height, LEFT, title, "; ".join(filter(None, facts)), notes)
    panels = []
    bottom = height - TOP + GAP
    for panel_height in heights:
        bottom -= GAP + panel_height
        panels.append(figure.add_axes(
            [LEFT / WIDTH, bottom / height, PANEL_WIDTH / WIDTH, panel_height / height]))
    return figure, panels


def binary(n):
    """65536 is "64 Ki"."""
    prefixes = ["", " Ki", " Mi", " Gi"]
    while n >= 1024 and n % 1024 == 0 and len(prefixes) > 1:
        n //= 1024
        prefixes.pop(0)
    return f"{n}{prefixes[0]}"


def set_ticks(axis, ticks, label_of):
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda tick, _: label_of(tick)))


def set_lengths(ax, curves, context):
    """The horizontal axis, with bytes at the top and a line where a row fills a cache."""
    ns = sorted({n for _, curve in curves for n in curve})
    ax.set_xscale("log", base=2)
    ax.set_xlim(ns[0] / 1.2, ns[-1] * 1.2)
    ticks = [n for n in ns if n & (n - 1) == 0]
    ticks = ticks[::-(-len(ticks) // MOST_TICKS)]
    set_ticks(ax.xaxis, ticks, lambda n: binary(round(n)))
    ax.set_xlabel("n, elements of the row")

    top = ax.secondary_xaxis("top", functions=(lambda n: n * BYTES_PER_ELEMENT, lambda size: size / BYTES_PER_ELEMENT))
    set_ticks(top.xaxis, [n * BYTES_PER_ELEMENT for n in ticks], lambda size: binary(round(size)) + "B")
    top.tick_params(colors=GREY, labelsize=8)
    top.set_xlabel("input and output together", color=GREY, fontsize=8)

    for cache in context.get("caches", []):
        n = cache["size"] / BYTES_PER_ELEMENT
        if cache["type"] != "Instruction" and ns[0] < n < ns[-1]:
            ax.axvline(n, color=GREY, linewidth=1, linestyle=(0, (1, 2)), zorder=1)
            is_on_left = n * n < ns[0] * ns[-1]  # of the middle
            ax.annotate(
                f"L{cache['level']} is full\n{binary(cache['size'])}B", (n, 1), xycoords=("data", "axes fraction"),
                xytext=(4 if is_on_left else -4, -2), textcoords="offset points", ha="left" if is_on_left else "right",
                va="top", fontsize=8, color=GREY)


def set_log_times(axis, times):
    low, high = min(times), max(times)
    axis.axes.set(**{f"{axis.axis_name}scale": "log", f"{axis.axis_name}lim": (low / 1.25, high * 1.25)})
    set_ticks(axis, [digit * 10.0**power for power in range(-3, 4) for digit in (1, 2, 5)], lambda time: f"{time:g}")


TIME_LABEL = "ns per element (less is better)"

# ---- The figures

SHORTEST_ROW = 256  # for a linear axis of times: that of a shorter row is mostly the time of a call


def draw_algorithms(results):
    rows = curves_of(results.select("softmax/([^/]+)/([0-9]+)"))
    if not rows:
        raise ValueError(f"{results.path} holds no softmax/<algorithm>/<n>: give it what bench_softmax measured")
    curves = [(style, rows[name]) for name, style in styles_of(rows, ALGORITHMS).items()]
    curves.append((BOUND, memory_bound(results)))
    curves = [(style, {n: curve[n] for n in curve if n >= SHORTEST_ROW}) for style, curve in curves]
    curves = [(style, curve) for style, curve in curves if curve]
    if not curves:
        raise ValueError(f"{results.path} holds no row of {SHORTEST_ROW} elements or more")

    notes = [
        "reload (filled): exponentials are computed once, and stored; recompute and two-pass (hollow): computed twice",
        "AUTO: what the library chooses; memory bound: the fastest read of n elements plus the fastest copy of n",
    ]
    figure, (panel,) = new_figure(results, "Softmax of one row in one thread", notes, 4.2)
    set_lengths(panel, curves, results.context)
    panel.set_ylim(0, 1.15 * max(time for _, curve in curves for time in curve.values()))
    panel.set_ylabel(TIME_LABEL)
    panel.grid(axis="y", color=FAINT)
    if curves[-1][0] is BOUND:
        panel.fill_between(*zip(*sorted(curves[-1][1].items())), color=FAINT, zorder=0)
    draw_curves(panel, curves)
    return figure


def draw_peers(results, threads):
    all_times, slow_calls = peer_times(results)
    if not all_times:
        raise ValueError(
            f"{results.path} holds no peers/<peer>/<rows>x<columns>/<threads>: give it what bench_peers measured")
    times = [it for it in all_times if it.threads == threads]
    rows = curves_of((it.peer, it.columns, it.time) for it in times if it.is_row())
    batches = curves_of(((it.rows, it.columns), it.peer, it.time) for it in times if not it.is_row())
    if not rows:
        raise ValueError(f"{results.path} holds no row of a power of two with {threads} threads")
    context = results.context
    styles = styles_of({it.peer for it in times}, PEERS)
    curves = [(style, rows[name]) for name, style in styles.items() if name in rows]

    title = f"Softmax of twopass and of others, {'one thread' if threads == 1 else f'{threads} threads'}"
    versions = [f"{style.label} {context[name]}" for name, style in styles.items() if name in context]
    notes = textwrap.wrap("; ".join(versions), NOTE_LENGTH)
    for name in sorted(slow_calls & set(styles)):
        notes.append(f"{styles[name].label}: less the cost of a call from another language, measured on one element")
    figure, panels = new_figure(results, title, notes, 4.2, *([0.4 + 0.3 * len(batches)] if batches else []))
    set_lengths(panels[0], curves, context)
    set_log_times(panels[0].yaxis, [time for _, curve in curves for time in curve.values()])
    panels[0].set_ylabel(TIME_LABEL)
    panels[0].grid(axis="y", color=FAINT)
    draw_curves(panels[0], curves)
    if batches:
        draw_batches(panels[1], batches, styles)
    return figure


def draw_batches(ax, batches, styles):
    """A line for each batch, with a marker for each peer and the best of the others beside it."""
    order = sorted(batches, key=lambda shape: (shape[0] * shape[1], shape))
    set_log_times(ax.xaxis, [time for times in batches.values() for time in times.values()])
    ax.set_xlabel(TIME_LABEL)
    ax.set_title(
        "Other shapes, rows x columns, and the fastest of the others", loc="left", fontsize=9.5, fontweight="bold")
    ax.set_ylim(len(order) - 0.4, -0.6)
    set_ticks(ax.yaxis, range(len(order)), lambda index: "{} x {}".format(*order[round(index)]))
    ax.grid(axis="x", color=FAINT)
    for y, shape in enumerate(order):
        times = batches[shape]
        ax.plot([min(times.values()), max(times.values())], [y, y], color=FAINT, linewidth=1.5, zorder=1)
        for name, time in times.items():
            ax.plot([time], [y], **{**styles[name].line(), "linestyle": ""}, zorder=3)
        others = [name for name in times if name != OURS]
        if OURS in times and others:
            best = min(others, key=times.get)
            ax.text(
                1.03, y, f"{styles[best].label}: {times[best] / times[OURS]:.2f}x as long", va="center",
                transform=ax.get_yaxis_transform(), clip_on=False)


def speedups_of_threads(results):
    """{(threads, peer): {n: how many times as fast as in one thread}}"""
    times = {(OURS, n, threads): time for threads, n, time in results.select("softmax_threads/([0-9]+)/([0-9]+)")}
    times |= {(it.peer, it.columns, it.threads): it.time for it in peer_times(results)[0] if it.is_row()}
    return curves_of(
        ((threads, peer), n, times[peer, n, 1] / time)
        for (peer, n, threads), time in times.items() if threads > 1 and (peer, n, 1) in times)


def draw_threads(results):
    speedups = speedups_of_threads(results)
    if not speedups:
        raise ValueError(
            f"{results.path} holds no row in one thread and in more: give it what bench_softmax or bench_peers "
            "measured")
    styles = styles_of({peer for _, peer in speedups}, PEERS)
    counts = sorted({threads for threads, _ in speedups})
    curves = []
    for peer, style in styles.items():
        for threads in counts:
            if (threads, peer) in speedups:
                label = style.label if len(counts) == 1 else f"{style.label}, {threads} threads"
                curves.append((style._replace(label=label), speedups[threads, peer]))

    figure, (panel,) = new_figure(
        results, f"Softmax of one row in {' or '.join(map(str, counts))} threads against one", [], 3.4)
    set_lengths(panel, curves, results.context)
    panel.set_ylim(0, max(counts[-1], *(value for _, curve in curves for value in curve.values())) * 1.15)
    panel.set_ylabel("times as fast as in one thread (more is better)")
    panel.yaxis.set_major_locator(MaxNLocator(integer=True))
    panel.grid(axis="y", color=FAINT)
    draw_curves(panel, curves)
    return figure


# In inches. A panel has 400 pixels in the .png, so that of 200 keys each has two.
PANEL = 400 / DPI
PANEL_LEFT, PANEL_TOP, PANEL_BOTTOM, PANEL_GAPS = 0.75, 1.05, 0.65, (0.5, 0.6)
PANELS_OF_LINE = 3
LEAST_WEIGHT = 1e-4  # that has a colour of its own


def draw_attention(weights):
    """A panel for each step, with a point for each query and key, and a column for the sink, where it has something."""
    lines = -(-(len(weights) + 1) // PANELS_OF_LINE)  # one more for the scale of colours
    height = PANEL_TOP + lines * PANEL + (lines - 1) * PANEL_GAPS[1] + PANEL_BOTTOM
    queries, keys = next(iter(weights.values()))[:, 1:].shape
    facts = f"{queries} queries x {keys} keys; what a query gives to its keys and the sink adds up to 1"
    figure = new_page(height, PANEL_LEFT, "What one head attends to", facts, [])
    colormap = matplotlib.colormaps["YlGnBu"].with_extremes(bad=FAINT)
    style = {"norm": LogNorm(LEAST_WEIGHT, 1), "cmap": colormap, "aspect": "auto", "interpolation": "nearest"}

    def new_panel(index, x, width, panel_height):
        line, column = divmod(index, PANELS_OF_LINE)
        left = PANEL_LEFT + column * (PANEL + PANEL_GAPS[0]) + x
        bottom = height - PANEL_TOP - (line + 1) * PANEL - line * PANEL_GAPS[1]
        return figure.add_axes([left / WIDTH, bottom / height, width / WIDTH, panel_height / height])

    for index, (step, matrix) in enumerate(weights.items()):
        shown = numpy.where(matrix > 0, numpy.maximum(matrix, LEAST_WEIGHT), numpy.nan)
        panel = new_panel(index, 0, PANEL, PANEL)
        image = panel.imshow(shown[:, 1:], **style)
        panel.set_title(step, loc="left", fontsize=9.5, fontweight="bold")
        panel.spines[["right", "top"]].set_visible(True)
        if index % PANELS_OF_LINE == 0:
            panel.set_ylabel("query")
        if index + PANELS_OF_LINE > len(weights) - 1:
            panel.set_xlabel("key")
        if matrix[:, 0].any():
            sink = new_panel(index, PANEL + 0.08, 0.12, PANEL)
            sink.imshow(shown[:, :1], **style)
            sink.set(xticks=[0], xticklabels=["sink"], yticks=[])
            sink.spines[["right", "top"]].set_visible(True)

    colors = new_panel(len(weights), 0.2, PANEL - 0.4, 0.15)
    figure.colorbar(image, cax=colors, orientation="horizontal", extend="min")
    colors.set_title("weight; grey is 0", fontsize=9.5)
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figure", choices=["algorithms", "peers", "threads", "attention"])
    parser.add_argument("results", metavar="in", help="what the benchmark wrote with --benchmark_out, or the example")
    parser.add_argument("prefix", help="where to write, without .svg and .png")
    parser.add_argument("--threads", type=int, default=1, help="of the peers; default: 1")
    arguments = parser.parse_args()

    if arguments.figure == "attention":
        figure = draw_attention(read_weights(arguments.results))
    elif arguments.figure == "algorithms":
        figure = draw_algorithms(read_results(arguments.results))
    elif arguments.figure == "peers":
        figure = draw_peers(read_results(arguments.results), arguments.threads)
    else:
        figure = draw_threads(read_results(arguments.results))
    figure.savefig(f"{arguments.prefix}.svg", metadata={"Date": None})  # the same results give the same file
    figure.savefig(f"{arguments.prefix}.png", dpi=DPI)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as problem:
        sys.exit(f"plot.py: {problem}")
