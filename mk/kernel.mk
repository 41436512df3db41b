# Builds the kernel: every source under kernel/ and trampoline/, and one side of each lab's seam.
#
#   CXX      g++ (12 or later) or clang++ (14 or later); each but g++ has a folder of its own
#   BUILD    where what depends on a seam goes that is not the reference; the rest lies in $(COMMON)
#   SEAM_n   the folder with lab n's seam files; the reference unless told otherwise
#   MINE     numbers of labs whose seams are the student's own, from labs/: MINE="1 2 3"
ifeq ($(origin CXX),default)
CXX := g++
endif
NASM := nasm
COMPILER := $(notdir $(lastword $(CXX)))
OUTPUT := build$(addprefix /,$(patsubst %++,%,$(filter-out g++,$(COMPILER))))
COMMON := $(OUTPUT)/kernel
BUILD := $(OUTPUT)

LAB_NAMES := 1-identity-map 2-gdt 3-trampoline 4-long-mode 5-nx-wp 6-per-cpu
LAB_NUMBERS := $(foreach lab,$(LAB_NAMES),$(firstword $(subst -, ,$(lab))))
# The reference is source, or in a hand-out objects: reference/N-name/*.o, which are never made anew.
lab_name = $(filter $(1)-%,$(LAB_NAMES))
reference = $(firstword $(wildcard solutions/$(lab_name) reference/$(lab_name)) solutions/$(lab_name))
$(foreach n,$(LAB_NUMBERS),$(eval SEAM_$(n) ?= $(call reference,$(n))))

