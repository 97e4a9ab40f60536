/* Softmax of rows whose columns are spread over the ranks of an MPI communicator, as those of a vocabulary-parallel
 * layer are; also log-softmax, log-sum-exp and cross-entropy. Each call makes one all-reduce:
 *
 *   struct twopass_mpi mpi;
 *   twopass_mpi_create(MPI_COMM_WORLD, 64, &mpi);
 *   status = twopass_mpi_softmax_f32(&mpi, rows, columns, logits, columns, probabilities, columns, NULL);
 *   ...
 *   twopass_mpi_free(&mpi);
 *
 * `columns` is the number of those that this rank has. It may be another on each, and 0. What a rank knows of its rows
 * is a sum of exponentials far past the range of floats (struct twopass_extexp, 16 bytes), so that no agreement on a
 * maximum comes before the sum.
 *
 * All calls are collective: every rank of the communicator makes the same ones in the same order, with the same handle,
 * one at a time. Rows, labels and flags must be the same on all ranks, too; where they are not, it is an error on all.
 *
 * Errors are the same on every rank: the status of a rank that has a mistake in its arguments goes with its message, in
 * place of its sums, and so does that of ranks that differ. Then no rank writes anything, and none waits for another.
 * (Not so where MPI itself fails, or a handle is NULL or was not made: that rank alone can know it.)
 *
 * What is exchanged, for each rows_at_once rows or less: one message of 24 bytes and 16 for each of rows_at_once rows;
 * 24 for each of them for a cross-entropy, where the logit of the label goes with the sum. Calls of more rows make as
 * many all-reduces as they need, and then rows are written as their turn comes. Messages are bytes, so that all
 * machines must be of one kind.
 *
 * Bits: what all ranks get (log-sum-exps, losses) has the same bits on each of them, and so does the total by which a
 * row is divided. MPI requires an all-reduce to give identical results to all; and whatever way it takes, each sum is
 * merged as a whole, and merging is commutative bit for bit. The number of ranks, and how columns are cut, change a
 * total by a few roundings of a float, within the accuracy that is promised; docs/mpi.md has what was seen.
 *
 * This is all there is to it, for C from C99 and C++ from C++11 on: the library itself does not use MPI; whoever
 * includes this header links it, and the library of mathematics. Its arithmetic is that of the program around, without
 * -ffast-math, in the default floating-point environment. MPI is called by the calling thread alone.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
 */
#ifndef TWOPASS_MPI_H_
#define TWOPASS_MPI_H_

#include <limits.h>
#include <math.h>
#include <mpi.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "twopass.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Statuses, beside those of twopass.h ----------------------------------------------------------------------- */

enum {
  /* There is no memory for the message. */
  TWOPASS_MPI_NO_MEMORY = 1001,
  /* A label that counts is in no rank's columns, or in those of two. */
  TWOPASS_MPI_NO_SUCH_COLUMN = 1002,
  /* The ranks called with other rows, labels or flags than each other, or created with other rows_at_once. */
  TWOPASS_MPI_RANKS_DIFFER = 1003,
  /* No mistake, everything was written: but a row has a NaN or a +infinity on some rank, so that its results are NaN on
   * all. Rows whose label is ignored do not count. */
  TWOPASS_MPI_NAN = 1004,
  /* MPI returned an error, which is the field mpi_error of the handle; what was written is undefined. */
  TWOPASS_MPI_FAILED = 1005
};

/* A short English description of a status of this header or of twopass.h, never NULL; the string is static. */
static inline const char* twopass_mpi_status_string(twopass_status status) {
  switch (status) {
    case TWOPASS_MPI_NO_MEMORY:
      return "no memory for the message";
    case TWOPASS_MPI_NO_SUCH_COLUMN:
      return "a label is in the columns of no rank, or of two";
    case TWOPASS_MPI_RANKS_DIFFER:
      return "the ranks differ in rows, labels, flags or rows_at_once";
    case TWOPASS_MPI_NAN:
      return "a row has a NaN or a +infinity on some rank";
    case TWOPASS_MPI_FAILED:
      return "MPI returned an error";
  }
  return twopass_status_string(status);
}

