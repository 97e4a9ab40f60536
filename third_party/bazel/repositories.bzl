"""The libraries that twopass, its tests and its benchmarks use."""

load("@bazel_tools//tools/build_defs/repo:http.bzl", "http_archive")

def repositories(source):
    if source == "system":
        _system_repositories()
    else:
        _fetched_repositories()

def _fetched_repositories():
    http_archive(
        name = "cpuinfo",
        sha256 = "109e9d2f95a0d72fe50174b44de5b8c9be3e9551407b882e4ad497e9e068d202",
        strip_prefix = "cpuinfo-87d8234510367db49a65535021af5e1838a65ac2",
        url = "https://github.com/pytorch/cpuinfo/archive/87d8234510367db49a65535021af5e1838a65ac2.tar.gz",
    )
    http_archive(
        name = "googletest",
        sha256 = "81964fe578e9bd7c94dfdb09c8e4d6e6759e19967e397dbea48d1c10e45d0df2",
        strip_prefix = "googletest-release-1.12.1",
        url = "https://github.com/google/googletest/archive/refs/tags/release-1.12.1.tar.gz",
    )
    http_archive(
        name = "google_benchmark",
        sha256 = "6430e4092653380d9dc4ccb45a1e2dc9259d581f4866dc0759713126056bc1d7",
        strip_prefix = "benchmark-1.7.1",
        url = "https://github.com/google/benchmark/archive/refs/tags/v1.7.1.tar.gz",
    )

def _system_repositories():
    for name in [
        # Installed libraries: no more than the options that link them.
        "cpuinfo",
        "google_benchmark",
        "googletest",
        "pthreadpool",
        # Stand-ins for what Bazel would fetch for itself.
        "remote_coverage_tools",
        "rules_cc",
        "rules_java",
    ]:
        native.local_repository(name = name, path = "third_party/bazel/" + name)
