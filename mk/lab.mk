# Labs, checked and graded by the checker.
SUBMISSION ?= labs
ENGINE ?= both
FORMAT ?= text

# A log to explain comes before a lab, but for one that is only in the environment.
EXPLAINED := $(if $(and $(LAB),$(filter environment,$(origin LOG))),,$(LOG))
ifneq ($(call asked_for,explain),)
$(if $(EXPLAINED)$(LAB),,$(error explain: name a log with LOG=file [ELF=kernel.elf], or a lab with LAB=n))
$(call must_be,ENGINE,qemu bochs both,qemu or bochs or both)
endif

ifneq ($(call asked_for,check watch grade grade-class),)
$(call must_be,ENGINE,qemu bochs both,qemu or bochs or both)
$(call must_be,FORMAT,text json junit gradescope,text or json or junit or gradescope)
$(if $(or $(call asked_for,grade-class),$(wildcard $(SUBMISSION)/.)),,$(error SUBMISSION=$(SUBMISSION): there is no such folder))
endif

ifneq ($(call asked_for,grade-class),)
$(if $(and $(FROM),$(OUT)),,$(error grade-class: say FROM=folder, which has what each student handed in, and OUT=folder for the reports))
endif

# What somebody adds to a lab's folder is handed in by nobody, and so it is not built for its owner either.
ifneq ($(call asked_for,check watch grade explain run debug bochs),)
ADDED := $(foreach n,$(sort $(filter $(LAB_NUMBERS),$(LAB)) $(MINE)),$(filter-out $(addprefix %/,$(call \
    seam_names,$(n))),$(wildcard labs/$(call lab_name,$(n))/*.cc labs/$(call lab_name,$(n))/*.asm)))
$(if $(ADDED),$(if $(MAKE_RESTARTS),,$(warning not built, for it is no file of the lab: $(ADDED))))
endif

# make says 2 for whatever failed. Only under --question does it pass on a 1 for "not yet", and then it
# makes nothing but the makefiles that it includes: what a check needs has one that is made last.
ifeq ($(MAKECMDGOALS),check)
MAKEFLAGS += --question
include $(GIVEN) $(OUTPUT)/checker/ready.mk
endif
$(OUTPUT)/checker/ready.mk: $(CHECKER) $(FIRMWARE) $(SECOND_FIRMWARE)
	@mkdir -p $(@D)
	@touch $@

JUDGING = --submission "$(SUBMISSION)" --engine $(ENGINE) --format $(FORMAT) $(if $(TRUST),--trust) \
    $(if $(filter-out file,$(origin BOOT)),--boot $(BOOT)) $(if $(LAB),--lab $(LAB)) $(if $(OUT),--out "$(OUT)") $(if $(HTML),--html "$(HTML)")
GRADING_CLASS = --from "$(FROM)" --out "$(OUT)" --engine $(ENGINE) $(if $(TRUST),--trust) $(if $(JOBS),--jobs $(JOBS)) \
    $(if $(ENGINE_HOST),--engine-host $(ENGINE_HOST)) $(if $(LAB),--lab $(LAB))
EXPLAIN = $(CHECKER) explain $(if $(EXPLAINED),--log "$(EXPLAINED)" $(if $(ELF),--elf "$(ELF)"),\
    --lab $(LAB) --engine $(ENGINE) --submission "$(SUBMISSION)" $(if $(MINE),--mine "$(MINE)") $(if $(TRUST),--trust))
