# Sipi: a kernel about one moment, and the checker that explains it.
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

# One line a step; `make V=1` shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '%-9s %s\n' '$(1)' '$(2)')

include mk/kernel.mk
include mk/run.mk
include mk/tests.mk

.PHONY: all clean
all: kernel

clean:
	rm -rf build
