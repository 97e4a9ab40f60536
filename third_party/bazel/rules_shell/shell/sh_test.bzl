"""The rule of rules_shell that the tests load, as Bazel has it built in."""

sh_test = native.sh_test
