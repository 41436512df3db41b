#include "checker/command_line/explain.h"

#include <fmt/format.h>
#include <unistd.h>

#include "checker/command_line/project.h"
#include "checker/command_line/status.h"
#include "checker/command_line/terminal.h"
#include "checker/error.h"
#include "checker/explain/account.h"
#include "checker/explain/elf_file.h"
#include "checker/explain/read_log.h"
#include "checker/report/layout.h"

namespace command_line {

namespace {

// A log is explained outside of a project too, without the causes' pages.
catalogue::Catalogue pages_of_causes(const Options& options) try {
    return catalogue::Catalogue::read(find_project(options.project));
} catch (const checker::Error&) {
    return {};
}

}  // namespace

int explain_log(const Options& options) {
    const bool has_elf = !options.elf.empty();
    guest::Symbols symbols = has_elf
                                 ? explain::symbols_of(options.elf, std::filesystem::current_path())
                                 : guest::Symbols{};
    const explain::Log log = explain::read_log(options.log);
    const auto autopsy = [&] {
        return std::visit([&](const auto& read) { return explain::autopsy_of(read, symbols); },
                          log);
    };
    explain::Sources sources{options.log.filename().string(),
                             report::printable(options.elf.filename().string())};
    explain::Autopsy known = autopsy();
    if (has_elf) {
        sources.lacks = explain::missing_in(options.elf);
        sources.misfit = explain::misfit(known, symbols);
    }
    if (!sources.misfit.empty()) {
        symbols = {};
        known = autopsy();
    }
    const catalogue::Catalogue causes = pages_of_causes(options);
    sources.causes = &causes;
    fmt::print("{}", explain::account(known, sources, style_for(STDOUT_FILENO)));
    return status::done;
}

}  // namespace command_line
