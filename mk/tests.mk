# Host unit tests: the pure parts of the kernel and the checker, under sanitizers.
TEST_FLAGS := -std=c++20 -O1 -g -Ikernel -I. -fsanitize=address,undefined -fno-sanitize-recover=all \
    -Wall -Wextra -Wshadow -Wconversion -Werror
# Kernel sources that hold no instruction and so run on the host as they are.
PURE_KERNEL_SOURCES :=
-include tests/unit/sources.mk

UNIT_TESTS := $(shell find tests/unit -name '*_test.cc')
UNIT_OBJECTS := $(patsubst %.cc,build/unit/%.o,$(UNIT_TESTS) tests/unit/main.cc tests/unit/panic.cc $(PURE_KERNEL_SOURCES))

build/unit/%.o: %.cc
	@mkdir -p $(@D)
	$(CXX) $(TEST_FLAGS) -MMD -MP -c $< -o $@

build/unit/unit: $(UNIT_OBJECTS)
	$(CXX) $(TEST_FLAGS) $^ $(TEST_LIBRARIES) -o $@

.PHONY: unit
unit: build/unit/unit
	build/unit/unit

-include $(UNIT_OBJECTS:.o=.d)
