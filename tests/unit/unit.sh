# The host unit tests, under sanitizers.
test_cases() { doctest_cases build/unit/unit; }