/* ---- Handles --------------------------------------------------------------------------------------------------- */

/* What a message begins with. */
struct twopass_mpi_header {
  uint64_t agreed; /* a hash of what must be the same on all ranks; 0 for a rank with a fault */
  uint64_t found;  /* how many labels of all rows were found among the columns */
  int32_t fault;   /* the largest status of a rank; TWOPASS_OK where none has one */
  uint32_t count;  /* rows in this message; behind it are as many sums, and then the logits of as many labels */
};

/* What ranks have in common. Only mpi_error is for users. */
struct twopass_mpi {
  MPI_Comm communicator; /* MPI_COMM_NULL where there is none */
  size_t rows_at_once;
  struct twopass_mpi_header* message;
  MPI_Datatype sums; /* a whole message with sums */
  MPI_Op merge_sums;
  MPI_Datatype sums_and_logits; /* and one with logits, too */
  MPI_Op merge_sums_and_logits;
  int mpi_error; /* the error code of MPI where the status is TWOPASS_MPI_FAILED */
};

static inline struct twopass_extexp* twopass_mpi_sums_of(struct twopass_mpi_header* message) {
  return (struct twopass_extexp*)(message + 1);
}
static inline double* twopass_mpi_logits_of(struct twopass_mpi_header* message) {
  return (double*)(twopass_mpi_sums_of(message) + message->count);
}

/* Makes `into` the message of both, and returns whether it has sums. In whatever order and groups messages are merged,
 * the fault is the same. */
static inline int twopass_mpi_merge_headers(const struct twopass_mpi_header* from, struct twopass_mpi_header* into) {
  if (from->agreed != 0 && into->agreed != 0 && from->agreed != into->agreed) into->fault = TWOPASS_MPI_RANKS_DIFFER;
  if (from->fault > into->fault) into->fault = from->fault;
  if (into->agreed == 0) into->agreed = from->agreed;
  into->found += from->found;
  return into->fault == TWOPASS_OK;
}

/* The operations of the all-reduces. There is one message at a time. */
static inline void twopass_mpi_merge_sums(void* from_messages, void* into_messages, int* length, MPI_Datatype* type) {
  struct twopass_mpi_header* const from = (struct twopass_mpi_header*)from_messages;
  struct twopass_mpi_header* const into = (struct twopass_mpi_header*)into_messages;
  const struct twopass_extexp* const from_sums = twopass_mpi_sums_of(from);
  struct twopass_extexp* const into_sums = twopass_mpi_sums_of(into);
  uint32_t i;
  (void)length;
  (void)type;
  if (!twopass_mpi_merge_headers(from, into)) return;
  for (i = 0; i < into->count; i++) into_sums[i] = twopass_merge_extexp(from_sums[i], into_sums[i]);
}

static inline void twopass_mpi_merge_sums_and_logits(void* from_messages, void* into_messages, int* length,
                                                     MPI_Datatype* type) {
  struct twopass_mpi_header* const from = (struct twopass_mpi_header*)from_messages;
  struct twopass_mpi_header* const into = (struct twopass_mpi_header*)into_messages;
  uint32_t i;
  twopass_mpi_merge_sums(from, into, length, type);
  if (into->fault != TWOPASS_OK) return;
  /* All but one are 0. */
  for (i = 0; i < into->count; i++) twopass_mpi_logits_of(into)[i] += twopass_mpi_logits_of(from)[i];
}

