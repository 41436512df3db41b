#include "smp/identity_map.h"

#include <algorithm>
#include <atomic>
#include <span>

#include "cpu/lapic.h"
#include "cpu/lapic_timer.h"
#include "cpu/records.h"
#include "cpu/traps.h"
#include "instructions.h"
#include "lib/fixed_vector.h"
#include "lib/panic.h"
#include "memory/frames.h"
#include "memory/kernel_space.h"

namespace smp {

namespace {

// Far more than lab 1 needs, far less than a loop that has gone wild would take. Remembered here,
// because the tables may be a student's, and lead anywhere. Only the BSP makes the map.
constinit lib::FixedVector<x86::PhysicalAddress, 16> frames_of_the_map;

constinit std::atomic<unsigned> answers{0};

/// Empties the TLB of this CPU: the kernel has no global pages, which would survive this.
void flush_tlb() {
    instructions::write_cr3(x86::page_table_root(instructions::read_cr3()));
}

void answer(cpu::TrapFrame&) {
    flush_tlb();
    // Release: the BSP, which counts this answer, may reuse the memory, so our last use of it comes
    // first.
    answers.fetch_add(1, std::memory_order_release);
    cpu::end_of_interrupt();
}

/// Has CPUs 0..cpus-1, which are all online, empty their TLBs, and returns when all have: a
/// shootdown.
void flush_every_tlb(unsigned cpus) {
    flush_tlb();
    cpu::set_handler(cpu::Vector::flush, answer);
    answers.store(0, std::memory_order_relaxed);
    for (unsigned cpu = 1; cpu < cpus; ++cpu) {
        cpu::send(x86::InterruptCommand::fixed(cpu::apic_ids[cpu],
                                               static_cast<std::uint8_t>(cpu::Vector::flush)));
    }

    constexpr unsigned patience_us = 1'000'000;
    const unsigned asked = cpus - 1;
    const auto all_have = [&] { return answers.load(std::memory_order_acquire) == asked; };
    if (!cpu::sleep_until(all_have, patience_us)) {
        lib::panic("{} of {} CPUs have emptied their TLB", answers.load(std::memory_order_acquire),
                   asked);
    }
}

x86::PageTable& kernel_root_table() {
    return memory::table_in(memory::kernel_root());
}

}  // namespace

x86::PhysicalAddress FrameSource::allocate() {
    const x86::PhysicalAddress frame = memory::allocate_frame();
    frames_of_the_map.push_back(frame);
    return frame;
}

void FrameSource::free(x86::PhysicalAddress frame) {
    auto* const known = std::ranges::find(frames_of_the_map, frame);
    ASSERT(known != frames_of_the_map.end());
    *known = frames_of_the_map.back();
    frames_of_the_map.pop_back();
    memory::free_frame(frame);
}

x86::PageTable& FrameSource::table(x86::PhysicalAddress frame) {
    return memory::table_in(frame);
}

void map_low_memory() {
    FrameSource frames;
    map_low_memory(kernel_root_table(), frames);
}

void unmap_low_memory(unsigned cpus) {
    // The lower half, addresses with bit 47 clear: nothing else uses it.
    const auto lower_half =
        std::span(kernel_root_table().entries).first(x86::PageTable::entry_count / 2);
    std::ranges::fill(lower_half, x86::PageEntry{});
    memory::unmap_labs();
    flush_every_tlb(cpus);
    for (const x86::PhysicalAddress frame : frames_of_the_map) {
        memory::free_frame(frame);
    }
    frames_of_the_map.clear();
}

}  // namespace smp
