// What the functions of the module say of themselves.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#ifndef TWOPASS_PYTHON_SRC_DOCSTRINGS_H_
#define TWOPASS_PYTHON_SRC_DOCSTRINGS_H_

namespace twopass_python {

#define TWOPASS_DOC_X(name)                                                                                          \
  name " : array of any shape and strides\n"                                                                         \
       "    Of NumPy, of a library with DLPack in main memory (PyTorch), or what NumPy makes an array of. Elements " \
       "of\n"                                                                                                        \
       "    float32, float16 and bfloat16 (ml_dtypes) are taken as they are; float64, integers and bool are "        \
       "converted\n"                                                                                                 \
       "    to float32, with a copy, so that results are float32 too: there is no computation in float64.\n"
#define TWOPASS_DOC_AXIS                 \
  "axis : int, tuple of ints, or None\n" \
  "    What a row goes over; None for all axes together. Negative numbers count from the last axis.\n"
#define TWOPASS_DOC_ZERO_MASKED_ROWS(what) \
  "zero_masked_rows : bool\n"              \
  "    Whether a row that holds nothing but -inf gives " what " instead of nan.\n"
#define TWOPASS_DOC_THREADS                                                                                          \
  "threads : int or None\n"                                                                                          \
  "    How many threads may compute; None for the calling one alone, 0 for one on each processor that the process\n" \
  "    may use. Results have the same bits for any number.\n"
#define TWOPASS_DOC_LOGITS(sink)                                                                                    \
  "scale, softcap, bias, slope, keep, lengths" sink                                                                 \
  " : None where not wanted\n"                                                                                      \
  "    What becomes of logits first: x * scale, then softcap * tanh(x / softcap), then + slope * bias; then -inf\n" \
  "    where keep is false, and from lengths on. softcap is a number. bias (of any elements that x may have) and\n" \
  "    keep (bool, uint8) are broadcast to the shape of x; the others to that shape without the axis, a number\n"   \
  "    for each row. Inputs beyond lengths, which are for a single axis, are not read.\n"
#define TWOPASS_DOC_SINK "    sink is a logit that counts in the sum only.\n"
#define TWOPASS_DOC_OUT(name, what) \
  name " : array or None\n"         \
       "    Where to write " what ", of that shape, float32, float16 or bfloat16; it may be the input itself.\n"
#define TWOPASS_DOC_ERRORS                                                                       \
  "ValueError\n"                                                                                 \
  "    For an axis out of bounds, for shapes that do not match, for a value out of its range.\n" \
  "TypeError\n"                                                                                  \
  "    For elements that are not real numbers, or an argument of another kind than said here.\n"
#define TWOPASS_DOC_MAP \
  "\n"                                                                                                                 \
  "Parameters\n"                                                                                                       \
  "----------\n" TWOPASS_DOC_X("x") TWOPASS_DOC_AXIS TWOPASS_DOC_OUT("out", "the results")                             \
      "dtype : dtype or None\n"                                                                                        \
      "    float32, float16 or bfloat16, of the result; None for that of out, or of x.\n"
#define TWOPASS_DOC_LOG_SUMS \
  "log_sums : bool\n"        \
  "    Whether the log-sum-exp of each row is wanted too: then the result is a pair.\n"
#define TWOPASS_DOC_RETURNS_LIKE_X                                                                        \
  "\n"                                                                                                    \
  "Returns\n"                                                                                             \
  "-------\n"                                                                                             \
  "out, or a new array of the shape and kind of x. Everything is computed in float32 and rounded once.\n" \
  "\n"                                                                                                    \
  "Raises\n"                                                                                              \
  "------\n" TWOPASS_DOC_ERRORS

constexpr char kSoftmaxDoc[] =
    "exp(x) / sum(exp(x)) over the rows along an axis.\n"
    "\n"
    "A nan or +inf makes its row nan; -inf gives 0 beside larger values.\n" TWOPASS_DOC_MAP TWOPASS_DOC_LOGITS(", sink")
        TWOPASS_DOC_SINK TWOPASS_DOC_LOG_SUMS TWOPASS_DOC_ZERO_MASKED_ROWS("zeros")
    "reproducible : bool\n"
    "    Whether the bits are to be the same on every machine. Costs up to a third more time with AVX2, AVX-512 and\n"
    "    64-bit NEON, and many times as much elsewhere.\n" TWOPASS_DOC_THREADS TWOPASS_DOC_RETURNS_LIKE_X;

constexpr char kSigmoidDoc[] =
    "1 / (1 + exp(-x)): what sigmoid attention has in place of a softmax.\n"
    "\n"
    "The axis is that of lengths. A masked logit gives 0, whatever zero_masked_rows is.\n" TWOPASS_DOC_MAP
        TWOPASS_DOC_LOGITS("") TWOPASS_DOC_ZERO_MASKED_ROWS("zeros") TWOPASS_DOC_THREADS TWOPASS_DOC_RETURNS_LIKE_X;

constexpr char kSoftplusL1Doc[] =
    "s / sum(s) over the rows along an axis, with s = log(1 + exp(x)).\n"
    "\n"
    "A nan or +inf makes its row nan; -inf gives 0 beside larger values.\n" TWOPASS_DOC_MAP TWOPASS_DOC_LOGITS("")
        TWOPASS_DOC_ZERO_MASKED_ROWS("zeros") TWOPASS_DOC_THREADS TWOPASS_DOC_RETURNS_LIKE_X;

constexpr char kLogSoftmaxDoc[] =
    "x - log(sum(exp(x))) over the rows along an axis: the logarithm of the softmax, without its underflow.\n"
    "\n"
    "A nan or +inf makes its row nan; -inf gives -inf beside larger values.\n" TWOPASS_DOC_MAP TWOPASS_DOC_LOGITS(
        ", sink") TWOPASS_DOC_SINK TWOPASS_DOC_LOG_SUMS TWOPASS_DOC_ZERO_MASKED_ROWS("-inf")
        TWOPASS_DOC_THREADS TWOPASS_DOC_RETURNS_LIKE_X;

#define TWOPASS_DOC_REDUCE(name)                                          \
  "\n"                                                                    \
  "Parameters\n"                                                          \
  "----------\n" TWOPASS_DOC_X(name) TWOPASS_DOC_AXIS                     \
      "keepdims : bool\n"                                                 \
      "    Whether the axes stay in the result, with one element each.\n" \
      "out : array of float32 or None\n"                                  \
      "    Where to write the results, of their shape.\n"
#define TWOPASS_DOC_RETURNS_ROWS                                                                       \
  "\n"                                                                                                 \
  "Returns\n"                                                                                          \
  "-------\n"                                                                                          \
  "out, or a new array or scalar of float32, whatever the elements were, with a value for each row.\n" \
  "\n"                                                                                                 \
  "Raises\n"                                                                                           \
  "------\n" TWOPASS_DOC_ERRORS

constexpr char kLogsumexpDoc[] =
    "log(sum(exp(a))) over the rows along an axis, in one read of the array.\n"
    "\n"
    "A nan or +inf in a row gives nan; nothing but -inf, or nothing at all, gives -inf.\n" TWOPASS_DOC_REDUCE("a")
        TWOPASS_DOC_LOGITS(", sink") TWOPASS_DOC_SINK TWOPASS_DOC_THREADS TWOPASS_DOC_RETURNS_ROWS;

constexpr char kEntropyDoc[] =
    "The entropy, in nats, of the softmax of each row of logits along an axis: -sum(p * log(p)).\n"
    "\n"
    "A nan or +inf in a row gives nan, and so does nothing but -inf; no elements at all give 0.\n" TWOPASS_DOC_REDUCE(
        "x") TWOPASS_DOC_LOGITS("") TWOPASS_DOC_ZERO_MASKED_ROWS("0") TWOPASS_DOC_THREADS TWOPASS_DOC_RETURNS_ROWS;

#define TWOPASS_DOC_BACKWARD(what)                                                                                \
  "\n"                                                                                                            \
  "Parameters\n"                                                                                                  \
  "----------\n"                                                                                                  \
  "y : array of any shape and strides\n"                                                                          \
  "    What " what                                                                                                \
  " returned for the logits.\n"                                                                                   \
  "dy : array of the shape of y\n"                                                                                \
  "    The gradient of a loss by y.\n" TWOPASS_DOC_AXIS TWOPASS_DOC_OUT("out", "the results") TWOPASS_DOC_THREADS \
      "\n"                                                                                                        \
      "Returns\n"                                                                                                 \
      "-------\n"                                                                                                 \
      "out, or a new array of the shape, kind and elements of y: the gradient of the loss by the logits.\n"       \
      "\n"                                                                                                        \
      "Raises\n"                                                                                                  \
      "------\n" TWOPASS_DOC_ERRORS

constexpr char kSoftmaxBackwardDoc[] =
    "y * (dy - sum(y * dy)) over the rows along an axis: the gradient that goes through a "
    "softmax.\n" TWOPASS_DOC_BACKWARD("softmax");

constexpr char kLogSoftmaxBackwardDoc[] =
    "dy - exp(y) * sum(dy) over the rows along an axis: the gradient that goes through a "
    "log-softmax.\n" TWOPASS_DOC_BACKWARD("log_softmax");

constexpr char kSigmoidBackwardDoc[] =
    "dy * y * (1 - y): the gradient that goes through a sigmoid.\n" TWOPASS_DOC_BACKWARD("sigmoid");

constexpr char kSoftplusL1BackwardDoc[] =
    "sigmoid(x) / sum(s) * (dy - sum(y * dy)) over the rows along an axis: the gradient that goes through a\n"
    "softplus_l1, by its logits as they are after scale, softcap, bias and masks.\n"
    "\n"
    "Parameters\n"
    "----------\n" TWOPASS_DOC_X("x")
    "dy : array of the shape of x\n"
    "    The gradient of a loss by softplus_l1(x).\n" TWOPASS_DOC_AXIS TWOPASS_DOC_OUT("out", "the results")
    TWOPASS_DOC_LOGITS("") TWOPASS_DOC_ZERO_MASKED_ROWS("zeros") TWOPASS_DOC_THREADS TWOPASS_DOC_RETURNS_LIKE_X;

#define TWOPASS_DOC_DIVERGENCE \
  "\n"                                                                                                      \
  "Parameters\n"                                                                                            \
  "----------\n" TWOPASS_DOC_X("x")                                                                         \
  "y : array of the shape of x\n"                                                                           \
  "    The logits of q, of any of these types.\n" TWOPASS_DOC_AXIS TWOPASS_DOC_THREADS                      \
  "\n"                                                                                                      \
  "Returns\n"                                                                                               \
  "-------\n"                                                                                               \
  "array\n"                                                                                                 \
  "    Of float32, in the kind of array that x is, with the shape of x without the axis; the same bits on\n" \
  "    every machine.\n"

constexpr char kKlDivergenceDoc[] =
    "sum(p * log(p / q)) over the rows along an axis, where p is softmax(x) and q is softmax(y); also where the two\n"
    "are nearly equal. For KL(q || p), call it with y and x.\n" TWOPASS_DOC_DIVERGENCE;

constexpr char kJsDivergenceDoc[] =
    "The Jensen-Shannon divergence of softmax(x) and softmax(y), over the rows along an axis: from 0 to "
    "log(2).\n" TWOPASS_DOC_DIVERGENCE;

constexpr char kSoftCrossEntropyDoc[] =
    "-sum(p * log(q)) over the rows along an axis, where p is softmax(x), the soft labels, and q is "
    "softmax(y).\n" TWOPASS_DOC_DIVERGENCE;

#define TWOPASS_DOC_RAISES \
  "\n"                     \
  "Raises\n"               \
  "------\n" TWOPASS_DOC_ERRORS

#define TWOPASS_DOC_DIVERGENCE_BACKWARD(what) \
  "(q - p) * d over the rows along an axis, where p is softmax(x) and q is softmax(y): the gradient by y of\n"   \
  "sum(d * " what "(x, y)).\n"                                                                                   \
  "\n"                                                                                                           \
  "A nan or +inf in either row makes its gradient nan, and so does a row of nothing but -inf. Results have the\n" \
  "same bits on every machine.\n"                                                                                \
  "\n"                                                                                                           \
  "Parameters\n"                                                                                                 \
  "----------\n" TWOPASS_DOC_X("x")                                                                              \
  "y : array of the shape of x\n"                                                                                \
  "    The logits of q, of any of these types.\n" TWOPASS_DOC_AXIS                                               \
  "d : number, array or None\n"                                                                                  \
  "    The gradient of a loss by the divergence of each row, such as 1 / rows for that of a mean: floats that\n" \
  "    are broadcast to the shape of x without the axis; None for 1.\n"                                          \
  TWOPASS_DOC_OUT("out", "the results") TWOPASS_DOC_THREADS                                                      \
  "\n"                                                                                                           \
  "Returns\n"                                                                                                    \
  "-------\n"                                                                                                    \
  "out, or a new array of the shape, kind and elements of y.\n" TWOPASS_DOC_RAISES

constexpr char kKlDivergenceBackwardDoc[] = TWOPASS_DOC_DIVERGENCE_BACKWARD("kl_divergence");

constexpr char kSoftCrossEntropyBackwardDoc[] = TWOPASS_DOC_DIVERGENCE_BACKWARD("soft_cross_entropy");

constexpr char kMergeAttentionDoc[] =
    "Merges attention that was computed in parts, each over some of the keys: log_sum = log(sum(exp(log_sums))) over\n"
    "the parts, and output = sum(exp(log_sums - log_sum) * outputs).\n"
    "\n"
    "A part with a log-sum of -inf counts nothing, whatever its output holds; a row whose log-sums are all -inf has "
    "an\n"
    "output of 0, and a nan or +inf among them makes the row nan. Results have the same bits on every machine.\n"
    "\n"
    "Parameters\n"
    "----------\n"
    "outputs : sequence of arrays of any shape and strides, or an array whose first axis is that of the parts\n"
    "    The sum of values of each part, weighted by the softmax over its keys. All of one shape, and "
    "of any\n"
    "    type and strides that x of softmax may have.\n"
    "log_sums : sequence of arrays, or an array\n"
    "    A part for each of outputs: the log-sum-exp of the scores of its rows, in nats, such as softmax gives by\n"
    "    log_sums=True. Floats that are broadcast to the shape of the output without the axis.\n"
    "axis : int, tuple of ints, or None\n"
    "    That of the values of a head, of one part; None for all axes together.\n" TWOPASS_DOC_OUT("out", "the output")
        TWOPASS_DOC_THREADS
    "\n"
    "Returns\n"
    "-------\n"
    "A pair: out, or a new array of the shape, kind and elements of the first part; and its log-sums, float32, of "
    "that\n"
    "shape without the axis. Everything is computed in float32 and rounded once.\n" TWOPASS_DOC_RAISES;

constexpr char kCrossEntropyDoc[] =
    "logsumexp(logits) - logits[label] for each row of logits along an axis, and its gradient by the logits.\n"
    "\n"
    "Rows of a negative label, or of ignore_index, have a loss and a gradient of 0. A label whose logit is -inf has a\n"
    "loss of +inf; a nan or +inf among the logits makes the row nan.\n"
    "\n"
    "Parameters\n"
    "----------\n" TWOPASS_DOC_X("logits")
    "labels : array of integers\n"
    "    Of the shape of logits without the axis; each below the number of classes, or negative.\n"
    "axis : int\n"
    "    That of the classes.\n"
    "weight : array of one axis or None\n"
    "    Not negative; by that of its label a loss is multiplied.\n"
    "ignore_index : int or None\n"
    "    A label that is ignored, beside the negative ones.\n"
    "label_smoothing : float\n"
    "    From 0 to 1: the share of a loss that is spread evenly over all classes.\n"
    "z_loss : float\n"
    "    Not negative: adds z_loss * logsumexp(logits)**2 to each loss.\n"
    "gradient : bool or array\n"
    "    Whether the gradient of the sum of losses is wanted; or where to write it, which may be logits itself.\n"
    "gradient_scale : float\n"
    "    What the gradient is multiplied by, such as 1 / rows for that of a mean.\n"
    TWOPASS_DOC_ZERO_MASKED_ROWS("a loss and a gradient of 0") TWOPASS_DOC_THREADS
    "\n"
    "Returns\n"
    "-------\n"
    "The losses, float32, of the shape of labels; with gradient, a pair of the losses and the gradient, which has the\n"
    "shape, kind and elements of logits.\n"
    "\n"
    "Raises\n"
    "------\n" TWOPASS_DOC_ERRORS;

constexpr char kStatisticsDoc[] =
    "A few numbers for each row of logits along the last axis, in one read of them: no probabilities are stored.\n"
    "\n"
    "Results have the same bits on every machine. A nan or +inf in a row makes its numbers nan, and its tokens and\n"
    "ranks -1; so does a row of nothing but -inf, but that its log-sum-exp is -inf. Equal logits go by their index.\n"
    "\n"
    "Parameters\n"
    "----------\n" TWOPASS_DOC_X("x")
    "tokens : array of integers or None\n"
    "    Tokens to look up, each below the length of the last axis, or negative for none: one for each row, broadcast\n"
    "    to the shape of x without its last axis; or several, with an axis more.\n"
    "top : int\n"
    "    How many of the largest logits are wanted, up to 64.\n" TWOPASS_DOC_LOGITS("")
    TWOPASS_DOC_ZERO_MASKED_ROWS("an entropy of 0 and log-probabilities of -inf") TWOPASS_DOC_THREADS
    "\n"
    "Returns\n"
    "-------\n"
    "Statistics, a tuple of arrays of the kind of x, float32 and int64, which have its shape without the last axis:\n"
    "\n"
    "logsumexp     : log(sum(exp(x)))\n"
    "entropy       : of the softmax, in nats\n"
    "argmax        : the token of the largest logit\n"
    "logprobs      : of tokens, in their shape; None without tokens\n"
    "ranks         : how many tokens come before each of tokens, the most likely having 0; None without tokens\n"
    "top_tokens    : those of the largest logits, along another axis in descending order; -1 where a row has no more;\n"
    "                None without top\n"
    "top_logprobs  : theirs, in the same shape; None without top\n" TWOPASS_DOC_RAISES;

constexpr char kSampleDoc[] =
    "Draws a token from each row of logits along the last axis, without a sort of them.\n"
    "\n"
    "The steps go in this order: top_k, top_p, min_p, temperature. For the temperature first, pass\n"
    "scale=1/temperature and leave temperature alone. The same logits, seed and counter give the same token on every\n"
    "machine, for any number of threads and in any batch. A row with a nan or +inf, or of nothing but -inf, has no\n"
    "token: -1.\n"
    "\n"
    "Parameters\n"
    "----------\n" TWOPASS_DOC_X("x")
    "temperature, top_k, top_p, min_p, seed, counter : numbers, or arrays of a number for each row\n"
    "    Broadcast to the shape of x without its last axis.\n"
    "\n"
    "    temperature    the token is drawn with a probability proportional to exp(x / temperature); 0 takes the\n"
    "                   largest\n"
    "    top_k          the top_k largest logits are left; 0 for all\n"
    "    top_p          the most likely tokens whose probabilities add up to top_p are left, one at least; 1 for all\n"
    "    min_p          those at least min_p times as probable as the most likely one are left; 0 for all\n"
    "    seed, counter  what the random number of a row is made of, so that rows with the same ones share it. Give\n"
    "                   each sequence a seed of its own, and count its tokens by the counter.\n"
    "joint : bool\n"
    "    Whether top_p is of the probabilities of all tokens, not of those that top_k has left.\n"
    TWOPASS_DOC_LOGITS("") TWOPASS_DOC_THREADS
    "\n"
    "Returns\n"
    "-------\n"
    "Sample, a tuple of arrays of the kind of x, which have its shape without the last axis:\n"
    "\n"
    "tokens    : int64\n"
    "logprobs  : float32, of the tokens, among those that were left\n"
    "kept      : int64, how many those were\n" TWOPASS_DOC_RAISES;

constexpr char kInfoDoc[] =
    "What the library found on this machine, as a dictionary.\n"
    "\n"
    "isa             : the instruction set in use; the environment variable TWOPASS_ISA may name another\n"
    "available_isas  : those of this build that the machine has, the best first\n"
    "kernels         : the names of the kernels in use\n"
    "caches          : l1_bytes, l2_bytes of a core; l3_bytes, which l3_cores share; 0 where the machine does not "
    "tell\n"
    "processors      : those that the process may use, as many threads as threads=0 stands for\n";

}  // namespace twopass_python

#endif  // TWOPASS_PYTHON_SRC_DOCSTRINGS_H_