/* Frees the handle, on all ranks, before MPI_Finalize. One that could not be made needs no freeing. */
static inline void twopass_mpi_free(struct twopass_mpi* mpi) {
  if (mpi == NULL || mpi->communicator == MPI_COMM_NULL) return;
  if (mpi->merge_sums_and_logits != MPI_OP_NULL) MPI_Op_free(&mpi->merge_sums_and_logits);
  if (mpi->sums_and_logits != MPI_DATATYPE_NULL) MPI_Type_free(&mpi->sums_and_logits);
  if (mpi->merge_sums != MPI_OP_NULL) MPI_Op_free(&mpi->merge_sums);
  if (mpi->sums != MPI_DATATYPE_NULL) MPI_Type_free(&mpi->sums);
  free(mpi->message);
  MPI_Comm_free(&mpi->communicator);
}

/* What a rank needs for itself. */
static inline twopass_status twopass_mpi_set_up(struct twopass_mpi* mpi) {
  const size_t header = sizeof(struct twopass_mpi_header);
  const size_t sum = sizeof(struct twopass_extexp), sum_and_logit = sum + sizeof(double);
  if (mpi->rows_at_once == 0 || mpi->rows_at_once > (INT_MAX - header) / sum_and_logit) return TWOPASS_INVALID_ARGUMENT;
  /* Messages are sent whole, so that also what has no meaning is to be a value. */
  mpi->message = (struct twopass_mpi_header*)calloc(1, header + mpi->rows_at_once * sum_and_logit);
  if (mpi->message == NULL) return TWOPASS_MPI_NO_MEMORY;
  if ((mpi->mpi_error = MPI_Type_contiguous((int)(header + mpi->rows_at_once * sum), MPI_BYTE, &mpi->sums)) !=
          MPI_SUCCESS ||
      (mpi->mpi_error = MPI_Type_commit(&mpi->sums)) != MPI_SUCCESS ||
      (mpi->mpi_error = MPI_Op_create(twopass_mpi_merge_sums, 1, &mpi->merge_sums)) != MPI_SUCCESS ||
      (mpi->mpi_error = MPI_Type_contiguous((int)(header + mpi->rows_at_once * sum_and_logit), MPI_BYTE,
                                            &mpi->sums_and_logits)) != MPI_SUCCESS ||
      (mpi->mpi_error = MPI_Type_commit(&mpi->sums_and_logits)) != MPI_SUCCESS ||
      (mpi->mpi_error = MPI_Op_create(twopass_mpi_merge_sums_and_logits, 1, &mpi->merge_sums_and_logits)) !=
          MPI_SUCCESS)
    return TWOPASS_MPI_FAILED;
  return TWOPASS_OK;
}

/* Makes a handle for the ranks of an intracommunicator, which it duplicates, and makes sure, by an all-reduce, that
 * they all have one.
 *
 *   rows_at_once  how many rows fit into one message, the same on all ranks; at least 1. Every message has that size.
 *   mpi           where to write the handle; to be freed by twopass_mpi_free.
 *
 * Errors, the same on all ranks, and then no handle was made: TWOPASS_INVALID_ARGUMENT for a NULL, a 0, or a message of
 * 2^31 bytes or more; TWOPASS_MPI_NO_MEMORY; TWOPASS_MPI_RANKS_DIFFER where rows_at_once do; TWOPASS_MPI_FAILED. */
static inline twopass_status twopass_mpi_create(MPI_Comm communicator, size_t rows_at_once, struct twopass_mpi* mpi) {
  struct twopass_mpi none, *const own = mpi != NULL ? mpi : &none; /* a rank without one takes part all the same */
  uint64_t largest[3]; /* of all ranks: the fault, rows_at_once, and its complement */
  twopass_status status;
  memset(own, 0, sizeof(*own));
  own->rows_at_once = rows_at_once;
  own->sums = own->sums_and_logits = MPI_DATATYPE_NULL;
  own->merge_sums = own->merge_sums_and_logits = MPI_OP_NULL;
  own->communicator = MPI_COMM_NULL;
  own->mpi_error = MPI_Comm_dup(communicator, &own->communicator);
  if (own->mpi_error != MPI_SUCCESS) {
    own->communicator = MPI_COMM_NULL;
    return TWOPASS_MPI_FAILED;
  }
  MPI_Comm_set_errhandler(own->communicator, MPI_ERRORS_RETURN);

  status = mpi != NULL ? twopass_mpi_set_up(own) : TWOPASS_INVALID_ARGUMENT;
  largest[0] = (uint64_t)status;
  largest[1] = rows_at_once;
  largest[2] = ~(uint64_t)rows_at_once;
  own->mpi_error = MPI_Allreduce(MPI_IN_PLACE, largest, 3, MPI_UINT64_T, MPI_MAX, own->communicator);
  if (own->mpi_error != MPI_SUCCESS) {
    status = TWOPASS_MPI_FAILED;
  } else if (largest[0] != TWOPASS_OK) {
    status = (twopass_status)largest[0];
  } else if (largest[1] != ~largest[2]) {
    status = TWOPASS_MPI_RANKS_DIFFER;
  }
  if (status != TWOPASS_OK) twopass_mpi_free(own);
  return status;
}

