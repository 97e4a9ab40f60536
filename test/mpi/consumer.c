/* A program in what C99 and C++11 have in common: a row of the columns 1, 2, 3, of which each rank has one; further
 * ones have none. Rank 0 prints the log-sum-exp.
 *
 * Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <twopass_mpi.h>

int main(int argc, char** argv) {
  struct twopass_mpi mpi;
  float logit, log_sum = 0.0f;
  int rank;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  logit = (float)(rank + 1);
  if (twopass_mpi_create(MPI_COMM_WORLD, 1, &mpi) != TWOPASS_OK) return 1;
  if (twopass_mpi_log_sum_exp_f32(&mpi, 1, rank < 3 ? 1 : 0, &logit, 1, &log_sum, NULL) != TWOPASS_OK) return 2;
  if (rank == 0) printf("%.4f\n", log_sum);
  twopass_mpi_free(&mpi);
  MPI_Finalize();
  return 0;
}
