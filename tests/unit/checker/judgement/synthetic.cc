#include "tests/unit/checker/judgement/synthetic.h"

#include <fstream>
#include <iterator>

#include "checker/lab/lab.h"
#include "trampoline/mailbox.h"
#include "trampoline/stage.h"

namespace synthetic {

using evidence::Cpu;
using evidence::End;
using evidence::Engine;
using evidence::Evidence;
using evidence::Registers;
namespace cr0 = x86::cr0;
namespace cr4 = x86::cr4;
namespace efer = x86::efer;

namespace {

constexpr std::uint64_t page_tables = 0x103000;
constexpr std::uint64_t ap_entry = 0xffffffff8011a000;
constexpr std::uint64_t faulting_address = 0xffffffff80012340;

Registers at_the_end(unsigned cpu) {
    Registers registers;
    registers.rip = 0xffffffff80100000;
    registers.control = {cr0::pe | cr0::wp | cr0::pg, page_tables, cr4::pae,
                         efer::lme | efer::lma | efer::nxe};
    registers.cs.long_mode = true;
    registers.gs.base = 0xffffd00000001000 + cpu * 0x1000;
    registers.halted = true;
    return registers;
}

// APs that the dead one's fate left in real mode.
Evidence with_others_asleep(Engine engine) {
    Evidence evidence = healthy(engine);
    for (Cpu& cpu : evidence.cpus)
        if (cpu.cpu > 1) {
            cpu.trace = "";
            cpu.registers = Registers{};
        }
    evidence.end = End::triple_fault;
    evidence.cpus[1].died = true;
    evidence.cpus[1].registers->gs.base = 0;
    return evidence;
}

evidence::Exception exception(unsigned vector, std::uint32_t error, evidence::Location where) {
    return {static_cast<std::uint8_t>(vector), error, {}, std::move(where), {}};
}

}  // namespace

const lab::Lab& lab_5() {
    static const lab::Lab lab = [] {
        lab::Lab five = lab::discover(".").at(4);
        for (lab::Fact& fact : five.facts)
            fact.on_first = true;
        five.second_machine.clear();
        return five;
    }();
    return lab;
}

Evidence healthy(Engine engine) {
    Evidence evidence;
    evidence.engine = engine;
    evidence.cpus_requested = 4;
    evidence.end = End::powered_off;
    evidence.seconds = 0.1;
    for (unsigned number = 0; number < 4; ++number) {
        Cpu cpu;
        cpu.cpu = number;
        cpu.trace = number == 0 ? "" : trampoline::complete_trace;
        cpu.registers = at_the_end(number);
        if (number == 0) {
            cpu.where.symbol = "acpi::power_off";
            cpu.callers.push_back({.symbol = "kernel_main"});
        }
        evidence.cpus.push_back(cpu);
    }
    return evidence;
}

Evidence passing(Engine engine) {
    Evidence evidence = healthy(engine);
    evidence.cpus[0].low_map = evidence::LowMap{};
    for (Cpu& cpu : evidence.cpus) {
        if (cpu.cpu != 0)
            cpu.where.symbol = "sched::idle_loop";
        if (cpu.cpu != 0 && cpu.cpu <= evidence::watched_aps)
            cpu.arrival = evidence::Arrival{
                .registers = at_the_end(cpu.cpu), .low_map = {}, .left = at_the_end(cpu.cpu)};
    }
    return evidence;
}

Evidence healthy_and_told() {
    constexpr std::uint64_t first_record = 0xffffffff80131000, record_size = 64;
    constexpr std::uint64_t stack_top = 0x4000;
    Evidence evidence = healthy();
    for (Cpu& cpu : evidence.cpus) {
        const std::uint64_t address = first_record + cpu.cpu * record_size;
        cpu.apic_id = cpu.cpu;
        cpu.record = evidence::Record{address, address, cpu.cpu, cpu.cpu, true};
        cpu.registers->gs.base = address;
        cpu.where.symbol = "sched::idle_loop";
        if (cpu.cpu == 0) {
            cpu.where.symbol = "acpi::power_off";
            cpu.low_map = evidence::LowMap{};
            continue;
        }
        evidence::Arrival arrival;
        arrival.registers = *cpu.registers;
        arrival.registers.rip = ap_entry;
        arrival.registers.rsp = stack_top - 8;
        arrival.registers.rdi = trampoline::mailbox_address;
        arrival.mailbox.stack_top = stack_top;
        cpu.arrival = arrival;
    }
    evidence.trampoline =
        evidence::TrampolinePage{std::vector<std::byte>(trampoline::page_size),
                                 std::vector<std::byte>(trampoline::page_size), ap_entry};
    return evidence;
}

Evidence documented_fault(Engine engine) {
    Evidence evidence = with_others_asleep(engine);
    Cpu& cpu = evidence.cpus[1];
    cpu.trace = "rpalRJW123ABCXY";
    cpu.registers->control.efer = efer::lme | efer::lma;
    cpu.registers->control.cr0 = cr0::pe | cr0::pg;
    const evidence::Location where{0xffffffff8000780e, "smp::init_percpu", "kernel/smp/per_cpu.cc",
                                   31, "mov [rax], edi"};
    cpu.exceptions = {exception(14, engine == Engine::qemu ? 0x0a : 0x0b, where),
                      exception(13, 0x72, where), exception(8, 0, where)};
    cpu.exceptions[0].cr2 = faulting_address;
    const x86::PageEntry entry{0x8000000000112003};
    evidence.fault_walk = {1, walk_to(entry, x86::WalkOutcome::reserved_bit, x86::bit(63))};
    return evidence;
}

Evidence died_in_trampoline(std::string trace, unsigned vector, std::uint32_t error,
                            std::string instruction) {
    Evidence evidence = with_others_asleep(Engine::qemu);
    Cpu& cpu = evidence.cpus[1];
    cpu.trace = std::move(trace);
    cpu.registers->cs.long_mode = false;
    cpu.registers->control = {cr0::pe, page_tables, cr4::pae, efer::lme};
    cpu.exceptions = {exception(
        vector, error,
        {0x8120, "long_mode", "solutions/4-long-mode/long_mode.asm", 40, std::move(instruction)})};
    return evidence;
}

Evidence died_in_seam(unsigned vector, std::uint32_t error, std::string instruction) {
    Evidence evidence = with_others_asleep(Engine::qemu);
    Cpu& cpu = evidence.cpus[1];
    cpu.trace = "rpalRJW123";
    cpu.exceptions = {exception(vector, error,
                                {0xffffffff80004000, "smp::match_bsp", "labs/5-nx-wp/match_bsp.cc",
                                 12, std::move(instruction)})};
    return evidence;
}

x86::PageWalk walk_to(x86::PageEntry last, x86::WalkOutcome outcome, std::uint64_t reserved_bits) {
    x86::PageWalk walk;
    walk.address = x86::VirtualAddress{faulting_address};
    walk.outcome = outcome;
    walk.step_count = 4;
    for (unsigned i = 0; i < 4; ++i) {
        const auto level = static_cast<x86::PageLevel>(4 - i);
        walk.steps[i] = {level, x86::index_of(walk.address, level), {}, {page_tables | 3}};
    }
    walk.steps[3].entry = last;
    walk.reserved_bits = reserved_bits;
    return walk;
}

}  // namespace synthetic
