#include "checker/report/html_commands.h"

#include "checker/diagnosis/exhibits_commands.h"

namespace report {

void add_commands(Element& parent, const evidence::Evidence& evidence) {
    if (!evidence.sent)
        return;
    Element section = parent.add("section", "part");
    section.add("h3", "", "What the BSP sent");
    const auto commands = diagnosis::commands_in_words(*evidence.sent);
    if (commands.empty()) {
        section.add("p", "note", "Nothing that starts a CPU.");
        return;
    }
    Element table = section.add("div", "scroll").add("table", "commands");
    Element head = table.add("thead").add("tr");
    for (const std::string_view title : {"time", "command", "to", "vector", "level, trigger"})
        head.add("th", "", title);
    Element body = table.add("tbody");
    for (const diagnosis::CommandInWords& each : commands) {
        Element row = body.add("tr");
        for (const std::string& cell : {each.time, each.what, each.to, each.bits, each.level})
            row.add("td", "mono", cell);
    }
}

}  // namespace report
