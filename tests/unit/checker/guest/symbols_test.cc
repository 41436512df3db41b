// The ELF file that these tests read is their own.
#include "checker/guest/symbols.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "checker/error.h"
#include "checker/guest/code.h"
#include "checker/guest/kernel_memory.h"
#include "checker/guest/machine.h"
#include "checker/guest/symbols.h"
#include "observed.h"
#include "tests/unit/checker/guest/memory_image.h"
#include "trampoline/mailbox.h"

// What read_traces looks for; never written here.
[[gnu::used]] decltype(observed::ap_traces) observed::ap_traces{};

namespace symbols_test {

volatile int counter = 0;

[[gnu::noinline]] void called(int times) {
    counter = counter + times;
}

namespace {
[[gnu::noinline, gnu::used]] void hidden() {
    counter = counter + 1;
}
}  // namespace

}  // namespace symbols_test

using guest::Symbols;

namespace {

const Symbols& own_symbols() {
    static const Symbols symbols{"/proc/self/exe", std::filesystem::current_path()};
    return symbols;
}

}  // namespace

TEST_CASE("symbols: names without parameters, and where they lie") {
    symbols_test::called(1);
    const auto range = own_symbols().find("symbols_test::called");
    REQUIRE(range);
    CHECK(range->size > 0);
    const evidence::Location location = own_symbols().locate(range->address);
    CHECK(location.address == range->address);
    CHECK(location.symbol == "symbols_test::called");
    CHECK(location.file == "tests/unit/checker/guest/symbols_test.cc");
    CHECK(location.line > 0);
    CHECK(location.instruction.empty());
    CHECK(own_symbols().locate(range->address + range->size - 1).symbol == "symbols_test::called");
    CHECK(own_symbols().find("symbols_test::hidden"));
    CHECK(!own_symbols().find("symbols_test::nothing"));
    CHECK(own_symbols().bytes(range->address, 8).size() == 8);
}

