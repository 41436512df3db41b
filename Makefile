# Sipi: a kernel about one moment, and the checker that explains it.
# What can be asked for; how the files are made stands in mk/*.mk. `make V=1` shows the commands.
include mk/make.mk mk/setup.mk mk/course.mk mk/kernel.mk mk/firmware.mk mk/checker.mk mk/run.mk mk/lab.mk
-include mk/tests.mk mk/lint.mk mk/bench.mk mk/docs.mk

all: kernel firmware checker $(GIVEN)
	$(if $(MAKECMDGOALS),,@echo 'All is built. `make help` lists what can be asked for.')
help:                       # what can be asked for, on one screen
	@tools/help.sh
kernel: $(BUILD)/kernel.elf # for the firmware, for QEMU's -kernel, and for GRUB
firmware: $(FIRMWARE) $(SECOND_FIRMWARE)       # the ROM that checks start with
iso: $(BUILD)/sipi.iso      # the same kernel on a CD with GRUB
checker: $(CHECKER)         # the program behind check and grade

# Booting, the serial line on the terminal. run ends by itself, and so does bochs but for LAB=n; debug
# stops under GDB, and bochs LAB=n in its own debugger, where lab n happens.
# CPUS=1..32 MEMORY=mib; for QEMU MACHINE=pc|q35 BOOT=elf|iso|rom; LAB=n boots what you have of lab n,
# MINE="1 2 3" of several; check takes those beside the lab that it is about. AT=function: bochs stops there.
run: $(BOOTED)
	@tools/run.sh "$(lastword $(OWN))" $(BUILD)/kernel.elf $(QEMU) $(QEMU_FLAGS)
debug: $(BOOTED) $(CHECKER) # GDB=no: waits at PORT=1234 of this machine for whoever attaches
	@CHECKER=$(CHECKER) tools/debug.sh $(BUILD)/kernel.elf "$(LAB)" $(GDB) $(PORT) $(BOOT) $(MACHINE) $(MEMORY) \
	    $(QEMU) $(QEMU_FLAGS)
bochs: $(BOCHS_BOOTED)
	@tools/bochs.sh $(CPUS) $(MEMORY) $^ $(if $(LAB)$(AT),$(CONSTANTS) "$(LAB)" "$(AT)")
# The page at 0x8000, instruction by instruction beside its sources; LAB=n and MINE="1 2 3" as for run.
show: $(BUILD)/kernel.elf
	@tools/show.sh $< $(CONSTANTS) $(SHOWN)

# LAB=n, or all: ENGINE=qemu|bochs|both HTML=page. Ends with 0 if done, 1 if not, 2 if it cannot say.
check:
	+@$(CHECKER) check $(JUDGING) $(if $(MINE),--mine "$(MINE)")
# LAB=n, at each save of its files, until q is pressed: ENGINE=... MINE="1 2 3"
watch: $(GIVEN) firmware checker
	@$(CHECKER) watch --lab $(LAB) --engine $(ENGINE) $(if $(filter-out labs,$(SUBMISSION)),--submission "$(SUBMISSION)") $(if $(TRUST),--trust) $(if $(MINE),--mine "$(MINE)")
# All labs, with points: SUBMISSION=dir LAB=n ENGINE=... FORMAT=text|json|junit|gradescope OUT=file
grade: $(GIVEN) firmware checker
	@$(CHECKER) grade $(JUDGING)
# A whole class: FROM=dir with a folder, an archive or a repository of each student, OUT=dir JOBS=n ENGINE=...
grade-class: $(GIVEN) firmware checker
	@$(CHECKER) grade-class $(GRADING_CLASS)
# How a CPU died: in a log that QEMU or Bochs wrote of any kernel, LOG=file [ELF=kernel.elf], or in
# what you have of lab LAB=n ENGINE=...
explain: checker $(if $(EXPLAINED),,$(GIVEN) firmware)
	@$(EXPLAIN)
# LAB=n: a lab's next hint; HINT=n a certain one.
hint: checker
	@$(CHECKER) hint --lab $(LAB) $(if $(HINT),--number "$(HINT)")
# LAB=n: the starter again; what it replaces is kept.
reset:
	@tools/reset.sh labs/$(call lab_name,$(LAB))

# What a diagnosis means, ID=nxe-missing; without ID all that there are.
cause: checker
	@$(CHECKER) cause $(if $(ID),"$$ID")

# For who teaches: the labs as branches of this repository, what students get, and a site to read.
branches:                   # FROM=commit to begin with, else HEAD
	@tools/branches.sh $(FROM)
handout: $(REFERENCE_OBJECTS) $(KERNEL_OBJECTS) $(PORTABLE) # OUT=folder or OUT=file.tar.gz
	@tools/handout.sh "$$OUT" $(COMMON) $(dir $(PORTABLE)) $(REFERENCE_OBJECTS)
gradescope:                 # an autograder, OUT=file.zip SETTINGS=file.json
	+@tools/gradescope.sh "$$OUT" "$$SETTINGS"
docs: $(DOCS)

test: $(TEST_SETUP)         # everything that must hold; ONLY=text for the tests with it in the name
	+@tests/run.sh "$(ONLY)"
lint: $(LINT)
format: $(TEST_SETUP)       # in place
	@clang-format -i $(FORMATTED)
bench: $(BENCH)             # how long things take, beside the least that they could
	@$(BENCH)
setup: $(TEST_SETUP)        # installs what is missing; every target does, for what it needs
doctor:                     # looks over the machine, and installs nothing
	@tools/doctor.sh "$(MAKE)"
clean:
	@rm -rf build

GOALS := help all kernel firmware iso checker run debug bochs show check watch grade grade-class explain hint reset cause \
    branches handout gradescope docs test lint format bench setup doctor clean
.PHONY: $(GOALS)
GOALS += unit fuzz test-programs $(LINT) # where there are tests
include mk/asked.mk
