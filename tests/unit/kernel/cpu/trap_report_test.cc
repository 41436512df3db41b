#include "cpu/trap_report.h"

#include <array>
#include <doctest/doctest.h>
#include <string>

#include "console/print.h"
#include "memory/stack.h"
#include "x86/control_registers.h"

// What the report asks of the kernel's other parts is of no interest here.
extern "C" const char boot_stack_guard[1] = {};
extern "C" const char emergency_stack_guard[1] = {};
void console::print_arguments(std::string_view, std::span<const lib::Argument>) {}
std::optional<memory::Stack> memory::stack_guarded_by(x86::VirtualAddress) {
    return std::nullopt;
}

namespace {

using x86::ExceptionVector;

cpu::TrapFrame frame_of(ExceptionVector vector, std::uint64_t error_code = 0) {
    cpu::TrapFrame frame{};
    frame.vector = static_cast<std::uint64_t>(vector);
    frame.error_code = error_code;
    frame.rip = 0xffffffff8000100e;
    return frame;
}

std::string cause(const cpu::TrapFrame& frame, std::uint64_t cr2 = 0) {
    std::array<char, 256> storage;
    lib::TextBuffer out(storage);
    cpu::append_cause(out, frame, x86::VirtualAddress{cr2});
    return std::string(out.text());
}

/// What stands between the exception's title and its place.
std::string error_code(ExceptionVector vector, std::uint64_t code) {
    const std::string text = cause(frame_of(vector, code));
    const std::size_t title = text.find(x86::title(vector)) + x86::title(vector).size();
    return text.substr(title, text.find(" at 0x") - title);
}

}  // namespace

TEST_CASE("page fault error codes are told by the names of their bits") {
    CHECK(error_code(ExceptionVector::page_fault, 0x0a) == " 0x000a (W RSVD)");
    CHECK(error_code(ExceptionVector::page_fault, 0x0b) == " 0x000b (P W RSVD)");
    CHECK(error_code(ExceptionVector::page_fault, 0x11) == " 0x0011 (P I)");
    CHECK(error_code(ExceptionVector::page_fault, 0) == " 0x0000 (none)");
    CHECK(error_code(ExceptionVector::page_fault, 0x8000) == " 0x8000 (SGX)");
    CHECK(error_code(ExceptionVector::page_fault, 0x80) == " 0x0080 (?)");
}

TEST_CASE("other error codes are numbers, and vectors without one say nothing") {
    CHECK(error_code(ExceptionVector::double_fault, 0) == " 0x0000");
    CHECK(error_code(ExceptionVector::alignment_check, 0) == " 0x0000");
    CHECK(error_code(ExceptionVector::invalid_opcode, 0) == "");
}

TEST_CASE("the cause of a page fault says which access failed, and why") {
    const auto page_fault = [](std::uint64_t code) {
        return cause(frame_of(ExceptionVector::page_fault, code), 0xffff800000012340);
    };
    CHECK(page_fault(0x0a) ==
          "#PF page fault 0x000a (W RSVD) at 0xffffffff8000100e: a write to "
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
          "#UD invalid opcode at 0xffffffff8000100e");
    cpu::TrapFrame nowhere = frame_of(ExceptionVector::general_protection, 8);
    nowhere.rip = 0x12;
    CHECK(cause(nowhere) == "#GP general protection 0x0008 at 0x0000000000000012");
    CHECK(cause(frame_of(ExceptionVector{0x55})) == "interrupt 0x55 that nobody handles");
}

TEST_CASE("control registers are told by the names of their bits") {
    const auto names = [](auto value, const auto& all) {
        std::array<char, 64> storage;
        lib::TextBuffer out(storage);
        lib::append_names(out, value, all);
        return std::string(out.text());
    };
    CHECK(names(x86::Cr0{0x80010011}, x86::cr0_names) == "PE ET WP PG");
    CHECK(names(x86::Cr4{0x20 | x86::bit(63)}, x86::cr4_names) == "PAE ?");
    CHECK(names(x86::Efer{}, x86::efer_names) == "none");
}
