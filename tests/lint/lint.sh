# What other programs think of the sources.

test_clang_format() { make lint-format; }
test_clang_tidy() { make -k lint-tidy; }
test_shellcheck() { make lint-shell; }
