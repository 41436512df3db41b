# Host unit tests: the pure parts of the kernel and the checker, under sanitizers.
TEST_FLAGS := -std=c++20 -g -Ikernel -I. -fsanitize=address,undefined -fno-sanitize-recover=all \
    -Wall -Wextra -Wshadow -Wconversion -Werror
UNIT := $(OUTPUT)/unit

# Kernel sources that hold no privileged instruction and so run on the host as they are.
PURE_KERNEL_SOURCES :=
include tests/unit/sources.mk

UNIT_SOURCES := $(shell find tests/unit -name '*_test.cc') tests/unit/main.cc tests/unit/panic.cc \
    $(PURE_KERNEL_SOURCES) $(CHECKER_SOURCES)
UNIT_OBJECTS := $(UNIT_SOURCES:%=$(UNIT)/%.o)

$(UNIT)/%.cc.o: %.cc mk/tests.mk | $(TEST_SETUP)
	@mkdir -p $(@D)
	$(call say,CXX,$< (test))
	$(Q)$(CXX) $(TEST_FLAGS) -MMD -MP -c $< -o $@

# The host's linker wants to be told that a stack need not be executable.
$(UNIT)/%.asm.o: %.asm mk/tests.mk
	@mkdir -p $(@D)
	$(call say,NASM,$< (test))
	$(Q)$(NASM) -f elf64 -g -F dwarf $(NASM_WARNINGS) \
	    --before 'section .note.GNU-stack noalloc noexec nowrite progbits' $< -o $@

$(eval $(call remember,$(UNIT)/inputs,$(UNIT_OBJECTS)))
$(UNIT)/unit: $(UNIT_OBJECTS) $(UNIT)/inputs
	$(call say,LINK,$@)
	$(Q)$(CXX) $(TEST_FLAGS) $(UNIT_OBJECTS) $(CHECKER_LIBRARIES) -o $@

# What a finished boot leaves, read by the checker's own library.
END_TO_END := $(OUTPUT)/e2e/e2e
END_TO_END_OBJECTS := $(patsubst %,$(OUTPUT)/e2e/%.o,$(wildcard tests/e2e/*_test.cc) tests/unit/main.cc)

$(OUTPUT)/e2e/%.cc.o: %.cc mk/tests.mk | $(TEST_SETUP)
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(CHECKER_FLAGS) -MMD -MP -c $< -o $@

$(END_TO_END): $(END_TO_END_OBJECTS) $(CHECKER_LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CXX) $^ $(CHECKER_LIBRARIES) -o $@

# Judges whole submissions.
SUBMISSIONS := $(OUTPUT)/e2e/submissions
SUBMISSIONS_OBJECT := $(OUTPUT)/e2e/tests/submissions/main.cc.o

$(SUBMISSIONS): $(SUBMISSIONS_OBJECT) $(CHECKER_LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CXX) $^ $(CHECKER_LIBRARIES) -o $@

# `make unit` is the quick one of `make test`'s parts.
.PHONY: unit test-programs
test-programs: $(UNIT)/unit $(END_TO_END) $(SUBMISSIONS)
unit: $(UNIT)/unit
	@$<

-include $(UNIT_OBJECTS:.o=.d) $(END_TO_END_OBJECTS:.o=.d) $(SUBMISSIONS_OBJECT:.o=.d)