/* ---- Steps that the calls below share -------------------------------------------------------------------------- */

/* A call, as a value. */
struct twopass_mpi_call {
  int is_complete; /* there are the arguments that no rank can do without */
  int has_labels;  /* it is a cross-entropy */
  size_t rows;
  size_t columns;
  const float* input;
  size_t input_stride;
  float* output; /* a matrix of outputs; NULL where there is none */
  size_t output_stride;
  float* results; /* one for each row; NULL where there are none */
  const int64_t* labels;
  const int64_t* ignored_label;
  size_t first_column;
  const struct twopass_options* options;
  /* Computes the outputs of the rows of a message, of which `begin` is the first. */
  void (*finish)(const struct twopass_mpi_call* call, size_t begin, struct twopass_mpi_header* message);
};

static inline uint32_t twopass_mpi_flags(const struct twopass_mpi_call* call) {
  return call->options != NULL ? call->options->flags : 0;
}

/* What a row of nothing but -infinity has, beside `zero` where its flag asks for that. */
static inline float twopass_mpi_empty(const struct twopass_mpi_call* call, float zero) {
  return (twopass_mpi_flags(call) & TWOPASS_FLAG_MASKED_ROW_ZERO) != 0 ? zero : (float)NAN;
}

static inline int twopass_mpi_is_ignored(const struct twopass_mpi_call* call, size_t row) {
  const int64_t label = call->labels[row];
  return label < 0 || (call->ignored_label != NULL && label == *call->ignored_label);
}

/* Whether this rank has the column that is the label of the row; then *column is which of its own. */
static inline int twopass_mpi_has_label(const struct twopass_mpi_call* call, size_t row, size_t* column) {
  const uint64_t label = (uint64_t)call->labels[row];
  if (twopass_mpi_is_ignored(call, row) || label < call->first_column) return 0;
  *column = (size_t)(label - call->first_column);
  return label - call->first_column < call->columns;
}

static inline size_t twopass_mpi_stride(const struct twopass_mpi_call* call, size_t stride) {
  return call->rows == 1 ? call->columns : stride;
}

static inline int twopass_mpi_are_aligned(const void* pointer, size_t size) { return (uintptr_t)pointer % size == 0; }

/* Whether a matrix with elements is one; then *end is where it ends. */
static inline int twopass_mpi_is_matrix(const struct twopass_mpi_call* call, const float* data, size_t stride,
                                        uintptr_t* end) {
  const size_t largest = PTRDIFF_MAX / sizeof(float);
  size_t bytes;
  if (data == NULL || !twopass_mpi_are_aligned(data, sizeof(float)) || stride < call->columns) return 0;
  if (call->columns > largest || call->rows - 1 > (largest - call->columns) / stride) return 0;
  bytes = ((call->rows - 1) * stride + call->columns) * sizeof(float);
  *end = (uintptr_t)data + bytes;
  return *end > (uintptr_t)data;
}

/* The rules of twopass.h for the arguments, before anything is exchanged; the rest, that of options, the library looks
 * at. */
