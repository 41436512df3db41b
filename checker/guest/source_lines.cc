#include "checker/guest/source_lines.h"

#include <algorithm>
#include <dwarf.h>
#include <string_view>

namespace guest {

namespace {

unsigned number_of(Dwarf_Die& die, unsigned attribute) {
    Dwarf_Attribute value;
    Dwarf_Word number = 0;
    return dwarf_attr(&die, attribute, &value) != nullptr && dwarf_formudata(&value, &number) == 0
               ? static_cast<unsigned>(number)
               : 0;
}

}  // namespace

SourceLines::SourceLines(Elf* elf, std::filesystem::path source_root, const Names& names)
    : root_(std::move(source_root)),
      names_(names),
      dwarf_(dwarf_begin_elf(elf, DWARF_C_READ, nullptr), &dwarf_end) {}

// As dwarf_haspc() does, which does not count them.
bool SourceLines::has(Dwarf_Die& entry, std::uint64_t address) const {
    Dwarf_Addr base = 0, begin = 0, end = 0;
    for (std::ptrdiff_t next = 0;
         ranges_left_ != 0 && (next = dwarf_ranges(&entry, next, &base, &begin, &end)) > 0;) {
        --ranges_left_;
        if (begin <= address && address < end)
            return true;
    }
    return false;
}

// Of the children of `parent`, the one that has the address; namespaces go to `others`.
bool SourceLines::child_with(std::uint64_t address, Dwarf_Die& parent, Dwarf_Die& found,
                             std::vector<Dwarf_Die>& others) const {
    for (int more = dwarf_child(&parent, &found); more == 0 && ranges_left_ != 0;
         more = dwarf_siblingof(&found, &found)) {
        --ranges_left_;
        if (dwarf_tag(&found) == DW_TAG_namespace)
            others.push_back(found);
        else if (has(found, address))
            return true;
    }
    return false;
}

// The scopes that have this address, from a function inwards. dwarf_getscopes() goes as deep as
// they lead.
std::vector<Dwarf_Die> SourceLines::scopes_of(Dwarf_Die& unit, std::uint64_t address) const {
    constexpr std::size_t deepest = 64;
    std::vector<Dwarf_Die> outer{unit}, scopes;
    Dwarf_Die found;
    for (std::size_t i = 0; i < outer.size() && scopes.empty(); ++i) {
        Dwarf_Die parent = outer[i];
        if (child_with(address, parent, found, outer))
            scopes.push_back(found);
    }
    while (!scopes.empty() && scopes.size() < deepest) {
        Dwarf_Die parent = scopes.back();
        if (!child_with(address, parent, found, outer))
            break;
        scopes.push_back(found);
    }
    return scopes;
}

SourceLines::Place SourceLines::place_in_line_table(Dwarf_Die& unit, std::uint64_t address) {
    Dwarf_Line* line = dwarf_getsrc_die(&unit, address);
    int number = 0;
    if (line == nullptr || dwarf_lineno(line, &number) != 0)
        return {};
    return {dwarf_linesrc(line, nullptr, nullptr), static_cast<unsigned>(number)};
}

// The outermost inlined scope is what the function itself called. One that a compiler has taken
// apart has itself in it.
SourceLines::Place SourceLines::place_of_call(Dwarf_Die& unit, std::uint64_t address) const {
    Dwarf_Files* files = nullptr;
    if (dwarf_getsrcfiles(&unit, &files, nullptr) != 0)
        return {};
    std::string_view function;
    for (Dwarf_Die& scope : scopes_of(unit, address)) {
        const char* name = dwarf_diename(&scope);
        if (function.empty() && name != nullptr)
            function = name;
        if (dwarf_tag(&scope) == DW_TAG_inlined_subroutine && (name == nullptr || name != function))
            return {dwarf_filesrc(files, number_of(scope, DW_AT_call_file), nullptr, nullptr),
                    number_of(scope, DW_AT_call_line)};
    }
    return {};
}

// The table of address ranges is optional, and clang leaves it out.
bool SourceLines::find_unit(std::uint64_t address, Dwarf_Die& unit) const {
    if (dwarf_addrdie(dwarf_.get(), address, &unit) != nullptr)
        return true;
    Dwarf_CU* compilation = nullptr;
    while (dwarf_get_units(dwarf_.get(), compilation, &compilation, nullptr, nullptr, &unit,
                           nullptr) == 0)
        if (has(unit, address))
            return true;
    return false;
}

void SourceLines::read_all() const {
    const std::lock_guard lock{mutex_};
    Dwarf_CU* compilation = nullptr;
    Dwarf_Die unit;
    while (dwarf_get_units(dwarf_.get(), compilation, &compilation, nullptr, nullptr, &unit,
                           nullptr) == 0) {
        Dwarf_Lines* rows = nullptr;
        std::size_t count = 0;
        dwarf_getsrclines(&unit, &rows, &count);
    }
}

// libdw has put the compilation directory before a relative name. NASM's is no absolute path, but
// the folder of a name that has the same folder in it already.
std::string SourceLines::relative(const char* file, Dwarf_Die& unit) const {
    constexpr std::size_t longest_path = 4096;
    const auto path_of = [](const char* text) {
        return std::filesystem::path{std::string_view{text}.substr(0, longest_path)};
    };
    std::filesystem::path path = path_of(file).lexically_normal();
    Dwarf_Attribute attribute;
    const char* directory = dwarf_formstring(dwarf_attr(&unit, DW_AT_comp_dir, &attribute));
    for (const std::filesystem::path& base :
         {path_of(directory != nullptr ? directory : ""), root_}) {
        const std::filesystem::path shorter = path.lexically_relative(base);
        if (!base.empty() && !shorter.empty() && *shorter.begin() != "..")
            path = shorter;
    }
    std::string name = path.string();
    for (const Renamed& each : names_)  // with NASM, the last folder of that name counts
        if (const std::size_t at = name.rfind(each.from); at != std::string::npos)
            name = each.to + name.substr(at + each.from.size());
    return name.substr(0, longest_name);
}

SourceLine SourceLines::of(std::uint64_t address) const {
    if (dwarf_ == nullptr)
        return {};
    const std::lock_guard lock{mutex_};
    Dwarf_Die unit;
    if (!find_unit(address, unit))
        return {};
    Place place = place_of_call(unit, address);
    if (place.file == nullptr || place.line == 0)
        place = place_in_line_table(unit, address);
    if (place.file == nullptr)
        return {};
    std::string& name = shown_[place.file];
    if (name.empty())
        name = relative(place.file, unit);
    return {name, place.line};
}

std::vector<evidence::CodeLine> SourceLines::between(std::uint64_t begin, std::uint64_t end) const {
    std::vector<evidence::CodeLine> lines;
    for (std::uint64_t at = begin, next = 0; at < end; at = next) {
        auto [file, number] = of(at);
        next = std::min(end, next_row(at));
        if (number == 0)
            continue;
        if (lines.empty() || lines.back().line != number || lines.back().file != file)
            lines.push_back({at, at, std::move(file), number});
        lines.back().end = next;
    }
    return lines;
}

std::uint64_t SourceLines::next_row(std::uint64_t address) const {
    const std::lock_guard lock{mutex_};
    Dwarf_Die unit;
    Dwarf_Lines* rows = nullptr;
    std::size_t count = 0;
    if (dwarf_ == nullptr || !find_unit(address, unit) ||
        dwarf_getsrclines(&unit, &rows, &count) != 0)
        return address + 1;
    for (std::size_t number = 0; number < count; ++number) {
        Dwarf_Addr begin = 0;
        dwarf_lineaddr(dwarf_onesrcline(rows, number), &begin);
        if (begin > address)
            return begin;
    }
    return address + 1;
}

}  // namespace guest
