#include "checker/qemu/qmp.h"

#include <nlohmann/json.hpp>

namespace qemu {

namespace {

using Json = nlohmann::json;

}  // namespace

void QmpReader::append(std::string_view bytes) {
    lines_.append(bytes, [this](std::string_view line) { read_line(line); });
}

void QmpReader::read_line(std::string_view line) {
    const Json message = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!message.is_object())
        return;
    if (const auto answer = message.find("return"); answer != message.end()) {
        answers_.push_back(answer->is_string() ? answer->get<std::string>() : answer->dump());
    } else if (message.contains("error")) {
        answers_.emplace_back();
    } else if (message.value("event", Json{}) == "SHUTDOWN" && !shutdown_reason_) {
        const Json::json_pointer reason{"/data/reason"};
        const bool told = message.contains(reason) && message[reason].is_string();
        shutdown_reason_ = told ? message[reason].get<std::string>() : "";
    }
}

std::optional<std::string> QmpReader::take_answer() {
    if (answers_.empty())
        return {};
    std::string answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
}

std::string qmp_command(std::string_view command) {
    return Json{{"execute", command}}.dump() + "\n";
}

std::string qmp_monitor(std::string_view command_line, std::optional<unsigned> cpu) {
    Json arguments{{"command-line", command_line}};
    if (cpu)
        arguments["cpu-index"] = *cpu;
    return Json{{"execute", "human-monitor-command"}, {"arguments", arguments}}.dump() + "\n";
}

}  // namespace qemu
