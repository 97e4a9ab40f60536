// ONNX Runtime, in a process of its own: its package for Node.js has no C++ header, so a script in JavaScript calls it,
// and does as it is told here. The script times its runs itself.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "bench/peers/peers.h"

namespace twopass_bench {
namespace {

// The script that runs ONNX Runtime, and our end of the socket to it. See onnxruntime.mjs for the requests.
class Script {
 public:
  Script() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("socketpair failed");
    socket_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    char program[] = TWOPASS_BENCH_NODE;
    char path[] = TWOPASS_BENCH_ONNXRUNTIME_SCRIPT;
    char* arguments[] = {program, path, nullptr};
    pid_t process;
    const int error = posix_spawn(&process, program, &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error != 0) throw std::runtime_error("cannot start " TWOPASS_BENCH_NODE);
  }

  void open(const Problem& problem) {
    const size_t elements = elements_of(problem.shape);
    const double operation = problem.operation == Operation::kSoftmax ? kSoftmax : kLogSoftmax;
    request({kOpen, operation, double(problem.threads), double(problem.shape.outer), double(problem.shape.columns),
             double(problem.shape.inner)});
    write(static_cast<const float*>(problem.x), elements);
    read(static_cast<float*>(problem.y), elements);
  }

  // In nanoseconds.
  double run(int64_t count) {
    request({kRun, double(count)});
    double nanoseconds;
    read(&nanoseconds, 1);
    return nanoseconds;
  }

 private:
  static constexpr double kOpen = 1.0;
  static constexpr double kRun = 2.0;
  static constexpr double kSoftmax = 0.0;
  static constexpr double kLogSoftmax = 1.0;

  void request(const std::array<double, 6>& numbers) { write(numbers.data(), numbers.size()); }

  template <class T>
  void write(const T* values, size_t count) {
    transfer(values, count,
             [this](const char* bytes, size_t size) { return send(socket_, bytes, size, MSG_NOSIGNAL); });
  }

  template <class T>
  void read(T* values, size_t count) {
    transfer(values, count, [this](const char* bytes, size_t size) {
      return recv(socket_, const_cast<char*>(bytes), size, MSG_WAITALL);
    });
  }

  template <class T, class Function>
  void transfer(T* values, size_t count, Function function) {
    const char* bytes = reinterpret_cast<const char*>(values);
    for (size_t left = count * sizeof(T); left > 0;) {
      const ssize_t done = function(bytes, left);
      if (done <= 0) throw std::runtime_error("the script that runs ONNX Runtime has ended");
      bytes += done;
      left -= done;
    }
  }

  int socket_;  // closed, which ends the script, by the end of this process
};

// Its processors have no softmax of 16 bits: a model of them is computed in floats, with conversions around.
bool computes(Operation operation, uint32_t type, const twopass_shape&) {
  return type == TWOPASS_F32 && (operation == Operation::kSoftmax || operation == Operation::kLogSoftmax);
}

Runs prepare(const Problem& problem) {
  static Script script;
  script.open(problem);
  return [](int64_t count) { return script.run(count); };
}

}  // namespace

Peer onnxruntime() {
  return {"onnxruntime", TWOPASS_BENCH_ONNXRUNTIME_VERSION, /*has_threads=*/true, /*has_slow_call=*/true, computes,
          prepare};
}

}  // namespace twopass_bench
