#include "cpu/trap_text.h"

#include <array>
#include <doctest/doctest.h>
#include <string>

namespace {

using x86::ExceptionVector;

constexpr std::array<std::uint64_t, 2> symbol_addresses{0xffffffff80001000, 0xffffffff80002000};
constexpr std::array<std::uint32_t, 2> symbol_names{0, 17};
constexpr cpu::SymbolTable symbols{symbol_addresses, symbol_names, "cpu::init_percpu\0\0"};

cpu::TrapFrame frame_of(ExceptionVector vector, std::uint64_t error_code = 0) {
    cpu::TrapFrame frame{};
    frame.vector = static_cast<std::uint64_t>(vector);
    frame.error_code = error_code;
    frame.rip = 0xffffffff8000100e;
    return frame;
}

template <class Append>
std::string text_of(Append append) {
    std::array<char, 256> storage;
    lib::TextBuffer out(storage);
    append(out);
    return std::string(out.text());
}

std::string error_code(ExceptionVector vector, std::uint64_t code) {
    const cpu::TrapFrame frame = frame_of(vector, code);
    return text_of([&](lib::TextBuffer& out) { cpu::append_error_code(out, frame); });
}

std::string cause(const cpu::TrapFrame& frame, std::uint64_t cr2 = 0) {
    return text_of([&](lib::TextBuffer& out) {
        cpu::append_cause(out, {frame, x86::VirtualAddress{cr2}}, symbols);
    });
}

}  // namespace

TEST_CASE("page fault error codes are told by the names of their bits") {
    CHECK(error_code(ExceptionVector::page_fault, 0x0a) == "0x000a (W RSVD)");
    CHECK(error_code(ExceptionVector::page_fault, 0x0b) == "0x000b (P W RSVD)");
    CHECK(error_code(ExceptionVector::page_fault, 0x11) == "0x0011 (P I)");
    CHECK(error_code(ExceptionVector::page_fault, 0) == "0x0000 (none)");
    CHECK(error_code(ExceptionVector::page_fault, 0x8000) == "0x8000 (SGX)");
    CHECK(error_code(ExceptionVector::page_fault, 0x80) == "0x0080 (?)");
}

TEST_CASE("selector error codes name the descriptor") {
    CHECK(error_code(ExceptionVector::general_protection, 8) == "0x0008 (GDT entry 1)");
    CHECK(error_code(ExceptionVector::general_protection, 0) ==
          "0x0000 (no descriptor is to blame)");
    CHECK(error_code(ExceptionVector::segment_not_present, 0x14) == "0x0014 (LDT entry 2)");
    CHECK(error_code(ExceptionVector::general_protection, 0x73) ==
          "0x0073 (IDT gate 14, #PF, while delivering another event)");
    CHECK(error_code(ExceptionVector::general_protection, 0x202) == "0x0202 (IDT gate 64, INT)");
}

TEST_CASE("other error codes are numbers, and vectors without one say nothing") {
    CHECK(error_code(ExceptionVector::double_fault, 0) == "0x0000");
    CHECK(error_code(ExceptionVector::alignment_check, 0) == "0x0000");
    CHECK(error_code(ExceptionVector::invalid_opcode, 0) == "");
}

TEST_CASE("the cause of a page fault says which access failed, and why") {
    const auto page_fault = [](std::uint64_t code) {
        return cause(frame_of(ExceptionVector::page_fault, code), 0xffff800000012340);
    };
    CHECK(page_fault(0x0a) ==
          "#PF page fault 0x000a (W RSVD) at 0xffffffff8000100e cpu::init_percpu+0xe: a write to "
          "0xffff800000012340, whose page entry has a reserved bit set");
    CHECK(page_fault(0x0b).ends_with("a reserved bit set"));
    CHECK(page_fault(0x00).ends_with("a read of 0xffff800000012340, which is not mapped"));
    CHECK(page_fault(0x03).ends_with("a write to 0xffff800000012340, whose page is read-only"));
    CHECK(page_fault(0x10).ends_with("a fetch from 0xffff800000012340, which is not mapped"));
    CHECK(page_fault(0x11).ends_with("whose page is not executable"));
    CHECK(page_fault(0x05).ends_with("which its page does not allow"));
}

TEST_CASE("the cause of other traps") {
    CHECK(cause(frame_of(ExceptionVector::invalid_opcode)) ==
          "#UD invalid opcode at 0xffffffff8000100e cpu::init_percpu+0xe");
    cpu::TrapFrame nowhere = frame_of(ExceptionVector::general_protection, 8);
    nowhere.rip = 0x12;
    CHECK(cause(nowhere) == "#GP general protection 0x0008 (GDT entry 1) at 0x0000000000000012");
    CHECK(cause(frame_of(ExceptionVector{0x55})) == "interrupt 0x55 that nobody handles");
}

TEST_CASE("control registers are told by the names of their bits") {
    const auto text = [](auto value) {
        return text_of([&](lib::TextBuffer& out) { cpu::append_register(out, value); });
    };
    CHECK(text(x86::Cr0{0x80010011}) == "0x80010011 (PE ET WP PG)");
    CHECK(text(x86::Cr4{0x20}) == "0x20 (PAE)");
    CHECK(text(x86::Cr4{0x20 | x86::bit(63)}) == "0x8000000000000020 (PAE ?)");
    CHECK(text(x86::Efer{0xd00}) == "0xd00 (LME LMA NXE)");
    CHECK(text(x86::Efer{}) == "0x0 (none)");
}