static inline int twopass_mpi_are_arguments_valid(const struct twopass_mpi_call* call) {
  const size_t input_stride = twopass_mpi_stride(call, call->input_stride);
  const size_t output_stride = twopass_mpi_stride(call, call->output_stride);
  uintptr_t input_end, output_end;
  if (call->rows > PTRDIFF_MAX / sizeof(int64_t) || call->first_column > SIZE_MAX - call->columns) return 0;
  if (!twopass_mpi_are_aligned(call->results, sizeof(float)) ||
      !twopass_mpi_are_aligned(call->labels, sizeof(int64_t)) ||
      !twopass_mpi_are_aligned(call->ignored_label, sizeof(int64_t)))
    return 0;
  if (call->rows == 0 || call->columns == 0) return 1;
  if (!twopass_mpi_is_matrix(call, call->input, input_stride, &input_end)) return 0;
  if (call->output == NULL) return 1;
  if (!twopass_mpi_is_matrix(call, call->output, output_stride, &output_end)) return 0;
  if (call->output == call->input) return output_stride == input_stride;
  return output_end <= (uintptr_t)call->input || input_end <= (uintptr_t)call->output;
}

/* A hash that any change of a single word changes. */
static inline uint64_t twopass_mpi_hash(uint64_t hash, uint64_t word) {
  return ((hash ^ word) ^ (hash >> 32)) * UINT64_C(0x9E3779B97F4A7C15);
}

/* Fills in the header of a message, without the fault. Returns how many labels count. */
static inline uint64_t twopass_mpi_begin(const struct twopass_mpi_call* call, struct twopass_mpi_header* header) {
  uint64_t counted = 0, hash = twopass_mpi_hash(twopass_mpi_hash(1, call->rows), twopass_mpi_flags(call));
  size_t row, column;
  header->found = 0;
  for (row = 0; call->has_labels && row < call->rows; row++) {
    const int is_ignored = twopass_mpi_is_ignored(call, row);
    hash = twopass_mpi_hash(hash, is_ignored ? ~UINT64_C(0) : (uint64_t)call->labels[row]);
    counted += !is_ignored;
    header->found += (uint64_t)twopass_mpi_has_label(call, row, &column);
  }
  header->agreed = hash != 0 ? hash : 1;
  return counted;
}

/* Fills in the sums of a message of rows from `begin` on, and the logits of their labels that this rank has. */
static inline twopass_status twopass_mpi_reduce(const struct twopass_mpi_call* call, size_t begin,
                                                struct twopass_mpi_header* message) {
  const size_t stride = twopass_mpi_stride(call, call->input_stride);
  const float* const x = call->columns != 0 ? call->input + begin * stride : call->input;
  double* const logits = twopass_mpi_logits_of(message);
  size_t i, column;
  for (i = 0; call->has_labels && i < message->count; i++)
    logits[i] = twopass_mpi_has_label(call, begin + i, &column) ? x[i * stride + column] : 0.0;
  return twopass_reduce_extexp_f32(message->count, call->columns, x, stride, twopass_mpi_sums_of(message),
                                   call->options);
}

/* Whether results of the message's rows are NaN because of an input. */
static inline int twopass_mpi_has_nan(const struct twopass_mpi_call* call, size_t begin,
                                      struct twopass_mpi_header* message) {
  uint32_t i;
  for (i = 0; i < message->count; i++) {
    const int counts = !call->has_labels || !twopass_mpi_is_ignored(call, begin + i);
    if (counts && isnan(twopass_mpi_sums_of(message)[i].mantissa)) return 1;
  }
  return 0;
}

/* The body of all calls: block by block, reduces the columns of this rank, merges them with those of the others, and
 * finishes with the totals. Also a call of no rows makes an all-reduce, as other ranks may call with some. */
