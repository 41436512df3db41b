#include "checker/qemu/lapics.h"

#include "checker/process/output.h"
#include "x86/apic.h"

namespace qemu {

bool Lapics::read(std::string_view line) {
    if (!line.starts_with("apic_"))
        return false;
    const bool written = line.starts_with("apic_mem_writel ");
    if (written || line.starts_with("apic_mem_readl "))
        read_access(line, written);
    else if (line.starts_with("apic_deliver_irq "))
        read_interrupt(line);
    return true;
}

// "apic_mem_writel 0x300 = 0x00004500", "apic_mem_readl 0x20 = 0x02000000"
void Lapics::read_access(std::string_view line, bool written) {
    using x86::LapicRegister;
    const auto address = process::number_after(line, "0x").value_or(0);
    const auto place = static_cast<LapicRegister>(address & ~0xfull);  // where in it is the same
    const auto value = static_cast<std::uint32_t>(process::number_after(line, "= 0x").value_or(0));
    if (!written) {
        if (place == LapicRegister::id)
            asked_.insert(x86::xapic_id(value));
        return;
    }
    if (place == LapicRegister::id)
        ++told_;
    if (place == LapicRegister::interrupt_command_high)
        command_high_ = value;
    if (place != LapicRegister::interrupt_command_low)
        return;
    const auto command = x86::InterruptCommand::of_xapic(value, command_high_);
    const bool sipi = command.mode() == x86::DeliveryMode::startup;
    if (sipi || (command.mode() == x86::DeliveryMode::init && !command.is_deassert()))
        process::keep_last(commands_, {sipi, command.destination(), value, {}},
                           evidence::kept_commands);
}

// An interrupt beside that register, of a device or by a message that looks like one's:
// "apic_deliver_irq dest 1 dest_mode 0 delivery_mode 5 vector 0 trigger_mode 0"
void Lapics::read_interrupt(std::string_view line) {
    const auto of = [&](std::string_view what) {
        return static_cast<std::uint32_t>(process::number_after(line, what, 10).value_or(0));
    };
    if (of("delivery_mode ") == static_cast<std::uint32_t>(x86::DeliveryMode::init))
        process::keep_last(commands_, {false, of("dest "), of("vector "), {}},
                           evidence::kept_commands);
}

}  // namespace qemu
