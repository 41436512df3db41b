# How make itself behaves, and what the other parts share.
ifneq ($(filter 3.% 4.0 4.0.% 4.1 4.1.%,$(MAKE_VERSION)),)
$(error Sipi needs GNU make 4.2, and this is $(MAKE_VERSION); on a Mac take the container: docs/your-machine.md)
endif
.DEFAULT_GOAL := all
.SUFFIXES:
.DELETE_ON_ERROR:
.PHONY: FORCE
MAKEFLAGS += --no-builtin-rules --no-print-directory

# All cores, unless -j says otherwise.
CORES := $(shell nproc)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(CORES)
endif

# One line a step; V=1 shows the commands instead. How many there are to be is asked, when the first
# one is due, of a make that says what it would do.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '%8s %-9s %s\n' '[$(progress)]' '$(1)' '$(2)' >&2)
progress = $(eval STEPS_DONE += x)$(words $(STEPS_DONE))/$(or $(STEPS),$(eval STEPS := $(steps))$(STEPS))
steps = $(shell MAKEFLAGS= $(MAKE) -n --no-print-directory $(MAKEOVERRIDES) STEPS=? $(STEPS_OF) | grep -c "^printf '%8s")
# What is built, where a goal itself would be run under -n too.
STEPS_OF = $(if $(filter check,$(MAKECMDGOALS)),$(GIVEN) $(OUTPUT)/checker/ready.mk,$(MAKECMDGOALS))

# What is made is there whole or not at all, for two makes may run at once: a recipe writes to $(part), and
# ends in $(whole).
part = $@.part-$$PPID
whole = mv $(part) $@

# $(call asked_for,goals): not empty if one of them is what make was called for.
asked_for = $(filter $(1),$(or $(MAKECMDGOALS),$(.DEFAULT_GOAL)))

# $(call must_be,VARIABLE,words,which are): ends make with a sentence unless it is one of the words.
must_be = $(if $(and $(filter 1,$(words $($(1)))),$(filter $($(1)),$(2))),,$(error $(1)=$($(1)): must be $(3)))

# $(call quoted,text): one word for the shell. $(call lines,words): one a line.
quoted = '$(subst ','\'',$(1))'
define newline


endef
lines = $(subst $() ,$(newline),$(strip $(1)))

# $(call remember,FILE,words): the rule for a file that holds the words, and is made anew when they
# are others, or in another order. What is linked depends on such a list of its parts: no date tells
# that one has gone.
changed = $(if $(findstring |$(strip $(file < $(1)))|,|$(strip $(2))|),,FORCE)
define remember
$(1): $(call changed,$(1),$(2))
	@mkdir -p $$(@D)
	@echo '$(2)' > $$@
endef

# $(call unity,TO,sources): for each folder of sources the rule for one file below TO that includes
# them all, and so is compiled in about the time of one: most of it goes to the headers that all of
# them have. $(call units,TO,sources): those files, without their suffix.
units = $(patsubst %/,$(1)/%,$(sort $(dir $(2))))
in_folder = $(strip $(foreach source,$(2),$(if $(filter $(1),$(dir $(source))),$(source))))
unity = $(foreach folder,$(sort $(dir $(2))),$(eval $(call unit,$(folder:%/=$(1)/%),$(call \
    in_folder,$(folder),$(2)))))
# $(call backwards,words): the last first.
backwards = $(if $(1),$(call backwards,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
define unit
$(call remember,$(1).files,$(2))
$(1).cc: $(1).files
	@printf '#include "%s"\n' $(2) > $$@
endef
