#include "checker/engine/bochs.h"

#include <cstring>
#include <filesystem>
#include <fmt/format.h>

#include "checker/engine/bochs_config.h"
#include "checker/engine/bochs_memory.h"
#include "checker/engine/bochs_process.h"
#include "checker/engine/bochs_watch.h"
#include "checker/engine/mapping.h"
#include "checker/evidence/bochs_evidence.h"
#include "checker/evidence/symbols.h"

namespace engine {

namespace {

using evidence::Evidence;
using evidence::Symbols;

// Breakpoints and symbols are of no use if the ISO was made of another kernel.
bool holds_kernel(const std::filesystem::path& iso, const Symbols& symbols) {
    const auto begin = symbols.find(kernel_begins);
    const auto code = symbols.bytes(begin ? begin->address : 0, ~std::size_t{0});
    const Mapping file{open_file(iso), std::filesystem::file_size(iso)};
    return !code.empty() &&
           memmem(file.bytes().data(), file.bytes().size(), code.data(), code.size()) != nullptr;
}

Evidence failed(const Request& request, std::string why) {
    Evidence evidence;
    evidence.engine = evidence::Engine::bochs;
    evidence.cpus_requested = request.cpus;
    evidence.engine_error = std::move(why);
    return evidence;
}

Evidence boot(const Request& request, const Symbols& symbols) {
    BochsProcess bochs{request, symbols};
    const evidence::BochsCapture capture = watch_bochs(request, symbols, bochs);
    const BochsMemory memory{bochs, std::uint64_t{request.memory_mib} << 20};
    const evidence::NoMemory no_memory;
    Evidence evidence = bochs.at_prompt()
                            ? evidence::read_bochs(capture, {memory, symbols, bochs_cpu})
                            : evidence::read_bochs(capture, {no_memory, symbols, bochs_cpu});
    if (evidence.end == evidence::End::powered_off && !powers_off(request, bochs)) {
        evidence.end = evidence::End::timed_out;
    }
    return evidence;
}

}  // namespace

Evidence run_bochs(const Request& request) try {
    const Symbols symbols{request.kernel_elf, request.source_root};
    if (request.way == evidence::Way::elf) {
        return failed(request, "Bochs cannot load a kernel by itself; boot it by iso or rom");
    }
    if (request.way == evidence::Way::iso && !holds_kernel(request.iso, symbols)) {
        return failed(request, fmt::format("{} was made of another kernel than {}",
                                           request.iso.string(), request.kernel_elf.string()));
    }
    return boot(request, symbols);
} catch (const StartError& error) {
    return failed(request, fmt::format("Bochs does not start: {}{}", error.what(),
                                       error.not_found ? "; apt install bochs bochs-term" : ""));
}

}  // namespace engine
