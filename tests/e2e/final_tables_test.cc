// The page tables on which the complete kernel runs in the end, read from outside the machine.
#include <cstring>
#include <doctest/doctest.h>
#include <vector>

#include "checker/guest/memory.h"
#include "checker/guest/symbols.h"
#include "checker/process/descriptor.h"
#include "checker/qemu/read.h"
#include "checker/qemu/run.h"
#include "memory/layout.h"
#include "memory/stack.h"
#include "memory/w_xor_x.h"

namespace {

/// A machine that has switched itself off: its memory, and its CPUs as they were then.
struct FinishedMachine {
    std::vector<std::byte> bytes;
    evidence::Evidence evidence;
    std::unique_ptr<guest::Symbols> symbols;

    guest::RamFile ram() const { return {bytes, bytes.size()}; }
    x86::PhysicalAddress root() const {
        return x86::page_table_root(evidence.cpus[0].registers->control.cr3);
    }
};

FinishedMachine boot(const char* machine, unsigned memory_mib) {
    engine::Request request;
    request.way = evidence::Way::elf;
    request.kernel_elf = "build/kernel.elf";
    request.memory_mib = memory_mib;
    request.machine = machine;
    request.command_line = "panic=poweroff";
    request.host_time_limit = std::chrono::minutes{1};

    const std::size_t size = std::size_t{memory_mib} << 20;
    process::Descriptor file = process::anonymous_memory(size);
    const process::Mapping memory{file, size};
    auto symbols = std::make_unique<guest::Symbols>(request.kernel_elf);
    const guest::RamFile ram{memory.bytes(), size};
    process::ForkServers servers;
    const qemu::Capture capture = qemu::watch(request, std::move(file), {ram, *symbols}, servers);

    FinishedMachine finished{
        {memory.bytes().begin(), memory.bytes().end()}, {}, std::move(symbols)};
    finished.evidence = qemu::read(capture, {finished.ram(), *finished.symbols});
    REQUIRE(finished.evidence.end == evidence::End::powered_off);
    REQUIRE(finished.evidence.cpus.size() == request.cpus);
    for (const evidence::Cpu& cpu : finished.evidence.cpus) {
        REQUIRE(cpu.registers);
    }
    return finished;
}

const FinishedMachine& finished_machine() {
    static const FinishedMachine machine = boot("pc", 256);
    return machine;
}

/// Reads entries of page tables from `memory`, which has to outlive what is returned.
auto entries_in(const lib::PhysicalMemory& memory) {
    return [&memory](x86::PhysicalAddress place) -> std::optional<x86::PageEntry> {
        const auto bytes = memory.at(place, sizeof(x86::PageEntry));
        if (bytes.empty()) {
            return std::nullopt;
        }
        x86::PageEntry entry;
        std::memcpy(&entry, bytes.data(), sizeof(entry));
        return entry;
    };
}

template <class Visit>
void for_each_page(const FinishedMachine& machine, Visit&& visit) {
    const guest::RamFile ram = machine.ram();
    const auto end =
        memory::for_each_page(machine.root(), entries_in(ram), [&](const memory::MappedPage& page) {
            visit(page);
            return true;
        });
    CHECK(end == memory::ScanEnd::complete);
}

std::optional<memory::WXorXViolation> violation(const FinishedMachine& machine) {
    const guest::RamFile ram = machine.ram();
    return memory::find_w_xor_x_violation(machine.root(), entries_in(ram));
}

std::uint64_t address_of(const FinishedMachine& machine, std::string_view symbol) {
    const auto range = machine.symbols->find(symbol);
    REQUIRE(range);
    return range->address;
}

}  // namespace

TEST_CASE("final tables: every CPU has the same ones, below 4 GiB, with NXE and WP on") {
    const auto& all = finished_machine().evidence.cpus;
    for (const evidence::Cpu& cpu : all) {
        const x86::ControlState& control = cpu.registers->control;
        CHECK(control.cr3 == all[0].registers->control.cr3);
        CHECK(control.cr3 < 0x1'0000'0000);
        CHECK(control.cr0.has(x86::cr0::pg | x86::cr0::wp));
        CHECK(control.efer.has(x86::efer::lma | x86::efer::nxe));
    }
}

TEST_CASE("final tables: no memory is writable and executable, at whatever addresses") {
    CHECK(!violation(finished_machine()));
    CHECK(!violation(boot("q35", 64)));
}

TEST_CASE("final tables: the look from outside finds a page of code made writable") {
    FinishedMachine machine = boot("pc", 64);
    const guest::RamFile ram = machine.ram();
    const x86::VirtualAddress code{address_of(machine, "kernel_main")};
    const auto walk = x86::walk(machine.root(), code, entries_in(ram), {.nxe = true});
    REQUIRE(walk.outcome == x86::WalkOutcome::mapped);
    CHECK(walk.executable);
    CHECK(!walk.writable);

    const std::uint64_t writable = walk.last().entry.raw | x86::PageEntry::writable_bit;
    std::memcpy(machine.bytes.data() + walk.last().entry_address.raw, &writable, sizeof(writable));
    const auto found = violation(machine);
    REQUIRE(found);
    CHECK(found->kind == memory::WXorXViolation::Kind::writable_and_executable);
}

TEST_CASE("final tables: nothing is mapped in the lower half, and nothing is for user mode") {
    std::size_t pages = 0;
    std::size_t executable = 0;
    for_each_page(finished_machine(), [&](const memory::MappedPage& page) {
        ++pages;
        executable += page.executable ? 1 : 0;
        CHECK(page.address >= memory::direct_map_base);
        CHECK(!page.user);
    });
    CHECK(pages > 100);
    CHECK(executable > 0);
}

TEST_CASE("final tables: only the kernel's own code can be executed") {
    const FinishedMachine& machine = finished_machine();
    const std::uint64_t start = address_of(machine, "kernel_text_start");
    const std::uint64_t end = address_of(machine, "kernel_text_end");
    for_each_page(machine, [&](const memory::MappedPage& page) {
        if (page.executable) {
            CHECK(page.address.raw >= start);
            CHECK(page.address.raw + page.size <= end);
        }
    });
}

TEST_CASE("final tables: below every stack there is a page that is not mapped") {
    const FinishedMachine& machine = finished_machine();
    std::size_t stack_pages = 0;
    for_each_page(machine, [&](const memory::MappedPage& page) {
        if (page.address >= memory::stacks_base && page.address < memory::mmio_base) {
            ++stack_pages;
            CHECK(page.size == x86::page_size);
            CHECK((page.address - memory::stacks_base) % memory::stack_slot_size != 0);
        }
    });
    CHECK(stack_pages >= machine.evidence.cpus.size());

    // Whichever stacks the CPUs were on when it ended: from RSP down, at most a slot of memory that
    // can be written and not executed, and then nothing.
    const guest::RamFile ram = machine.ram();
    for (const evidence::Cpu& cpu : machine.evidence.cpus) {
        x86::VirtualAddress page =
            x86::align_down(x86::VirtualAddress{cpu.registers->rsp}, x86::page_size);
        std::size_t mapped = 0;
        x86::PageWalk walk;
        while ((walk = x86::walk(machine.root(), page, entries_in(ram), {.nxe = true})).outcome ==
               x86::WalkOutcome::mapped) {
            CHECK(walk.writable);
            CHECK(!walk.executable);
            ++mapped;
            page = x86::VirtualAddress{page.raw - x86::page_size};
        }
        CHECK(walk.outcome == x86::WalkOutcome::not_present);
        CHECK(mapped >= 1);
        CHECK(mapped <= memory::stack_slot_size / x86::page_size - 1);
    }
}
