# Builds the kernel: every source under kernel/ and trampoline/, and one side of each lab's seam.
CXX ?= g++
ifeq ($(origin CXX),default)
CXX := g++
endif
NASM := nasm
BUILD ?= build

KERNEL_FLAGS := -std=c++20 -O2 -g -Ikernel -I. \
    -ffreestanding -fno-exceptions -fno-rtti -fno-pic -fno-pie -fno-threadsafe-statics \
    -fno-stack-protector -fno-omit-frame-pointer -fno-asynchronous-unwind-tables \
    -mcmodel=kernel -mno-red-zone -mno-mmx -mno-sse -mno-sse2 \
    -Wall -Wextra -Wshadow -Wconversion -Werror
