#include "checker/bochs/run.h"

#include <cstring>
#include <filesystem>
#include <fmt/format.h>

#include "checker/bochs/config.h"
#include "checker/bochs/memory.h"
#include "checker/bochs/process.h"
#include "checker/bochs/read.h"
#include "checker/bochs/watch.h"
#include "checker/guest/symbols.h"
#include "checker/process/mapping.h"

namespace bochs {

namespace {

using evidence::Evidence;
using guest::Symbols;

// Breakpoints and symbols are of no use if the ISO was made of another kernel.
bool holds_kernel(const std::filesystem::path& iso, const guest::Symbols& symbols) {
    const auto begin = symbols.find(kernel_begins);
    const auto code = symbols.bytes(begin ? begin->address : 0, ~std::size_t{0});
    const process::Mapping file{process::open_file(iso), std::filesystem::file_size(iso)};
    return !code.empty() &&
           memmem(file.bytes().data(), file.bytes().size(), code.data(), code.size()) != nullptr;
}

evidence::Evidence failed(const engine::Request& request, std::string why) {
    evidence::Evidence evidence;
    evidence.engine = evidence::Engine::bochs;
    evidence.cpus_requested = request.cpus;
    evidence.engine_error = std::move(why);
    return evidence;
}

evidence::Evidence boot(const engine::Request& request, const guest::Symbols& symbols) {
    Process bochs{request, symbols};
    const bochs::Capture capture = watch(request, symbols, bochs);
    const Memory memory{bochs, std::uint64_t{request.memory_mib} << 20};
    const guest::NoMemory no_memory;
    evidence::Evidence evidence = bochs.at_prompt()
                                      ? bochs::read(capture, {memory, symbols, cpu_model})
                                      : bochs::read(capture, {no_memory, symbols, cpu_model});
    if (evidence.end == evidence::End::powered_off && !powers_off(request, bochs)) {
        evidence.end = evidence::End::timed_out;
    }
    return evidence;
}

}  // namespace

evidence::Evidence run(const engine::Request& request) try {
    const guest::Symbols symbols{request.kernel_elf, request.source_root};
    if (request.way == evidence::Way::elf) {
        return failed(request, "Bochs cannot load a kernel by itself; boot it by iso or rom");
    }
    if (request.way == evidence::Way::iso && !holds_kernel(request.iso, symbols)) {
        return failed(request, fmt::format("{} was made of another kernel than {}",
                                           request.iso.string(), request.kernel_elf.string()));
    }
    return boot(request, symbols);
} catch (const process::StartError& error) {
    return failed(request, fmt::format("Bochs does not start: {}{}", error.what(),
                                       error.not_found ? "; apt install bochs bochs-term" : ""));
}

}  // namespace bochs
