# Sipi: a kernel about one moment, and the checker that explains it.
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

include mk/kernel.mk
include mk/tests.mk

.PHONY: all clean
all: kernel

clean:
	rm -rf build
