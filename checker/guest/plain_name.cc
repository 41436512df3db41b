#include <cstdlib>
#include <cxxabi.h>
#include <memory>

#include "checker/guest/symbols.h"

namespace guest {

std::string plain_name(const std::string& linker_name) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> demangled{
        abi::__cxa_demangle(linker_name.c_str(), nullptr, nullptr, &status), &std::free};
    if (!demangled) {
        return linker_name.substr(0, linker_name.find('.', 1));
    }
    std::string name = demangled.get();
    constexpr std::string_view anonymous = "(anonymous namespace)::";
    for (std::size_t at; (at = name.find(anonymous)) != std::string::npos;) {
        name.erase(at, anonymous.size());
    }
    return name.substr(0, name.find('('));
}

}  // namespace guest