static inline twopass_status twopass_mpi_perform(struct twopass_mpi* mpi, const struct twopass_mpi_call* call) {
  struct twopass_mpi_header own;
  uint64_t counted = 0;
  size_t done = 0;
  int has_nan = 0;
  if (mpi == NULL || mpi->communicator == MPI_COMM_NULL) return TWOPASS_INVALID_ARGUMENT;
  memset(&own, 0, sizeof(own));
  if (call->is_complete && twopass_mpi_are_arguments_valid(call)) {
    counted = twopass_mpi_begin(call, &own);
  } else {
    own.fault = TWOPASS_INVALID_ARGUMENT;
  }
  do {
    struct twopass_mpi_header* const message = mpi->message;
    const size_t left = call->rows - done;
    own.count = (uint32_t)(left < mpi->rows_at_once ? left : mpi->rows_at_once);
    *message = own;
    if (own.fault == TWOPASS_OK) message->fault = twopass_mpi_reduce(call, done, message);
    if (message->fault != TWOPASS_OK) message->agreed = 0;
    mpi->mpi_error = call->has_labels
                         ? MPI_Allreduce(MPI_IN_PLACE, message, 1, mpi->sums_and_logits, mpi->merge_sums_and_logits,
                                         mpi->communicator)
                         : MPI_Allreduce(MPI_IN_PLACE, message, 1, mpi->sums, mpi->merge_sums, mpi->communicator);
    if (mpi->mpi_error != MPI_SUCCESS) return TWOPASS_MPI_FAILED;
    if (message->fault != TWOPASS_OK) return message->fault;
    if (message->found != counted) return TWOPASS_MPI_NO_SUCH_COLUMN;
    call->finish(call, done, message);
    has_nan = has_nan || twopass_mpi_has_nan(call, done, message);
    done += own.count;
  } while (done < call->rows);
  if (has_nan) return TWOPASS_MPI_NAN;
  return TWOPASS_OK;
}

/* The outputs of a softmax, and the gradient of a cross-entropy but for the labels. */
static inline void twopass_mpi_finish_softmax(const struct twopass_mpi_call* call, size_t begin,
                                              struct twopass_mpi_header* message) {
  const size_t x_stride = twopass_mpi_stride(call, call->input_stride);
  const size_t y_stride = twopass_mpi_stride(call, call->output_stride);
  if (call->columns == 0) return;
  /* Its arguments have been looked at. */
  twopass_finish_extexp_f32(message->count, call->columns, call->input + begin * x_stride, x_stride,
                            call->output + begin * y_stride, y_stride, twopass_mpi_sums_of(message), call->options);
}

/* Rows of a message, for the threads. */
struct twopass_mpi_block {
  const struct twopass_mpi_call* call;
  size_t begin;
  const struct twopass_extexp* totals;
};

static inline void twopass_mpi_log_softmax_of_row(void* context, size_t i) {
  const struct twopass_mpi_block* const block = (const struct twopass_mpi_block*)context;
  const struct twopass_mpi_call* const call = block->call;
  const float* const x = call->input + (block->begin + i) * twopass_mpi_stride(call, call->input_stride);
  float* const y = call->output + (block->begin + i) * twopass_mpi_stride(call, call->output_stride);
  const int is_empty = block->totals[i].mantissa == 0.0;
  const float empty = twopass_mpi_empty(call, (float)-INFINITY);
  const double log_sum = twopass_log_extexp(block->totals[i]);
  size_t column;
  for (column = 0; column < call->columns; column++) {
    const double log_p = x[column] - log_sum;
    y[column] = is_empty ? empty : log_p > 0.0 ? 0.0f : (float)log_p; /* above 0 is an error of rounding */
  }
}

static inline void twopass_mpi_finish_log_softmax(const struct twopass_mpi_call* call, size_t begin,
                                                  struct twopass_mpi_header* message) {
  const struct twopass_runner* const runner = call->options != NULL ? call->options->runner : NULL;
  struct twopass_mpi_block block;
  size_t i;
  block.call = call;
  block.begin = begin;
  block.totals = twopass_mpi_sums_of(message);
  if (call->columns == 0) return;
  if (runner != NULL && runner->thread_count > 1 && message->count > 1) {
    runner->run(runner->threads, twopass_mpi_log_softmax_of_row, &block, message->count);
  } else {
    for (i = 0; i < message->count; i++) twopass_mpi_log_softmax_of_row(&block, i);
  }
}

