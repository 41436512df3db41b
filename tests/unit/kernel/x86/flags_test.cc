#include "x86/flags.h"

#include <doctest/doctest.h>
#include <type_traits>

#include "tests/unit/kernel/x86/constant.h"
#include "x86/address.h"
#include "x86/control_registers.h"
#include "x86/uart.h"

#if __has_include(<asm/processor-flags.h>)
#include <asm/processor-flags.h>
#endif
#if __has_include(<linux/serial_reg.h>)
#include <linux/serial_reg.h>
#endif

using namespace x86;
using x86_test::is_constant;

TEST_CASE("has wants every bit, any wants one") {
    constexpr Cr0 both = cr0::pe | cr0::pg;
    CHECK(both.has(cr0::pe));
    CHECK(both.has(cr0::pe | cr0::pg));
    CHECK_FALSE(both.has(cr0::pe | cr0::wp));
    CHECK(both.any(cr0::pe | cr0::wp));
    CHECK_FALSE(both.any(cr0::wp));
    CHECK(both.has({}));
    CHECK_FALSE(both.any({}));
}

TEST_CASE("sets combine as words do") {
    Cr0 value = cr0::pe;
    value |= cr0::wp;
    CHECK(value.raw == 0x10001);
    value &= ~cr0::pe;
    CHECK(value == cr0::wp);
    CHECK((value ^ cr0::wp) == Cr0{});
    CHECK((~UartLineStatus{0xf0}).raw == 0x0f);
}

TEST_CASE("sets of different registers do not mix") {
    CHECK_FALSE(std::is_convertible_v<Cr0, Cr4>);
    CHECK_FALSE(std::is_convertible_v<std::uint64_t, Cr0>);
    CHECK_FALSE(std::is_convertible_v<PhysicalAddress, VirtualAddress>);
    CHECK_FALSE(std::is_constructible_v<VirtualAddress, PhysicalAddress>);
    CHECK_FALSE(std::is_convertible_v<std::uint64_t, PhysicalAddress>);
}

TEST_CASE("a flag must fit its word") {
    CHECK(is_constant([] { return flag<UartLineStatus>(7); }));
    CHECK_FALSE(is_constant([] { return flag<UartLineStatus>(8); }));
    CHECK_FALSE(is_constant([] { return bit(64); }));
}

TEST_CASE("every named bit is one bit, named once") {
    const auto check = [](const auto& names) {
        std::uint64_t seen = 0;
        for (const auto& named : names) {
            CHECK((named.flag.raw & (named.flag.raw - 1)) == 0);
            CHECK((seen & named.flag.raw) == 0);
            CHECK(name_of(named.flag, names) == named.name);
            seen |= named.flag.raw;
        }
        return seen;
    };
    CHECK(check(cr0_names) == 0xe005003f);
    CHECK(check(cr4_names) == 0x00777fff);
    CHECK(check(efer_names) == 0xd01);
    CHECK(name_of(efer::nxe, efer_names) == "NXE");
    CHECK(name_of(Efer{1 << 14}, efer_names) == "?");
}

TEST_CASE("alignment") {
    CHECK(align_down(PhysicalAddress{0x1fff}, 0x1000) == PhysicalAddress{0x1000});
    CHECK(align_up(VirtualAddress{0x1001}, 0x1000) == VirtualAddress{0x2000});
    CHECK(align_up(0, 0x1000) == 0);
    CHECK(is_aligned(PhysicalAddress{0x200000}, 0x200000));
    CHECK_FALSE(is_aligned(PhysicalAddress{0x201000}, 0x200000));
    CHECK_FALSE(is_constant([] { return align_down(1, 3); }));
    CHECK_FALSE(is_constant([] { return align_down(1, 0); }));
}

TEST_CASE("addresses move by bytes and differ in bytes") {
    PhysicalAddress address{0x1000};
    address += 0x20;
    CHECK(address == PhysicalAddress{0x1020});
    CHECK(address - PhysicalAddress{0x1000} == 0x20);
    CHECK(address - 0x20 == PhysicalAddress{0x1000});
    CHECK(address > PhysicalAddress{0x1000});
    int object = 0;
    CHECK(pointer_to<int>(address_of(&object)) == &object);
}

