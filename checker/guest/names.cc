#include "checker/guest/names.h"

#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <regex>

#include "checker/guest/symbols.h"

namespace guest {

std::string renamed(std::string text, const Names& names) {
    for (const Renamed& name : names)
        for (std::size_t at = 0; (at = text.find(name.from, at)) != std::string::npos;
             at += name.to.size())
            text.replace(at, name.from.size(), name.to);
    return text;
}

std::string plain_name(const std::string& linker_name) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> demangled{
        abi::__cxa_demangle(linker_name.c_str(), nullptr, nullptr, &status), &std::free};
    if (!demangled)
        return linker_name.substr(0, linker_name.find('.', 1));
    std::string name = demangled.get();
    constexpr std::string_view anonymous = "(anonymous namespace)::";
    for (std::size_t at; (at = name.find(anonymous)) != std::string::npos;)
        name.erase(at, anonymous.size());
    return name.substr(0, name.find('('));
}

std::string with_names(std::string_view text, const Symbols& symbols) {
    // An instruction, or where a call will return to; but none that has a name behind it.
    static const std::regex place{"( at |rip |called from )0x([0-9a-f]{16})(?! [!-~])"};
    std::string named;
    std::cmatch found;
    while (std::regex_search(text.begin(), text.end(), found, place)) {
        named += found.prefix();
        named += found.str();
        const std::uint64_t address = std::stoull(found.str(2), nullptr, 16);
        if (const std::string name = symbols.name_at(address, found.str(1) == "called from ");
            !name.empty())
            named += " " + name;
        text.remove_prefix(static_cast<std::size_t>(found.position() + found.length()));
    }
    return named.append(text);
}

}  // namespace guest
