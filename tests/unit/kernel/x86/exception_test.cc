#include "x86/exception.h"

#include <doctest/doctest.h>
#include <string>

using namespace x86;

TEST_CASE("mnemonics of all vectors, in the order of the manual's table") {
    std::string all;
    for (unsigned number = 0; number < exception_vector_count; ++number) {
        all += std::string{mnemonic(static_cast<ExceptionVector>(number))} + ' ';
    }
    CHECK(all ==
          "#DE #DB NMI #BP #OF #BR #UD #NM #DF ? #TS #NP #SS #GP #PF ? #MF #AC #MC #XM #VE #CP "
          "? ? ? ? ? ? #HV #VC #SX ? ");
}

TEST_CASE("each enumerator has the number of its mnemonic") {
    using enum ExceptionVector;
    const struct {
        ExceptionVector vector;
        std::string_view mnemonic;
    } expected[]{
        {divide_error, "#DE"},
        {debug, "#DB"},
        {non_maskable_interrupt, "NMI"},
        {x86::ExceptionVector::breakpoint, "#BP"},
        {overflow, "#OF"},
        {bound_range_exceeded, "#BR"},
        {invalid_opcode, "#UD"},
        {device_not_available, "#NM"},
        {double_fault, "#DF"},
        {invalid_tss, "#TS"},
        {segment_not_present, "#NP"},
        {stack_segment_fault, "#SS"},
        {general_protection, "#GP"},
        {ExceptionVector::page_fault, "#PF"},
        {x87_error, "#MF"},
        {alignment_check, "#AC"},
        {machine_check, "#MC"},
        {simd_error, "#XM"},
        {virtualization, "#VE"},
        {control_protection, "#CP"},
    };
    for (const auto& [vector, name] : expected) {
        CHECK(mnemonic(vector) == name);
        CHECK(title(vector) != "reserved");
    }
}

TEST_CASE("undefined vectors are reserved, and from 32 on interrupts") {
    CHECK(title(ExceptionVector{9}) == "reserved");
    CHECK(title(ExceptionVector{31}) == "reserved");
    CHECK(title(ExceptionVector{32}) == "interrupt");
    CHECK(title(ExceptionVector{255}) == "interrupt");
    CHECK_FALSE(pushes_error_code(ExceptionVector{255}));
}

TEST_CASE("four exceptions name a selector") {
    unsigned count = 0;
    for (unsigned number = 0; number < 256; ++number) {
        count += names_selector(static_cast<ExceptionVector>(number)) ? 1 : 0;
    }
    CHECK(count == 4);
    CHECK(names_selector(ExceptionVector::general_protection));
    CHECK_FALSE(names_selector(ExceptionVector::page_fault));
    CHECK_FALSE(names_selector(ExceptionVector::double_fault));
}

TEST_CASE("a selector's error code is a selector with EXT and IDT in place of RPL") {
    CHECK(SelectorErrorCode{0x10}.index() == 2);
    CHECK(SelectorErrorCode{0x14}.ti());
    CHECK_FALSE(SelectorErrorCode{0x10}.ti());
    CHECK(SelectorErrorCode{0xfffb}.index() == 0x1fff);
    CHECK(SelectorErrorCode{0xfffb}.ext());
    CHECK(SelectorErrorCode{0xfffb}.idt());
}
