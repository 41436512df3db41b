# Host unit tests, and under sanitizers what they test of the kernel and what of the checker reads bytes
# that are not ours: a folder at once, by clang++, which takes half the time for sanitizers, and warns of
# other things than g++. The rest of the checker is the one that is used; of what both have, the linker takes
# the first.
TEST_FLAGS := -std=c++20 -g1 -Ikernel -I. -fsanitize=address,undefined -fno-sanitize-recover=all \
    -Wall -Wextra -Wshadow -Wconversion -Werror
UNIT := $(OUTPUT)/unit

# Kernel sources that hold no privileged instruction and so run on the host as they are.
PURE_KERNEL_SOURCES :=
include tests/unit/sources.mk

READERS := $(filter $(patsubst %,checker/%/%,evidence guest logs process) $(foreach file,bochs/debugger bochs/log \
    bochs/read bochs/registers classroom/archive classroom/hand_in classroom/results classroom/roster classroom/seams \
    qemu/log qemu/logged_exception qemu/read qemu/registers qemu/talk submission/build_errors submission/given \
    submission/seam_files,checker/$(file).cc),$(CHECKER_SOURCES))
UNIT_SOURCES := $(sort $(shell find tests/unit -name '*.cc') $(filter %.cc,$(PURE_KERNEL_SOURCES)) $(READERS))
UNIT_OBJECTS := $(addsuffix .o,$(call units,$(UNIT),$(UNIT_SOURCES))) \
    $(patsubst %,$(UNIT)/%.o,$(filter %.asm,$(PURE_KERNEL_SOURCES)))
$(call unity,$(UNIT),$(UNIT_SOURCES))

$(UNIT)/%: private CXX := clang++
$(UNIT)/common.h.gch: $(UNIT)/common.h mk/tests.mk | $(TEST_SETUP)
	$(call precompile,$(TEST_FLAGS))
$(UNIT)/%.o: $(UNIT)/%.cc $(UNIT)/common.h.gch
	$(call compile_with,$(UNIT),$(TEST_FLAGS))

$(UNIT)/checker/classroom.o: checker/classroom/class.css checker/classroom/class.js

# The host's linker wants to be told that a stack need not be executable.
$(UNIT)/%.asm.o: %.asm mk/tests.mk
	@mkdir -p $(@D)
	$(call say,NASM,$< (test))
	$(Q)$(NASM) -f elf64 -g -F dwarf $(NASM_WARNINGS) \
	    --before 'section .note.GNU-stack noalloc noexec nowrite progbits' $< -o $@

# Judges whole submissions.
SUBMISSIONS := $(OUTPUT)/e2e/submissions
SUBMISSIONS_SOURCES := $(filter-out tests/submissions/main.cc,$(sort $(wildcard tests/submissions/*.cc)))
SUBMISSIONS_OBJECTS := $(addsuffix .o,$(call units,$(OUTPUT)/e2e,$(SUBMISSIONS_SOURCES)))
$(call unity,$(OUTPUT)/e2e,$(SUBMISSIONS_SOURCES))
$(eval $(call unit,$(SUBMISSIONS)_main,tests/submissions/main.cc))

$(SUBMISSIONS): $(SUBMISSIONS)_main.o $(SUBMISSIONS_OBJECTS) $(CHECKER_LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CXX) $^ $(CHECKER_LIBRARIES) -o $@

$(eval $(call remember,$(UNIT)/inputs,$(UNIT_OBJECTS)))
$(UNIT)/unit: $(UNIT_OBJECTS) $(SUBMISSIONS_OBJECTS) $(CHECKER_LIBRARY) $(UNIT)/inputs
	$(call say,LINK,$@)
	$(Q)$(CXX) $(TEST_FLAGS) -Wl,--allow-multiple-definition $(filter %.o %.a,$^) $(CHECKER_LIBRARIES) -o $@

# What a finished boot leaves, read by the checker's own library.
END_TO_END := $(OUTPUT)/e2e/e2e
END_TO_END_SOURCES := tests/unit/main.cc $(wildcard tests/e2e/*_test.cc)
END_TO_END_OBJECTS := $(addsuffix .o,$(call units,$(OUTPUT)/e2e,$(END_TO_END_SOURCES)))
$(call unity,$(OUTPUT)/e2e,$(END_TO_END_SOURCES))

$(OUTPUT)/e2e/%.o: $(OUTPUT)/e2e/%.cc $(CHECKER_HEADERS) mk/tests.mk | $(TEST_SETUP)
	$(compile_checker)

$(END_TO_END): $(END_TO_END_OBJECTS) $(CHECKER_LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CXX) $^ $(CHECKER_LIBRARIES) -o $@

# What reads bytes that are not ours, by libFuzzer, which goes by what is reached: INPUT=elf|log|archive|people
# TIME=seconds. Bytes that reach something new stay in build/fuzz/, and so do those that break a reader.
FUZZ := $(OUTPUT)/fuzz
FUZZ_FLAGS := $(TEST_FLAGS) -O1 -fsanitize=fuzzer-no-link
FUZZ_SOURCES := tests/unit/checker/fuzz/targets.cc tests/unit/checker/fuzz/libfuzzer.cc $(READERS)
FUZZ_OBJECTS := $(addsuffix .o,$(call units,$(FUZZ),$(FUZZ_SOURCES)))
FUZZ_SEEDS_elf := build/kernel/solutions
FUZZ_SEEDS_log := tests/fixtures/explain tests/fixtures/qemu tests/fixtures/bochs
$(call unity,$(FUZZ),$(FUZZ_SOURCES))
$(FUZZ)/%: private CXX := clang++
$(FUZZ)/%.o: $(FUZZ)/%.cc mk/tests.mk | $(TEST_SETUP)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(FUZZ_FLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ -c $< -o $(part) && $(whole)
$(FUZZ)/fuzz: $(FUZZ_OBJECTS) $(CHECKER_LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(TEST_FLAGS) -fsanitize=fuzzer -Wl,--allow-multiple-definition $^ $(CHECKER_LIBRARIES) -o $@
.PHONY: fuzz
fuzz: $(FUZZ)/fuzz kernel
	@mkdir -p $(FUZZ)/$(INPUT)
	@INPUT=$(INPUT) $< -max_total_time=$(or $(TIME),60) -timeout=10 -rss_limit_mb=2048 -verbosity=1 \
	    -artifact_prefix=$(FUZZ)/$(INPUT)- $(FUZZ)/$(INPUT) $(FUZZ_SEEDS_$(INPUT))
$(if $(and $(call asked_for,fuzz),$(filter-out elf log archive people,$(or $(INPUT),none))),$(error INPUT=$(INPUT): must be elf, log, archive or people))

# `make unit` is the quick one of `make test`'s parts.
.PHONY: unit test-programs
test-programs: $(UNIT)/unit $(END_TO_END) $(SUBMISSIONS) $(PORTABLE)
unit: $(UNIT)/unit
	@$<

-include $(UNIT_OBJECTS:.o=.d) $(END_TO_END_OBJECTS:.o=.d) $(SUBMISSIONS_OBJECTS:.o=.d) $(SUBMISSIONS)_main.d $(FUZZ_OBJECTS:.o=.d)
