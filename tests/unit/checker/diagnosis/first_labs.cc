#include "tests/unit/checker/diagnosis/first_labs.h"

#include <cstring>

#include "trampoline/mailbox.h"

namespace first_labs {

using evidence::Cpu;
using evidence::Evidence;
using evidence::Registers;
namespace cr0 = x86::cr0;
namespace efer = x86::efer;

lab::Lab lab(unsigned number) {
    lab::Lab lab;
    lab.number = number;
    lab.directory = "3-trampoline";
    lab.seam = {"real_mode.asm", "start_ap.cc"};
    return lab;
}

std::string id(unsigned number, const Evidence& evidence, judgement::Outcome outcome) {
    const auto found = diagnosis::diagnose(lab(number), evidence, outcome);
    return found ? found->id : "none";
}

Evidence lost_trampoline(std::initializer_list<std::uint64_t> entries) {
    constexpr std::uint64_t address = 0x8197;
    Evidence evidence = synthetic::died_in_trampoline("rpal", 14, 0x10, "jmp 0x8:0x819e");
    Registers& registers = *evidence.cpus[1].registers;
    registers.control.cr0 |= cr0::pg;
    registers.control.efer |= efer::lma | efer::nxe;
    registers.rip = address;
    evidence.cpus[1].exceptions[0].cr2 = address;
    evidence.cpus[1].exceptions[0].where.address = address;
    x86::PageWalk walk;
    walk.address = x86::VirtualAddress{address};
    walk.outcome = x86::WalkOutcome::not_present;
    for (const std::uint64_t raw : entries) {
        const auto level = static_cast<x86::PageLevel>(4 - walk.step_count);
        walk.steps[walk.step_count++] = {level, x86::index_of(walk.address, level), {}, {raw}};
    }
    evidence.fault_walk = {1, walk};
    evidence.cpus[1].low_map = evidence::LowMap{};
    return evidence;
}

::memory::MappedPage right_page() {
    return {
        x86::VirtualAddress{0}, x86::PhysicalAddress{0}, x86::huge_page_size, true, true, false};
}

Evidence arrived_with(::memory::MappedPage page) {
    Evidence evidence = synthetic::healthy();
    for (Cpu& cpu : evidence.cpus)
        if (cpu.cpu != 0) {
            cpu.arrival = evidence::Arrival{*cpu.registers, {{page}, true}};
            cpu.arrival->mailbox.stack_top = 0x4000;
            cpu.arrival->registers.rsp = 0x4000 - 8;
            cpu.arrival->registers.rdi = trampoline::mailbox_address;
        }
    return evidence;
}

trampoline::Tables right_tables() {
    using trampoline::Tables, trampoline::tables_address;
    using x86::SegmentDescriptor;
    return {{{}, SegmentDescriptor::code32(), SegmentDescriptor::data32()},
            {{}, SegmentDescriptor::code64_only(), SegmentDescriptor::data64_only()},
            {23, tables_address + offsetof(Tables, gdt32)},
            {23, tables_address + offsetof(Tables, gdt64)}};
}

void put(Evidence& evidence, const trampoline::Tables& tables) {
    evidence::TrampolinePage both;
    both.image.assign(trampoline::page_size, std::byte{0x90});
    constexpr std::size_t stack = trampoline::stack_bottom - trampoline::page_address;
    std::memset(both.image.data() + stack, 0, trampoline::page_size - stack);
    std::memcpy(both.image.data() + (trampoline::tables_address - trampoline::page_address),
                &tables, sizeof(tables));
    both.page = both.image;
    both.entry = 0xffffffff80100000;
    trampoline::Mailbox message{};
    message.entry = both.entry;
    message.stack_top = 0x4000;
    message.cpu = message.lapic_id = 1;
    std::memcpy(both.page.data() + (trampoline::mailbox_address - trampoline::page_address),
                &message, sizeof(message));
    evidence.trampoline = both;
}

Evidence died_at_the_jump(const trampoline::Tables& tables, std::uint32_t error) {
    Evidence evidence = synthetic::died_in_trampoline("r", 13, error, "jmp far 0x0008:0x00008070");
    Registers& registers = *evidence.cpus[1].registers;
    registers.control = {cr0::pe, 0, {}, {}};
    registers.cs = {0x800, trampoline::page_address, 0xffff, false, false};
    const std::uint32_t base = tables.gdt32_pointer.base;
    registers.gdt = {base, tables.gdt32_pointer.limit};
    evidence.cpus[1].exceptions[0].where = {0x805f, "real_mode", "labs/3-trampoline/real_mode.asm",
                                            20, "jmp far 0x0008:0x00008070"};
    put(evidence, tables);
    return evidence;
}

Evidence nobody_came(evidence::Engine engine) {
    Evidence evidence = synthetic::healthy(engine);
    for (Cpu& cpu : evidence.cpus)
        if (cpu.cpu != 0) {
            cpu.trace = "";
            cpu.registers = Registers{};
            cpu.registers->cs = {0x9f00, 0x9f000, 0xffff, false, false};
            cpu.registers->halted = true;
        }
    put(evidence, right_tables());
    return evidence;
}

}  // namespace first_labs
