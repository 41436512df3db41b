# What a finished boot leaves, walked from outside the machine.
test_cases() { doctest_cases build/e2e/e2e; }