TEST_CASE("symbols: an address that nothing was linked to") {
    for (const std::uint64_t address :
         {std::uint64_t{0}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
        const evidence::Location location = own_symbols().locate(address);
        CHECK(location.symbol.empty());
        CHECK(location.file.empty());
        CHECK(location.line == 0);
    }
    CHECK(own_symbols().bytes(~std::uint64_t{0}, 8).empty());
    CHECK(Symbols{}.locate(0x1000).symbol.empty());
    CHECK(!Symbols{}.find("main"));
}

TEST_CASE("symbols: a file that is no ELF file is the checker's problem") {
    CHECK_THROWS_AS(Symbols{"/nonexistent"}, checker::Error);
    CHECK_THROWS_AS(Symbols{"/dev/null"}, checker::Error);
    const std::filesystem::path broken =
        std::filesystem::temp_directory_path() / "sipi-symbols-test.elf";
    std::ifstream own{"/proc/self/exe", std::ios::binary};
    std::string head(4096, '\0');
    own.read(head.data(), static_cast<std::streamsize>(head.size()));
    std::ofstream{broken, std::ios::binary} << head;
    CHECK_NOTHROW((void)Symbols{broken}.locate(0x1000));
    std::filesystem::remove(broken);
}

TEST_CASE("symbols: plain names") {
    std::size_t spelt_out = 0;
    const auto plain = [&](const char* name) { return guest::plain_name(name, spelt_out); };
    CHECK(plain("_ZN3cpu11init_percpuEj") == "cpu::init_percpu");
    CHECK(plain("_ZN3cpu12_GLOBAL__N_15helloEv") == "cpu::hello");
    CHECK(plain("_ZN3cpu11init_percpuEj.part.0") == "cpu::init_percpu");
    CHECK(plain("ap_entry64") == "ap_entry64");
    CHECK(plain("ap_entry64.cold") == "ap_entry64");
    CHECK(plain("long_mode.wait") == "long_mode");
    CHECK(plain(".wait") == ".wait");
    CHECK(plain("it is\xef\xb8\x80") == "it?is???");
    CHECK(plain("_ZN3fooclEi") == "foo::operator");  // names end at the parenthesis
    spelt_out = (64 << 20) - 5;
    CHECK(plain("_Z1fv") == "f");
    CHECK_THROWS_AS((void)plain("_ZN3cpu11init_percpuEj"), checker::Error);
}

TEST_CASE("kernel memory: traces, and what is none") {
    const auto array = own_symbols().find("observed::ap_traces");
    REQUIRE(array);
    MemoryImage image{array->address + array->size + 0x10000};
    const auto put = [&](std::uint64_t address, std::uint32_t length, std::string_view letters) {
        trampoline::ApTrace trace{};
        trace.length = length;
        letters.copy(trace.letters, sizeof(trace.letters));
        image.put(address, trace);
    };
    put(array->address + sizeof(trampoline::ApTrace), 4, "rpal");
    put(array->address + 2 * sizeof(trampoline::ApTrace), 5,
        "rp\x01"
        "al");
    CHECK(guest::KernelMemory{image, own_symbols(), 3}.traces() ==
          std::vector<std::string>{"", "rpal", "rp?al"});
    put(array->address + 2 * sizeof(trampoline::ApTrace), 3, "\x01st");
    CHECK(guest::KernelMemory{image, own_symbols(), 3}.traces()[2].empty());
    put(array->address + 2 * sizeof(trampoline::ApTrace), 61, "rpal");
    CHECK(guest::KernelMemory{image, own_symbols(), 3}.traces()[2].empty());
    CHECK(guest::KernelMemory{image, own_symbols(), 6}.traces() ==
          std::vector<std::string>{"", "rpal", "", "", "", ""});
    CHECK(guest::KernelMemory{image, Symbols{}, 2}.traces() == std::vector<std::string>{"", ""});

    // The AP that is being started has its trace in the mailbox still.
    image.put(trampoline::mailbox_address + offsetof(trampoline::Mailbox, cpu), std::uint32_t{2});
    put(trampoline::mailbox_address + offsetof(trampoline::Mailbox, trace), 2, "rp");
    CHECK(guest::KernelMemory{image, own_symbols(), 3}.traces()[2] == "rp");
    image.put(trampoline::mailbox_address + offsetof(trampoline::Mailbox, cpu), std::uint32_t{9});
    CHECK(guest::KernelMemory{image, own_symbols(), 3}.traces()[2].empty());
}

TEST_CASE("kernel memory: traces on the serial line, and what only looks like one") {
    const std::string serial =
        "Sipi\r\ncpu  1: rpalRJW\ncpu  2: 31 runs, 27 preemptions\ncpu 3: rp\x01\n"
        "cpu  9: rp\ncpu\ncpu : r\ncpu  4: rpal";
    CHECK(guest::traces_on_line(serial, 5) ==
          std::vector<std::string>{"", "rpalRJW", "", "rp?", "rpal"});
    CHECK(guest::traces_on_line("", 1) == std::vector<std::string>{""});
}

TEST_CASE("disassemble: by the size of the code") {
    const auto code = std::to_array<std::byte>(
        {std::byte{0xb8}, std::byte{1}, std::byte{0}, std::byte{0}, std::byte{0}});
    CHECK(guest::disassemble(code, 0, guest::CodeSize::bits32).starts_with("mov eax"));
    CHECK(guest::disassemble(code, 0, guest::CodeSize::bits16).starts_with("mov ax"));
    CHECK(guest::instruction_length(code, guest::CodeSize::bits64) == 5);
    CHECK(guest::instruction_length(code, guest::CodeSize::bits16) == 3);
    const auto write = std::to_array<std::byte>({std::byte{0x45}, std::byte{0x89}, std::byte{0xa5},
                                                 std::byte{0x08}, std::byte{0x10}, std::byte{0x13},
                                                 std::byte{0x80}});
    CHECK(guest::disassemble(write, 0, guest::CodeSize::bits64) ==
          "mov [r13+0xffffffff80131008], r12d");
    CHECK(guest::disassemble(code, 0, guest::CodeSize::bits32) == "mov eax, 0x1");
    CHECK(guest::disassemble({}, 0, guest::CodeSize::bits64).empty());
    CHECK(guest::instruction_length(std::span{code}.first(2), guest::CodeSize::bits64) == 0);

    evidence::Registers registers;
    registers.rip = 0x10;
    registers.cs.base = 0x8000;
    CHECK(guest::code_size(registers) == guest::CodeSize::bits16);
    CHECK(guest::linear_rip(registers) == 0x8010);
    registers.control.cr0 = x86::cr0::pe;
    registers.cs.size_32 = true;
    CHECK(guest::code_size(registers) == guest::CodeSize::bits32);
    registers.control.efer = x86::efer::lma;
    registers.cs.long_mode = true;
    CHECK(guest::code_size(registers) == guest::CodeSize::bits64);
    CHECK(guest::linear_rip(registers) == 0x10);
}

TEST_CASE("symbols: what the kernel prints gets the names that it has no table of") {
    const auto range = own_symbols().find("symbols_test::called");
    REQUIRE(range);
    const auto named = [](const std::string& text) {
        return guest::with_names(text, own_symbols());
    };
    const auto at = [](std::uint64_t address) { return fmt::format("{:#018x}", address); };
    const std::string there = at(range->address + 1), end = at(range->address + range->size);
    const std::string name = there + " symbols_test::called+0x1";
    CHECK(named("PANIC cpu 1: #UD at " + there + "\n  rip " + there + "\n") ==
          "PANIC cpu 1: #UD at " + name + "\n  rip " + name + "\n");
    CHECK(named("#PF at " + there + ": a write to 0x1") == "#PF at " + name + ": a write to 0x1");
    // Behind a call that never returns another function may begin.
    CHECK(named("  called from " + end + ", 2 times\n") ==
          fmt::format("  called from {} symbols_test::called+{:#x}, 2 times\n", end, range->size));
    for (const std::string& as_it_is :
         {"#UD at " + name, "  rax " + there, std::string{" at 0x0000000000000001"},
          std::string{" at 0x"}, std::string{" at 0xnothing"}, std::string{}})
        CHECK(named(as_it_is) == as_it_is);
}
