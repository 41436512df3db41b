// What the BSP sent, in lines that a person can read.
#pragma once

#include "checker/diagnosis/diagnosis.h"

namespace diagnosis {

inline constexpr std::string_view commands_label = "BSP sent";

/// A command in words, field by field.
struct CommandInWords {
    std::string time;   // since the first to this receiver, "10.0 ms"; empty without a clock
    std::string what;   // "SIPI"
    std::string to;     // "APIC ID 1"
    std::string bits;   // "vector 0x08 = page 0x8000"
    std::string level;  // "level 1, edge"
};

/// The BSP's, in their order.
std::vector<CommandInWords> commands_in_words(const evidence::Sent& sent);

/// One line for each command, aligned; the last few, where there are many.
Exhibit commands_exhibit(const evidence::Sent& sent);

}  // namespace diagnosis
