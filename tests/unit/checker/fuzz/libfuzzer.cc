// What `make fuzz` has libFuzzer call: the target that INPUT names, with bytes that it makes up.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string_view>

#include "tests/unit/checker/fuzz/targets.h"

namespace {

using Read = void (*)(std::string_view);

Read target() {
    static const std::map<std::string_view, Read> all{{"elf", fuzz::read_elf},
                                                      {"log", fuzz::read_log},
                                                      {"archive", fuzz::read_archive},
                                                      {"people", fuzz::read_people}};
    const char* name = std::getenv("INPUT");
    const auto found = all.find(name ? name : "");
    if (found == all.end()) {
        std::fputs("INPUT must be elf, log, archive or people\n", stderr);
        std::exit(2);
    }
    return found->second;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const Read read = target();
    read({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
