# clang-format, clang-tidy and shellcheck; what they accepted is not shown to them again.
LINTED := $(shell find kernel trampoline labs solutions checker tests bench -name '*.cc' -o -name '*.h')
FORMATTED := $(sort $(LINTED))
# What clang-tidy reads. Right answers are only compiled: nobody asks students for more. So are the
# tests, by clang++ (mk/tests.mk): what clang-tidy finds in them it finds in doctest's macros.
TIDIED := $(filter-out trampoline/constants.cc tests/%,$(filter %.cc,$(FORMATTED)))
SCRIPTS := $(wildcard tools/*.sh tests/*.sh tests/*/*.sh) .ci/run
LINT := lint-format lint-tidy lint-shell
.PHONY: $(LINT)

lint-format: build/lint/format.stamp
lint-shell: build/lint/shell.stamp
lint-tidy: $(addsuffix .tidy,$(call units,build/lint,$(TIDIED)))

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

# A folder is read at once, compiled as its files are. clang-tidy tells of clang++'s own warnings too.
tidy_flags = $(if $(filter kernel% trampoline% labs/% solutions/%,$*),$(KERNEL_FLAGS),$(CHECKER_FLAGS))
$(call unity,build/lint,$(TIDIED))
build/lint/%.tidy: build/lint/%.cc .clang-tidy mk/lint.mk | $(TEST_SETUP)
	$(call say,TIDY,$*)
	$(Q)clang++ $(tidy_flags) -MM -MP -MT $@ -MF $@.d $<
	$(Q)clang-tidy --quiet --checks=-bugprone-suspicious-include $< -- $(tidy_flags) 2> $@.log \
	    || { cat $@.log; exit 1; }
	@touch $@

-include $(wildcard build/lint/*.d build/lint/*/*.d build/lint/*/*/*.d)
