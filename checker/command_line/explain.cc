#include "checker/command_line/explain.h"

#include <fmt/format.h>
#include <unistd.h>

#include "checker/command_line/status.h"
#include "checker/command_line/terminal.h"
#include "checker/error.h"
#include "checker/explain/account.h"
#include "checker/explain/read_log.h"
#include "checker/report/printable.h"

namespace command_line {

namespace {

evidence::Symbols symbols_of(const std::filesystem::path& elf) {
    if (elf.empty())
        return {};
    try {
        return evidence::Symbols{elf, std::filesystem::current_path()};
    } catch (const checker::Error& error) {
        throw checker::Error(
            fmt::format("{}; leave ELF= out, or name the kernel as it was linked", error.what()));
    }
}

}  // namespace

int explain_log(const Options& options) {
    const evidence::Symbols symbols = symbols_of(options.elf);
    const explain::Log log = explain::read_log(options.log);
    const explain::Autopsy autopsy =
        std::visit([&](const auto& read) { return explain::autopsy_of(read, symbols); }, log);
    fmt::print("{}", explain::account(autopsy,
                                      {options.log.filename().string(),
                                       report::printable(options.elf.filename().string())},
                                      style_for(STDOUT_FILENO)));
    return status::done;
}

}  // namespace command_line
