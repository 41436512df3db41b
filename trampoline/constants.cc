// The numbers that the assembly needs, from the headers that state them. This file is compiled to
// assembly and never linked: each line below becomes one `NAME equ VALUE` for NASM.
#include <cstddef>

#include "acpi/power_off.h"
#include "boot/pvh.h"
#include "memory/layout.h"
#include "trampoline/mailbox.h"
#include "trampoline/stage.h"
#include "trampoline/tables.h"
#include "x86/apic.h"
#include "x86/control_registers.h"
#include "x86/cpuid.h"
#include "x86/exception.h"
#include "x86/legacy.h"
#include "x86/msr.h"
#include "x86/page.h"
#include "x86/segment.h"
#include "x86/uart.h"

#define CONSTANT(name, value) \
    asm volatile("\n.ascii \"->" #name " %0\"" : : "i"(static_cast<unsigned long>(value)))

#define MAILBOX(field) (trampoline::mailbox_address + offsetof(trampoline::Mailbox, field))
#define TABLES(field) (trampoline::tables_address + offsetof(trampoline::Tables, field))

#define LAPIC(place) static_cast<unsigned>(x86::LapicRegister::place)
#define UART(place) x86::uart_port(x86::com1, x86::UartRegister::place)

void constants();

void constants() {
    constexpr x86::PageAccess everything{.writable = true, .executable = true};

    CONSTANT(cr0_pe, x86::cr0::pe.raw);
    CONSTANT(cr0_wp, x86::cr0::wp.raw);
    CONSTANT(cr0_caches_off, (x86::cr0::cd | x86::cr0::nw).raw);
    CONSTANT(cr0_pg, x86::cr0::pg.raw);
    CONSTANT(cr0_ts, x86::cr0::ts.raw);
    CONSTANT(cr4_pae, x86::cr4::pae.raw);
    CONSTANT(cr4_de, x86::cr4::de.raw);
    CONSTANT(efer_sce, x86::efer::sce.raw);
    CONSTANT(efer_lme, x86::efer::lme.raw);
    CONSTANT(efer_nxe, x86::efer::nxe.raw);
    CONSTANT(msr_efer, x86::Msr::efer);
    CONSTANT(rflags_id, x86::rflags::id.raw);
    CONSTANT(cpuid_extended_features, x86::cpuid::nx.leaf);
    CONSTANT(cpuid_long_mode, x86::bit(x86::cpuid::long_mode.bit));
    CONSTANT(cpuid_nx, x86::bit(x86::cpuid::nx.bit));
    CONSTANT(cpuid_highest_extended, x86::cpuid::highest_extended_leaf);

    CONSTANT(vectors_with_error_code, x86::vectors_with_error_code);
    CONSTANT(invalid_opcode, x86::ExceptionVector::invalid_opcode);
    CONSTANT(stack_segment_fault, x86::ExceptionVector::stack_segment_fault);
    CONSTANT(general_protection, x86::ExceptionVector::general_protection);

    CONSTANT(segment_code64, x86::SegmentDescriptor::code64().raw);
    CONSTANT(segment_data64, x86::SegmentDescriptor::data64().raw);
    CONSTANT(table_bits, x86::PageEntry::table(x86::PhysicalAddress{0}).raw);
    CONSTANT(huge_page_bits, x86::PageEntry::huge_page(x86::PhysicalAddress{0}, everything).raw);
    CONSTANT(huge_page_size, x86::huge_page_size);
    CONSTANT(kernel_base, memory::kernel_base.raw);
    CONSTANT(direct_map_index, x86::index_of(memory::direct_map_base, x86::PageLevel::pml4));
    CONSTANT(kernel_index, x86::index_of(memory::kernel_base, x86::PageLevel::pml4));
    CONSTANT(kernel_pdpt_index, x86::index_of(memory::kernel_base, x86::PageLevel::pdpt));

    CONSTANT(code_selector, trampoline::code_selector.raw);
    CONSTANT(data_selector, trampoline::data_selector.raw);
    CONSTANT(trampoline_page, trampoline::page_address);
    CONSTANT(trampoline_stack_top, trampoline::stack_top);
    CONSTANT(tables_gdt32, TABLES(gdt32));
    CONSTANT(tables_gdt64, TABLES(gdt64));
    CONSTANT(gdt32_pointer, TABLES(gdt32_pointer));
    CONSTANT(gdt64_pointer, TABLES(gdt64_pointer));
    CONSTANT(mailbox, trampoline::mailbox_address);
    CONSTANT(mailbox_cr0, MAILBOX(bsp.cr0));
    CONSTANT(mailbox_cr3, MAILBOX(bsp.cr3));
    CONSTANT(mailbox_cr4, MAILBOX(bsp.cr4));
    CONSTANT(mailbox_efer, MAILBOX(bsp.efer));
    CONSTANT(mailbox_stack_top, MAILBOX(stack_top));
    CONSTANT(mailbox_entry, MAILBOX(entry));
    CONSTANT(mailbox_cpu, MAILBOX(cpu));
    CONSTANT(mailbox_lapic_id, MAILBOX(lapic_id));
    CONSTANT(mailbox_trace_length, MAILBOX(trace.length));
    CONSTANT(mailbox_trace_letters, MAILBOX(trace.letters));
    CONSTANT(mailbox_trace_capacity, sizeof(trampoline::ApTrace::letters));

    CONSTANT(uart_data, UART(transmit_holding));
    CONSTANT(uart_interrupt_enable, UART(interrupt_enable));
    CONSTANT(uart_line_control, UART(line_control));
    CONSTANT(uart_line_status, UART(line_status));
    CONSTANT(uart_divisor_access, x86::uart_line_control::dlab.raw);
    CONSTANT(uart_divisor_115200, x86::uart_divisor(115200));
    CONSTANT(uart_8n1, x86::uart_line_control::eight_bits.raw);
    CONSTANT(uart_transmit_empty, x86::uart_line_status::thre.raw);
    CONSTANT(uart_polls, trampoline::uart_polls);
    CONSTANT(uart_idle, x86::uart_line_status::temt.raw);

    // What only the firmware needs.
    constexpr auto init = x86::InterruptCommand::init(0).to_all_others();
    constexpr auto startup = x86::InterruptCommand::startup(0, x86::PhysicalAddress{0});
    constexpr auto once = x86::PitCommand::count_on(0, x86::PitMode::interrupt_on_terminal_count);
    CONSTANT(msr_apic_base, x86::Msr::apic_base);
    CONSTANT(apic_base_bsp, x86::apic_base::bsp.raw);
    CONSTANT(apic_base_extd, x86::apic_base::extd.raw);
    CONSTANT(lapic_id, LAPIC(id));
    CONSTANT(lapic_spurious_interrupt, LAPIC(spurious_interrupt));
    CONSTANT(lapic_interrupt_command, LAPIC(interrupt_command_low));
    CONSTANT(lapic_lint0, LAPIC(lvt_lint0));
    CONSTANT(lapic_lint1, LAPIC(lvt_lint1));
    CONSTANT(lapic_enabled, x86::SpuriousInterrupt::enabled(0xff).raw);
    CONSTANT(lapic_external, x86::LvtEntry::external().raw);
    CONSTANT(lapic_nmi, x86::LvtEntry::nmi().raw);
    CONSTANT(init_all_others, init.low());
    CONSTANT(startup_all_others, startup.to_all_others().low());
    CONSTANT(pic_master_command, x86::pic_master.command);
    CONSTANT(pic_master_data, x86::pic_master.data);
    CONSTANT(pic_slave_command, x86::pic_slave.command);
    CONSTANT(pic_slave_data, x86::pic_slave.data);
    CONSTANT(pic_initialize, x86::pic::initialize);
    CONSTANT(pic_master_wiring, x86::pic::master_wiring);
    CONSTANT(pic_slave_wiring, x86::pic::slave_wiring);
    CONSTANT(pic_mode_8086, x86::pic::mode_8086);
    CONSTANT(pit_command, x86::pit_command);
    CONSTANT(pit_channel_0, x86::pit_channel_0);
    CONSTANT(pit_terminal_count, once.raw);
    CONSTANT(pit_square_wave, x86::PitCommand::count_on(0, x86::PitMode::square_wave).raw);
    CONSTANT(pm1_sci_enabled, acpi::pm1_control_sci_enabled);
    CONSTANT(pvh_entry_taken, boot::pvh_entry_taken);
    CONSTANT(pvh_magic, boot::pvh_magic);
    CONSTANT(pvh_entry_note, boot::pvh_entry_note);
}
