# What was asked for is looked at before anything is made: a slip gets one sentence.

# Those of another folder than the project's are files, such as build/kernel.elf.
UNKNOWN := $(strip $(foreach goal,$(MAKECMDGOALS),$(if $(findstring /,$(goal)),,$(filter-out $(GOALS),$(goal)))))
ifneq ($(UNKNOWN),)
$(error there is no "make $(firstword $(UNKNOWN))"; $(if $(filter $(LAB_NUMBERS),$(firstword $(UNKNOWN))),a \
    lab is named by LAB=$(firstword $(UNKNOWN)),`make help` lists what there is))
endif

# What somebody sets on the command line has a name in capitals.
SET := $(foreach word,$(MAKEOVERRIDES),$(if $(findstring =,$(word)),$(firstword $(subst =, ,$(word)))))
UNHEARD := $(firstword $(filter labs LABS $(foreach name,lab mine engine hint cpus html out format submission boot \
    trust log elf id only,$(name)),$(SET)))
ifneq ($(UNHEARD),)
$(error $(UNHEARD)= is not known; write $(if $(filter labs LABS,$(UNHEARD)),LAB,$(shell echo $(UNHEARD) | tr a-z A-Z))=, \
    and `make help` lists the rest)
endif
ifeq ($(origin LAB)$(strip $(LAB)),command line)
$(error LAB= is empty: name a lab, LAB=1 to LAB=$(lastword $(LAB_NUMBERS)), or LAB=all)
endif