static inline void twopass_mpi_finish_log_sum_exp(const struct twopass_mpi_call* call, size_t begin,
                                                  struct twopass_mpi_header* message) {
  uint32_t i;
  for (i = 0; i < message->count; i++)
    call->results[begin + i] = (float)twopass_log_extexp(twopass_mpi_sums_of(message)[i]);
}

static inline void twopass_mpi_finish_cross_entropy(const struct twopass_mpi_call* call, size_t begin,
                                                    struct twopass_mpi_header* message) {
  uint32_t i;
  if (call->output != NULL) twopass_mpi_finish_softmax(call, begin, message);
  for (i = 0; i < message->count; i++) {
    const size_t row = begin + i;
    const struct twopass_extexp total = twopass_mpi_sums_of(message)[i];
    float* const gradient =
        call->output != NULL ? call->output + row * twopass_mpi_stride(call, call->output_stride) : NULL;
    const int is_empty = total.mantissa == 0.0, is_ignored = twopass_mpi_is_ignored(call, row);
    const double difference = twopass_log_extexp(total) - twopass_mpi_logits_of(message)[i];
    const double loss = is_ignored         ? 0.0
                        : is_empty         ? twopass_mpi_empty(call, 0.0f)
                        : difference < 0.0 ? 0.0
                                           : difference; /* below 0 is an error of rounding */
    size_t column;
    if (call->results != NULL) call->results[row] = (float)loss;
    if (gradient != NULL && is_ignored) memset(gradient, 0, call->columns * sizeof(float));
    if (gradient != NULL && twopass_mpi_has_label(call, row, &column))
      gradient[column] = is_empty ? (float)loss : (float)expm1(-loss); /* softmax - 1 without cancellation */
  }
}

/* A call of what is to be finished like this, of all rows of a matrix. */
static inline struct twopass_mpi_call twopass_mpi_call_of(
    void (*finish)(const struct twopass_mpi_call* call, size_t begin, struct twopass_mpi_header* message), size_t rows,
    size_t columns, const float* input, size_t input_stride, float* output, size_t output_stride,
    const struct twopass_options* options) {
  struct twopass_mpi_call call;
  memset(&call, 0, sizeof(call));
  call.is_complete = output != NULL || rows == 0 || columns == 0;
  call.rows = rows;
  call.columns = columns;
  call.input = input;
  call.input_stride = input_stride;
  call.output = output;
  call.output_stride = output_stride;
  call.options = options;
  call.finish = finish;
  return call;
}

/* ---- Softmax --------------------------------------------------------------------------------------------------- */

/* twopass_softmax_f32 of rows of which this rank has some columns: its part of their softmax.
 *
 *   rows            the same on all ranks.
 *   columns         those of this rank; the pointers and strides are not looked at where it is 0.
 *   input, output   matrices of rows x columns, with strides in elements, as for twopass_softmax_f32.
 *   options         flags and the runner; anything else is an error.
 *
 * Aliasing: output may be input itself with the same stride; otherwise the matrices lie apart.
 *
 * Special values and accuracy are those of twopass_softmax_f32 for whole rows. Errors: TWOPASS_INVALID_ARGUMENT as of
 * that, TWOPASS_UNSUPPORTED_ISA, and the statuses above. */
static inline twopass_status twopass_mpi_softmax_f32(struct twopass_mpi* mpi, size_t rows, size_t columns,
                                                     const float* input, size_t input_stride, float* output,
                                                     size_t output_stride, const struct twopass_options* options) {
  const struct twopass_mpi_call call = twopass_mpi_call_of(twopass_mpi_finish_softmax, rows, columns, input,
                                                           input_stride, output, output_stride, options);
  return twopass_mpi_perform(mpi, &call);
}

