"""The repository that tells WORKSPACE where to take libraries from.

--config=system and --config=fetch set TWOPASS_LIBRARIES; fetch is the default.
"""

def _library_source_impl(repository_ctx):
    source = repository_ctx.os.environ.get("TWOPASS_LIBRARIES", "fetch")
    if source not in ["fetch", "system"]:
        fail("TWOPASS_LIBRARIES is %r, neither fetch nor system" % source)
    repository_ctx.file("BUILD.bazel", "")
    repository_ctx.file("library_source.bzl", "LIBRARY_SOURCE = %r\n" % source)

library_source = repository_rule(
    implementation = _library_source_impl,
    environ = ["TWOPASS_LIBRARIES"],
)
