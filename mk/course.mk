# For who teaches with Sipi: the labs as branches, and what students get.

# A lab's branch and no other has a file .lab: there make knows the lab of all that is about one.
ifneq ($(call asked_for,check watch hint reset debug bochs $(if $(LOG),,explain)),)
LAB ?= $(firstword $(subst -, ,$(file < .lab)))
endif

# A hand-out has neither the reference's source nor the tests.
NOT_HANDED_OUT := $(call asked_for,test unit lint format bench branches handout gradescope docs)
ifneq ($(and $(wildcard reference/.),$(NOT_HANDED_OUT)),)
$(error make $(firstword $(NOT_HANDED_OUT)): is for who maintains Sipi; a hand-out has only what the labs need)
endif

# What students get has the reference's seams as the build here has made them.
REFERENCE_OBJECTS = $(patsubst %,$(COMMON)/%.o,$(sort $(wildcard solutions/*/*.cc solutions/*/*.asm)))
ifneq ($(and $(MINE),$(call asked_for,handout)),)
$(error MINE=$(MINE): is for the make of who has the hand-out; there it takes several labs from labs/)
endif
