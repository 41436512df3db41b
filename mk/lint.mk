# clang-format, clang-tidy and shellcheck; what they accepted is not shown to them again.
LINTED := $(shell find kernel trampoline labs solutions checker tests bench \
    \( -name '*.cc' -o -name '*.h' \) -not -path 'tests/hostile/*' -not -path 'tests/mutants/*')
FORMATTED := $(sort $(LINTED))
# Right answers are compiled as such: nobody asks students for more.
TIDIED := $(filter-out trampoline/constants.cc tests/variants/%,$(filter %.cc,$(FORMATTED)))
SCRIPTS := $(wildcard tools/*.sh tests/*.sh tests/*/*.sh) .ci/run
LINT := lint-format lint-tidy lint-shell
.PHONY: $(LINT)

lint-format: build/lint/format.stamp
lint-shell: build/lint/shell.stamp
lint-tidy: $(TIDIED:%=build/lint/%.stamp)

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

# How each file is compiled, and so how it is read. clang-tidy tells of clang++'s own warnings too.
# Tests are read by clang++ alone: what clang-tidy finds in them it finds in doctest's macros.
tidy_flags = $(if $(filter kernel/% trampoline/% labs/% solutions/%,$(1)),$(KERNEL_FLAGS),$(CHECKER_FLAGS))
depends = -MP -MT $@ -MF $(@:.stamp=.d)
define reading
@mkdir -p $(@D)
$(call say,TIDY,$<)
endef

build/lint/tests/%.stamp: tests/% mk/lint.mk | $(TEST_SETUP)
	$(reading)
	$(Q)clang++ $(call tidy_flags,$<) -fsyntax-only -MMD $(depends) $<
	@touch $@
build/lint/%.stamp: % .clang-tidy mk/lint.mk | $(TEST_SETUP)
	$(reading)
	$(Q)clang++ $(call tidy_flags,$<) -MM $(depends) $<
	$(Q)clang-tidy --quiet $< -- $(call tidy_flags,$<) 2> $(@:.stamp=.log) || { cat $(@:.stamp=.log); exit 1; }
	@touch $@

-include $(TIDIED:%=build/lint/%.d)
