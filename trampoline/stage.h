// The letters that an AP leaves on its way from SIPI to the scheduler: one on the serial line and
// one in the mailbox's trace for each stage. stage.inc is the same mechanism for the trampoline.
#pragma once

namespace trampoline {

/// A stage that an AP has reached, named by its letter.
enum class ApStage : char {
    started = 'r',            // real mode, segments zeroed
    protected_mode = 'p',     // in protected mode
    page_tables = 'a',        // PAE enabled and CR3 loaded
    long_mode_enabled = 'l',  // EFER set; paging is next
    long_mode = 'R',          // 64-bit, stack and entry pointer read
    entry_verified = 'J',     // the entry is in the higher half; wrote_tables has the letter too
    calling_entry = 'W',      // the call is next
    entered_cpp = '1',        // in ap_entry64
    interrupts_off = '2',     // certainly
    matching_bsp = '3',       // must match the BSP's features now
    entered_init = 'A',       // in init_percpu
    id_in_bounds = 'B',
    record_found = 'C',
    about_to_write = 'X',
    writing = 'Y',
    wrote_id = 'E',  // the eight fields of struct PerCpu, in the order in which the AP writes them
    wrote_lapic_id = 'F',
    wrote_self = 'G',
    wrote_stack = 'H',
    wrote_double_fault_stack = 'I',
    wrote_tables = 'J',  // the letter of entry_verified: only its place in a trace tells them apart
    wrote_scheduler = 'K',
    wrote_started = 'L',  // the field `online`
    record_complete = 'D',
    init_returned = '4',
    setting_gs = '5',
    gs_set = '6',
};

/// The trace of an AP that came up whole.
inline constexpr char complete_trace[] = "rpalRJW123ABCXYEFGHIJKLD456";

/// How often the line status is read before an absent or broken UART is given up: it must not hold
/// the AP.
inline constexpr unsigned uart_polls = 65536;

/// Leaves the letter of `stage`: waits for the transmitter, writes the letter, and waits until it
/// has left the wire, because the next instruction may be the AP's last. Appends it to the
/// mailbox's trace too. Touches nothing but ports and the page at 0x8000: it is called while
/// EFER.NXE is still clear, when a read of any NX page would fault. [16550]
void leave_stage(ApStage stage);

}  // namespace trampoline
