# clang-format, clang-tidy and shellcheck; what they accepted is not shown to them again.
LINTED := $(shell find kernel trampoline labs solutions checker tests bench tools -name '*.cc' -o -name '*.h')
FORMATTED := $(sort $(LINTED))
# What clang-tidy reads. Right answers are only compiled: nobody asks students for more. So are the
# tests, by clang++ (mk/tests.mk): what clang-tidy finds in them it finds in doctest's macros.
TIDIED := $(filter-out trampoline/constants.cc tests/%,$(filter %.cc,$(FORMATTED)))
TIDIED_CHECKER := $(filter-out checker/process/preload/%,$(filter checker/%,$(TIDIED)))
TIDIED_BY_FOLDER := $(filter-out $(TIDIED_CHECKER),$(TIDIED))
HALF_OF_CHECKER := $(wordlist 1,$(shell expr $(words $(TIDIED_CHECKER)) / 2),$(TIDIED_CHECKER))
TIDY_UNITS := build/lint/checker-1 build/lint/checker-2 $(call units,build/lint,$(TIDIED_BY_FOLDER))
SCRIPTS := $(wildcard tools/*.sh tests/*.sh tests/*/*.sh) .ci/run
LINT := lint-format lint-tidy lint-shell
.PHONY: $(LINT)

lint-format: build/lint/format.stamp
lint-shell: build/lint/shell.stamp
lint-tidy: $(TIDY_UNITS:%=%.tidy)

build/lint/format.stamp: $(FORMATTED) .clang-format | $(TEST_SETUP)
	@mkdir -p $(@D)
	$(call say,FORMAT,$(words $(FORMATTED)) files)
	$(Q)clang-format --dry-run -Werror $(FORMATTED)
	@touch $@

build/lint/shell.stamp: $(SCRIPTS) .shellcheckrc | $(TEST_SETUP)
	@mkdir -p $(@D)
	$(call say,SHELL,$(words $(SCRIPTS)) files)
	$(Q)shellcheck -s sh $(SCRIPTS)
	@touch $@

# A folder of the kernel is read at once, and half of the checker: its headers cost more than its code.
# Backwards: what a file forgets to include, one before it has in only one of the two orders, and they are
# built in the other. Files are compiled as they are built. clang-tidy tells of clang++'s own warnings too.
tidy_flags = $(if $(filter kernel% trampoline% labs/% solutions/%,$*),$(KERNEL_FLAGS),$(CHECKER_FLAGS))
$(call unity,build/lint,$(call backwards,$(TIDIED_BY_FOLDER)))
$(eval $(call unit,build/lint/checker-1,$(call backwards,$(HALF_OF_CHECKER))))
$(eval $(call unit,build/lint/checker-2,$(call backwards,$(filter-out $(HALF_OF_CHECKER),$(TIDIED_CHECKER)))))
build/lint/%.tidy: build/lint/%.cc .clang-tidy mk/lint.mk | $(TEST_SETUP)
	$(call say,TIDY,$*)
	$(Q)clang++ $(tidy_flags) -MM -MP -MT $@ -MF $@.d $<
	$(Q)clang-tidy --quiet --checks=-bugprone-suspicious-include $< -- $(tidy_flags) 2> $@.log \
	    || { cat $@.log; exit 1; }
	@touch $@

-include $(wildcard build/lint/*.d build/lint/*/*.d build/lint/*/*/*.d)