/* ---- Log-softmax and log-sum-exp ------------------------------------------------------------------------------- */

/* This rank's part of the log-softmax: x - log(sum of exp(x) over the row). Arguments and errors as for
 * twopass_mpi_softmax_f32, special values as for twopass_log_softmax_f32, none above 0.
 *
 * Accuracy: half a unit in the last place, and the relative error of the sum, which is at most that of a softmax, as an
 * absolute one. So, other than twopass_log_softmax_f32, it is not relatively accurate near 0, where a logit dominates
 * its row. */
static inline twopass_status twopass_mpi_log_softmax_f32(struct twopass_mpi* mpi, size_t rows, size_t columns,
                                                         const float* input, size_t input_stride, float* output,
                                                         size_t output_stride, const struct twopass_options* options) {
  const struct twopass_mpi_call call = twopass_mpi_call_of(twopass_mpi_finish_log_softmax, rows, columns, input,
                                                           input_stride, output, output_stride, options);
  return twopass_mpi_perform(mpi, &call);
}

/* log_sums[row] = log(sum of exp(x) over the row), with the same bits on every rank. log_sums is NULL only where rows
 * is 0, and overlaps nothing. Special values and accuracy as for twopass_log_sum_exp_f32, the rest as for
 * twopass_mpi_softmax_f32. */
static inline twopass_status twopass_mpi_log_sum_exp_f32(struct twopass_mpi* mpi, size_t rows, size_t columns,
                                                         const float* input, size_t input_stride, float* log_sums,
                                                         const struct twopass_options* options) {
  struct twopass_mpi_call call =
      twopass_mpi_call_of(twopass_mpi_finish_log_sum_exp, rows, columns, input, input_stride, NULL, 0, options);
  call.is_complete = log_sums != NULL || rows == 0;
  call.results = log_sums;
  return twopass_mpi_perform(mpi, &call);
}

/* ---- Cross-entropy --------------------------------------------------------------------------------------------- */

/* The cross-entropy of each row with the class that is its label, and this rank's part of the gradient of the sum of
 * losses by the logits, in one all-reduce; its message has 24 bytes a row, for the label's logit, too.
 *
 *   first_column   which column of the whole row is the first of this rank. No column is that of two ranks.
 *   labels         one for each row, the same on all ranks: columns of the whole row; or negative, then loss and
 *                  gradient of the row are 0.
 *   losses         one for each row, with the same bits on every rank; NULL where they are not wanted.
 *   gradient       of the shape of the logits, and may be them with the same stride; NULL where it is not wanted.
 *   ignored_label  rows with this label are ignored as those with a negative one are; NULL for no other.
 *
 * Special values as for twopass_cross_entropy_f32. Accuracy: of a loss, that of twopass_mpi_log_softmax_f32; it is not
 * negative. Of the gradient, that of the softmax; at the label, that of the loss.
 *
 * Errors as for twopass_mpi_softmax_f32; labels is NULL only where rows is 0. TWOPASS_MPI_NO_SUCH_COLUMN for a label
 * that no rank has, whichever the row, with nothing written. */
static inline twopass_status twopass_mpi_cross_entropy_f32(struct twopass_mpi* mpi, size_t rows, size_t columns,
                                                           size_t first_column, const float* logits,
                                                           size_t logits_stride, const int64_t* labels, float* losses,
                                                           float* gradient, size_t gradient_stride,
                                                           const int64_t* ignored_label,
                                                           const struct twopass_options* options) {
  struct twopass_mpi_call call = twopass_mpi_call_of(twopass_mpi_finish_cross_entropy, rows, columns, logits,
                                                     logits_stride, gradient, gradient_stride, options);
  call.is_complete = labels != NULL || rows == 0;
  call.has_labels = 1;
  call.results = losses;
  call.labels = labels;
  call.ignored_label = ignored_label;
  call.first_column = first_column;
  return twopass_mpi_perform(mpi, &call);
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* TWOPASS_MPI_H_ */