#ifdef X86_CR0_PE
TEST_CASE("Linux puts every control bit in the same place") {
    const struct {
        std::uint64_t ours;
        std::uint64_t theirs;
    } pairs[]{
        {cr0::pe.raw, X86_CR0_PE},
        {cr0::mp.raw, X86_CR0_MP},
        {cr0::em.raw, X86_CR0_EM},
        {cr0::ts.raw, X86_CR0_TS},
        {cr0::et.raw, X86_CR0_ET},
        {cr0::ne.raw, X86_CR0_NE},
        {cr0::wp.raw, X86_CR0_WP},
        {cr0::am.raw, X86_CR0_AM},
        {cr0::nw.raw, X86_CR0_NW},
        {cr0::cd.raw, X86_CR0_CD},
        {cr0::pg.raw, X86_CR0_PG},
        {cr4::vme.raw, X86_CR4_VME},
        {cr4::pvi.raw, X86_CR4_PVI},
        {cr4::tsd.raw, X86_CR4_TSD},
        {cr4::de.raw, X86_CR4_DE},
        {cr4::pse.raw, X86_CR4_PSE},
        {cr4::pae.raw, X86_CR4_PAE},
        {cr4::mce.raw, X86_CR4_MCE},
        {cr4::pge.raw, X86_CR4_PGE},
        {cr4::pce.raw, X86_CR4_PCE},
        {cr4::osfxsr.raw, X86_CR4_OSFXSR},
        {cr4::osxmmexcpt.raw, X86_CR4_OSXMMEXCPT},
        {cr4::umip.raw, X86_CR4_UMIP},
        {cr4::la57.raw, X86_CR4_LA57},
        {cr4::vmxe.raw, X86_CR4_VMXE},
        {cr4::smxe.raw, X86_CR4_SMXE},
        {cr4::fsgsbase.raw, X86_CR4_FSGSBASE},
        {cr4::pcide.raw, X86_CR4_PCIDE},
        {cr4::osxsave.raw, X86_CR4_OSXSAVE},
        {cr4::smep.raw, X86_CR4_SMEP},
        {cr4::smap.raw, X86_CR4_SMAP},
        {cr4::pke.raw, X86_CR4_PKE},
        {rflags::if_.raw, X86_EFLAGS_IF},
        {rflags::id.raw, X86_EFLAGS_ID},
    };
    for (const auto& pair : pairs) {
        CHECK(pair.ours == pair.theirs);
    }
}
#endif

#ifdef UART_LSR_THRE
TEST_CASE("Linux drives the same UART") {
    CHECK(static_cast<int>(UartRegister::interrupt_enable) == UART_IER);
    CHECK(static_cast<int>(UartRegister::fifo_control) == UART_FCR);
    CHECK(static_cast<int>(UartRegister::line_control) == UART_LCR);
    CHECK(static_cast<int>(UartRegister::modem_control) == UART_MCR);
    CHECK(static_cast<int>(UartRegister::line_status) == UART_LSR);
    CHECK(static_cast<int>(UartRegister::scratch) == UART_SCR);
    CHECK(uart_line_status::thre.raw == UART_LSR_THRE);
    CHECK(uart_line_status::temt.raw == UART_LSR_TEMT);
    CHECK(uart_line_control::eight_bits.raw == UART_LCR_WLEN8);
    CHECK(uart_line_control::dlab.raw == UART_LCR_DLAB);
    CHECK(uart_fifo_control::enable.raw == UART_FCR_ENABLE_FIFO);
    CHECK(uart_fifo_control::clear_receive.raw == UART_FCR_CLEAR_RCVR);
    CHECK(uart_fifo_control::clear_transmit.raw == UART_FCR_CLEAR_XMIT);
    CHECK(uart_modem_control::dtr.raw == UART_MCR_DTR);
    CHECK(uart_modem_control::rts.raw == UART_MCR_RTS);
}
#endif
