#include "cpu/descriptor_tables.h"

#include "instructions.h"
#include "x86/exception.h"

// The entry for each vector, from traps.asm.
extern "C" const std::uint64_t trap_entries[256];

namespace cpu {

namespace {

constexpr unsigned emergency_stack_number = 1;

alignas(16) constinit x86::InterruptTable idt;

constexpr unsigned stack_number(unsigned vector) {
    switch (static_cast<x86::ExceptionVector>(vector)) {
        case x86::ExceptionVector::non_maskable_interrupt:
        case x86::ExceptionVector::double_fault:
        case x86::ExceptionVector::machine_check:
            return emergency_stack_number;
        default:
            return 0;
    }
}

template <class Table>
x86::TablePointer64 pointer_to_table(const Table& table) {
    return {sizeof(table) - 1, x86::address_of(&table).raw};
}

}  // namespace

void fill_idt() {
    for (unsigned vector = 0; vector < idt.size(); ++vector) {
        const x86::VirtualAddress entry{trap_entries[vector]};
        idt[vector] = x86::InterruptGate::to(entry, kernel_code, stack_number(vector));
    }
}

void DescriptorTables::fill(x86::VirtualAddress emergency_stack) {
    tss_.set_interrupt_stack(emergency_stack_number, emergency_stack);
    gdt_.tss = x86::TssDescriptor::available(x86::address_of(&tss_), sizeof(tss_));
}

void DescriptorTables::load() {
    instructions::lgdt(pointer_to_table(gdt_));
    instructions::load_cs(kernel_code);
    instructions::load_data_segments(kernel_data);
    instructions::ltr(task_state);
    instructions::lidt(pointer_to_table(idt));
}

}  // namespace cpu
