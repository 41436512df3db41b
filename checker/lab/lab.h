// What lab.toml says of one lab, as a value; and the catalogue of causes beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/catalogue/catalogue.h"
#include "checker/evidence/evidence.h"
#include "x86/exception.h"

namespace lab {

/// For what is known of one lab alone.
namespace numbers {
constexpr unsigned identity_map = 1, gdt = 2, trampoline = 3, long_mode = 4, nx_wp = 5, per_cpu = 6;
}

/// One thing that a finished lab shows, and what it is worth.
struct Fact {
    std::string id;
    std::string text;        // completes "the checker found that ..."
    std::string check;       // names a check of judgement/checks.cc
    std::string flag;        // "efer.nxe": for checks about one bit of a control register
    char stage = 0;          // letter of the trace: for checks about a stage
    std::string descriptor;  // "gdt64.code": for checks about one
    std::string look;        // the seam file that it depends on; empty: on more than that
    unsigned points = 0;
    bool on_first = true, on_second = false;  // by which machines it is judged
};

/// What a boot of the untouched starter shows.
struct Documented {
    std::string outcome;
    std::string diagnosis;
    std::string trace;   // of the AP that it is about; empty where none started
    std::string symbol;  // of the oldest exception, qualified
    std::vector<x86::ExceptionVector> exceptions;     // oldest first
    std::uint32_t error_has = 0;                      // bits of the oldest exception's error code
    std::map<evidence::Engine, std::uint32_t> error;  // the whole of it, by engine
};

struct Lab {
    unsigned number = 0;
    std::string name;       // "nx-wp"
    std::string title;      // "No-execute and write-protect"
    std::string directory;  // "5-nx-wp": below labs/, solutions/ and a submission
    unsigned points = 0;
    std::vector<std::string> seam;  // plain file names
    std::vector<Fact> facts;
    std::optional<Documented> documented;
    std::string second_machine;  // what the second one is; empty where there is none
    std::string handout;         // its README.md, relative to the project
    std::vector<std::string> hints;
    std::shared_ptr<const catalogue::Catalogue> causes;  // of the project; null where not read
};

/// The lab that a lab.toml states. `directory` is its folder's name, "5-nx-wp"; `text` the file.
/// Throws checker::Error, with file and line, for anything missing, unknown or contradictory.
Lab parse(std::string_view directory, std::string_view text);

/// Every lab of the project that has a labs/N-name/lab.toml, by number, and its catalogue of
/// causes. Throws checker::Error where one is not valid, or where there is none.
std::vector<Lab> discover(const std::filesystem::path& project);

}  // namespace lab
