// How a kernel's functions and files are called where people read of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace guest {

class Symbols;

/// What a path is shown as: what stands left is written as what stands right.
struct Renamed {
    std::string from, to;
};
using Names = std::vector<Renamed>;

/// `text` with every occurrence of each `from` renamed.
std::string renamed(std::string text, const Names& names);

/// A symbol's name as people write it: demangled, without parameters, clones and local labels.
std::string plain_name(const std::string& linker_name);

/// What the kernel prints of a panic (kernel/cpu/trap_report.h), with the names of its functions:
/// each address of an instruction and of a caller gets one behind it, "smp::init_percpu+0x2c",
/// unless it has one. Pure.
std::string with_names(std::string_view text, const Symbols& symbols);

}  // namespace guest
