# Makes the target pthreadpool::pthreadpool of the header and the library.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
include("${CMAKE_CURRENT_LIST_DIR}/find_plain_library.cmake")
find_plain_library(pthreadpool pthreadpool.h libpthreadpool.so.0)
