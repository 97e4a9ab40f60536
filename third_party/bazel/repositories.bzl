"""The libraries that twopass, its tests and its benchmarks use."""

load("@bazel_tools//tools/build_defs/repo:http.bzl", "http_archive")

def repositories(source):
    # Any Bazel that reads this file has its rule built in.
    native.local_repository(name = "rules_shell", path = "third_party/bazel/rules_shell")
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
    http_archive(
        name = "pthreadpool",
        sha256 = "8461f6540ae9f777ce20d1c0d1d249e5e61c438744fb390c0c6f91940aa69ea3",
        strip_prefix = "pthreadpool-545ebe9f225aec6dca49109516fac02e973a3de2",
        url = "https://github.com/Maratyszcza/pthreadpool/archive/545ebe9f225aec6dca49109516fac02e973a3de2.zip",
    )

    # What pthreadpool depends on.
    http_archive(
        name = "FXdiv",
        sha256 = "ab7dfb08829bee33dca38405d647868fb214ac685e379ec7ef2bebcd234cd44d",
        strip_prefix = "FXdiv-b408327ac2a15ec3e43352421954f5b1967701d1",
        url = "https://github.com/Maratyszcza/FXdiv/archive/b408327ac2a15ec3e43352421954f5b1967701d1.zip",
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