# LAB=n boots what the student has of lab n, MINE of several labs, from a folder of its own.
# To check or grade, LAB=all is as good as none.
ifneq ($(if $(call asked_for,check grade),$(filter-out all,$(LAB)),$(LAB))$(call asked_for,hint reset watch),)
$(call must_be,LAB,$(LAB_NUMBERS),a lab's number from 1 to $(lastword $(LAB_NUMBERS)))
endif
ifneq ($(filter-out $(LAB_NUMBERS),$(MINE)),)
$(error MINE=$(MINE): must be numbers of labs: MINE="1 2 3")
endif
ifneq ($(call asked_for,run debug bochs show kernel iso),)
OWN := $(sort $(LAB) $(MINE))
ifneq ($(OWN),)
BUILD := $(OUTPUT)/$(if $(MINE),mine,lab)-$(subst $() ,-,$(OWN))
$(foreach n,$(OWN),$(eval SEAM_$(n) := labs/$(call lab_name,$(n))))
endif
endif

KERNEL_FLAGS := -std=c++20 -O2 -g -Ikernel -I. \
    -ffreestanding -fno-exceptions -fno-rtti -fno-pic -fno-pie -fno-threadsafe-statics \
    -fno-stack-protector -fno-omit-frame-pointer -fno-asynchronous-unwind-tables \
    -mcmodel=kernel -mno-red-zone -mno-mmx -mno-sse -mno-sse2 \
    -Wall -Wextra -Wshadow -Wconversion -Werror
# What one section says of another's addresses is the linker's work; only a newer NASM warns of it.
NASM_WARNINGS := -w+all -w-unknown-warning -w-reloc -Werror
NASM_FLAGS := -f elf64 -g -F dwarf $(NASM_WARNINGS) -I$(COMMON)/ -I./
# The debugger is told everything of seams and of where labs happen, of the rest of given code functions
# and lines: seven kernels are linked when a submission is graded, and that is what is copied most.
debug_level = $(if $(filter-out kernel/cpu/% kernel/smp/%,$(filter kernel/%,$<)),-g1)
# Paths in the debug information are relative, so that reports name a file as its owner knows it.
PREFIX_MAP := -ffile-prefix-map=$(CURDIR)=.

CONSTANTS := $(COMMON)/constants.inc
KERNEL_SOURCES := $(sort $(shell find kernel trampoline -name '*.cc' -o -name '*.asm'))
KERNEL_SOURCES := $(filter-out trampoline/constants.cc,$(KERNEL_SOURCES))
KERNEL_OBJECTS := $(KERNEL_SOURCES:%=$(COMMON)/%.o)

# $(1): a lab's number. Its objects, one for each source that the reference has too: a name that
# somebody made up goes into no rule. The reference's are everybody's, others lie below
# $(BUILD)/seam-n; or those that it comes as.
seam_names = $(patsubst %.o,%,$(notdir $(wildcard $(reference)/*.cc $(reference)/*.asm $(reference)/*.o)))
seam_sources = $(sort $(wildcard $(addprefix $(SEAM_$(1))/,$(seam_names))))
seam_folder = $(if $(filter solutions/%,$(SEAM_$(1))),$(COMMON)/$(SEAM_$(1)),$(BUILD)/seam-$(1))
seam_objects = $(if $(filter reference/%,$(SEAM_$(1))),$(sort $(wildcard $(SEAM_$(1))/*.o)),\
    $(patsubst $(SEAM_$(1))/%,$(seam_folder)/%.o,$(seam_sources)))
LOST := $(firstword $(filter-out $(wildcard labs/*/*),$(foreach n,$(OWN),\
    $(addprefix labs/$(call lab_name,$(n))/,$(call seam_names,$(n))))))
ifneq ($(LOST),)
$(error $(LOST) is missing: `make reset LAB=$(firstword $(subst -, ,$(LOST:labs/%=%)))` puts the starter back)
endif
SEAM_OBJECTS := $(foreach n,$(LAB_NUMBERS),$(call seam_objects,$(n)))

# What most files include is read once: each file includes what it uses all the same. A compiler takes
# the compiled form of a header that is named with -include, where it fits, else the header itself. No object
# is older for it: a hand-out comes with given code's objects, and without it. g++'s library is told that there
# are no threads: else <atomic> brings what waits for them, up to <string>, and a seam takes twice the time.
NO_THREADS := _GLIBCXX_HAS_GTHREADS _GLIBCXX_HAVE_LINUX_FUTEX
KERNEL_HEADERS := algorithm array atomic cstddef cstdint optional span string_view type_traits
SEAM_HEADERS := instructions.h $(addprefix cpu/,lapic.h lapic_timer.h) \
    $(addprefix smp/,identity_map.h match_bsp.h per_cpu.h start_ap.h) $(addprefix trampoline/,stage.h tables.h)
# seam.h is common.h, and what seams include of given code, for a check: that asks for no more than functions
# and lines, and a seam is compiled in two thirds of the time.
COMPILE = $(CXX) $(KERNEL_FLAGS) -include $(COMMON)/common.h
COMPILE_SEAM = $(CXX) $(KERNEL_FLAGS) -g1 -include $(COMMON)/seam.h
$(COMMON)/common.h: mk/kernel.mk | $(SETUP)
	@mkdir -p $(@D)
	@{ echo '#include <cstddef>'; printf '#undef %s\n' $(NO_THREADS); printf '#include <%s>\n' $(KERNEL_HEADERS); } > $(part) && $(whole)
$(COMMON)/seam.h: $(COMMON)/common.h
	@{ cat $<; printf '#include "%s"\n' $(SEAM_HEADERS); } > $(part) && $(whole)
$(COMMON)/seam.h.gch: private KERNEL_FLAGS += -g1
$(COMMON)/common.h.gch $(COMMON)/seam.h.gch: %.gch: %
	$(call say,CXX,$<)
	$(Q)$(CXX) $(KERNEL_FLAGS) -x c++-header $< -o $(part) && $(whole)

# The compilers' recipes, for a source $< and an object $@. What given code depends on goes into a .d
# file beside the object; they also depend on these rules. A seam that is not the reference's has no
# such file: it can put names into it that make would run as commands. It depends on all headers.
dependencies_of_cc = $(if $(filter $(COMMON)/%,$@),-MMD -MP -MF $(@:.o=.d) -MT $@)
define compile
@mkdir -p $(@D)
$(call say,CXX,$<)
$(Q)$(COMPILE) $(debug_level) $(call quoted,$(PREFIX_MAP)) $(dependencies_of_cc) -c $< -o $(part) && $(whole)
endef
define assemble
@mkdir -p $(@D)
$(call say,NASM,$<)
$(Q)$(NASM) $(NASM_FLAGS) $< -o $(part) && $(whole) || { $(marked); exit 1; }
endef
# The checker takes a file without it; NASM takes it for a label.
marked = [ "$$(head -c 3 $< | od -An -tx1)" != ' ef bb bf' ] || \
    echo '$<: begins with a byte order mark; save it as UTF-8 without one' >&2
RULES := mk/kernel.mk
GIVEN_FOLDERS := kernel trampoline $(wildcard solutions reference)
GIVEN_SOURCES := $(GIVEN_FOLDERS:=/.) $(shell find $(GIVEN_FOLDERS) -mindepth 1 ! -name '.*' \
    '(' -type d -o -name '*.cc' -o -name '*.h' -o -name '*.asm' -o -name '*.inc' -o -name '*.ld' -o -name '*.o' ')')
GIVEN_HEADERS := $(filter kernel/%.h trampoline/%.h trampoline/%.inc,$(GIVEN_SOURCES))
$(COMMON)/seam.h.gch: $(filter %.h,$(GIVEN_HEADERS))

$(CONSTANTS): trampoline/constants.cc $(RULES) | $(SETUP)
	@mkdir -p $(@D)
	$(call say,CONSTANTS,$@)
	$(Q)$(CXX) $(KERNEL_FLAGS) -MMD -MP -MF $(COMMON)/constants.d -MT $@ -S $< -o $(part).s
	$(Q)sed -n 's/.*->\([a-z0-9_]*\) \$$\{0,1\}\(-\{0,1\}[0-9]*\).*/\1 equ \2/p' $(part).s > $(part) && rm $(part).s && $(whole)

$(COMMON)/%.cc.o: %.cc $(COMMON)/common.h $(RULES) | $(COMMON)/common.h.gch
	$(compile)
$(COMMON)/%.asm.o: %.asm $(CONSTANTS) $(filter %.inc,$(GIVEN_HEADERS)) $(RULES) | $(SETUP)
	$(assemble)
define seam_rules
$(BUILD)/seam-$(1)/%.cc.o: $$(SEAM_$(1))/%.cc $(GIVEN_HEADERS) $(COMMON)/common.h $(BUILD)/inputs $(RULES) | $(COMMON)/common.h.gch
	$$(compile)
$(BUILD)/seam-$(1)/%.asm.o: $$(SEAM_$(1))/%.asm $(GIVEN_HEADERS) $(CONSTANTS) $(BUILD)/inputs $(RULES) | $(SETUP)
	$$(assemble)
endef
$(foreach n,$(LAB_NUMBERS),$(eval $(call seam_rules,$(n))))

# Seams are compiled again when they are taken from elsewhere.
LINK_INPUTS := $(KERNEL_OBJECTS) $(SEAM_OBJECTS)
$(eval $(call remember,$(BUILD)/inputs,$(LINK_INPUTS) $(foreach n,$(LAB_NUMBERS),$(SEAM_$(n)))))

LINK := ld -nostdlib -static -z max-page-size=4096 -z noexecstack --orphan-handling=error --fatal-warnings -T kernel/kernel.ld

$(BUILD)/kernel.elf: $(LINK_INPUTS) kernel/kernel.ld $(BUILD)/inputs
	$(call say,LINK,$@)
	$(Q)$(LINK) $(LINK_INPUTS) -o $(part) && $(whole)

# An ISO with no more of GRUB than it takes: a tenth of the size, and Bochs starts sooner.
GRUB_MODULES := multiboot2 normal iso9660 biosdisk
MAKE_ISO := grub-mkrescue -d /usr/lib/grub/i386-pc --fonts= --locales= --themes=
INSTALL_MODULES := --install-modules=$(GRUB_MODULES)
$(BUILD)/sipi.iso: $(BUILD)/kernel.elf mk/grub.cfg | $(CD_SETUP)
	@mkdir -p $(BUILD)/iso/boot/grub
	$(call say,ISO,$@)
	$(Q)strip -o $(BUILD)/iso/boot/sipi.elf $(BUILD)/kernel.elf
	$(Q)cp mk/grub.cfg $(BUILD)/iso/boot/grub/grub.cfg
	$(Q)$(MAKE_ISO) $(call quoted,$(INSTALL_MODULES)) -o $@ $(BUILD)/iso 2> $(BUILD)/iso.log \
	    || { cat $(BUILD)/iso.log >&2; exit 1; }

# What the checker makes a submission's kernel of, without make: given code as one object, whose inline
# functions are its own, so that no other object can have them replaced; the
# reference's objects; and the very commands of the rules above, an argument a line, without what stands
# before a compiler, such as ccache, which keeps files elsewhere. The last file to be made is included by
# a check (lab.mk), and says by its date that all is up to date.
GIVEN := $(COMMON)/given/ready.mk
REFERENCE_OBJECTS_OF = $(foreach SEAM_$(1),$(reference),$(seam_objects))
GIVEN_COMMANDS := compile assemble link iso reference
given_compile := $(call lines,$(wordlist $(words $(CXX)),$(words $(COMPILE_SEAM)),$(COMPILE_SEAM)))$(newline)$(PREFIX_MAP)
given_assemble := $(call lines,$(NASM) $(NASM_FLAGS))
given_link := $(call lines,$(LINK))
given_iso := $(call lines,$(MAKE_ISO))$(newline)$(INSTALL_MODULES)
given_reference := $(foreach n,$(LAB_NUMBERS),$(n) $(call REFERENCE_OBJECTS_OF,$(n))$(newline))

# Its strings for the debugger are no more merged with those of seams: that took half of the time of each link.
DEBUG_STRINGS := .debug_str .debug_line_str
$(COMMON)/given/code.o: $(KERNEL_OBJECTS) $(COMMON)/given/inputs
	$(call say,LINK,$@)
	$(Q)ld -r -z noexecstack --force-group-allocation $(KERNEL_OBJECTS) -o $(part).first
	$(Q)nm $(part).first | awk '$$2 ~ /[WVu]/ { print $$3 }' > $(part).inline
	$(Q)objcopy --localize-symbols=$(part).inline $(DEBUG_STRINGS:%=--set-section-flags %=readonly,debug) \
	    $(part).first $(part) && rm $(part).* && $(whole)
$(eval $(call remember,$(COMMON)/given/inputs,$(KERNEL_OBJECTS)))

define command_rule
$(COMMON)/given/$(1): $(call changed,$(COMMON)/given/$(1),$(given_$(1)))
	@$$(shell mkdir -p $$(@D))$$(file > $$@,$$(given_$(1)))
endef
$(foreach command,$(GIVEN_COMMANDS),$(eval $(call command_rule,$(command))))

$(GIVEN): $(COMMON)/given/code.o $(COMMON)/seam.h.gch $(CONSTANTS) $(GIVEN_COMMANDS:%=$(COMMON)/given/%) $(GIVEN_SOURCES) $(RULES) \
    $(foreach n,$(LAB_NUMBERS),$(call REFERENCE_OBJECTS_OF,$(n)))
	@touch $@

-include $(KERNEL_OBJECTS:.o=.d) $(patsubst %.o,%.d,$(filter $(COMMON)/%,$(SEAM_OBJECTS))) $(COMMON)/constants.d
