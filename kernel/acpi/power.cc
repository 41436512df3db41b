#include "acpi/power.h"

#include "acpi/fadt.h"
#include "acpi/soft_off.h"
#include "acpi/table.h"

namespace acpi {

lib::Result<PowerOff> find_power_off(const Tables& tables) {
    const auto fadt_table = tables.find("FACP");
    if (!fadt_table) {
        return fadt_table.error();
    }
    const auto fadt = parse_fadt(*fadt_table);
    if (!fadt) {
        return fadt.error();
    }
    const auto dsdt = read_table(tables.memory(), fadt->dsdt, "DSDT");
    if (!dsdt) {
        return dsdt.error();
    }
    const auto types = find_soft_off(dsdt->subspan(sizeof(TableHeader)));
    if (!types) {
        return types.error();
    }
    return PowerOff{
        .pm1a_control = fadt->pm1a_control,
        .pm1b_control = fadt->pm1b_control,
        .sleep_type_a = types->pm1a,
        .sleep_type_b = types->pm1b,
        .smi_command = fadt->smi_command,
        .acpi_enable = fadt->acpi_enable,
    };
}

}  // namespace acpi
