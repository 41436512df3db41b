// The kernel's names that the checker looks for; a test finds each in the kernel. What lies behind
// the variables is in kernel/observed.h.
#pragma once

#include <string_view>

namespace evidence::kernel_names {

// Variables.
inline constexpr std::string_view ap_states = "observed::ap_states";
inline constexpr std::string_view all_tables = "smp::all_tables";
inline constexpr std::string_view ap_traces = "observed::ap_traces";
inline constexpr std::string_view frames_of_the_map = "smp::frames_of_the_map";
inline constexpr std::string_view idt = "cpu::idt";
inline constexpr std::string_view last_message = "observed::last_message";
inline constexpr std::string_view panic_record = "observed::panic_record";
inline constexpr std::string_view per_cpu_records = "observed::per_cpu_records";
inline constexpr std::string_view prepared = "smp::prepared";
inline constexpr std::string_view rodata_end = "kernel_rodata_end";
inline constexpr std::string_view rodata_start = "kernel_rodata_start";
inline constexpr std::string_view sent_commands = "observed::sent_commands";
inline constexpr std::string_view text_end = "kernel_text_end";
inline constexpr std::string_view trap_entries = "trap_entries";
inline constexpr std::string_view trampoline_code_end = "trampoline_code_end";
inline constexpr std::string_view trampoline_image = "trampoline_image_start";

// Where the parts end that no submission has a share in; those of data are empty but in a kernel
// that the checker linked.
inline constexpr std::string_view given_text_end = "given_text_end";
inline constexpr std::string_view text_start = "kernel_text_start";
inline constexpr std::string_view given_data_end = "given_data_end";
inline constexpr std::string_view data_start = "kernel_data_start";
inline constexpr std::string_view given_bss_end = "given_bss_end";
inline constexpr std::string_view given_bss_start = "given_bss_start";

// Functions.
inline constexpr std::string_view ap_entry = "ap_entry64";
inline constexpr std::string_view ap_without_labs = "smp::finish_start";
inline constexpr std::string_view ap_main = "smp::ap_main";
inline constexpr std::string_view begin_panic = "cpu::begin_panic";
inline constexpr std::string_view kernel_main = "kernel_main";
inline constexpr std::string_view lock = "lib::Spinlock::lock";
inline constexpr std::string_view panic = "lib::panic_text";
inline constexpr std::string_view panic_in_trap = "cpu::panic_in_trap";
inline constexpr std::string_view power_off = "acpi::power_off";
inline constexpr std::string_view read_lapic = "cpu::read_lapic";
inline constexpr std::string_view send = "cpu::send";
inline constexpr std::string_view wake_aps = "smp::wake_aps";

// How the names of all that has to do with one thing begin.
inline constexpr std::string_view lock_guard = "lib::LockGuard";
inline constexpr std::string_view any_panic = "lib::panic";
inline constexpr std::string_view scheduler = "sched::";

}  // namespace evidence::kernel_names
