#include "checker/qemu/qmp.h"

#include <nlohmann/json.hpp>

namespace qemu {

namespace {

using Json = nlohmann::json;

std::string line_of(const Json& message) {
    return message.dump() + "\n";
}

}  // namespace

void QmpReader::append(std::string_view bytes) {
    partial_ += bytes;
    std::size_t begin = 0;
    for (std::size_t end; (end = partial_.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
        read_line(std::string_view{partial_}.substr(begin, end - begin));
    }
    partial_.erase(0, begin);
}

void QmpReader::read_line(std::string_view line) {
    const Json message = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!message.is_object()) {
        return;
    }
    if (const auto answer = message.find("return"); answer != message.end()) {
        answers_.push_back(answer->is_string() ? answer->get<std::string>() : answer->dump());
    } else if (message.contains("error")) {
        answers_.emplace_back();
    } else if (const auto event = message.find("event"); event != message.end()) {
        if (*event == "SHUTDOWN" && !shutdown_reason_) {
            const Json::json_pointer reason{"/data/reason"};
            const bool told = message.contains(reason) && message[reason].is_string();
            shutdown_reason_ = told ? message[reason].get<std::string>() : "";
        } else if (*event == "GUEST_PANICKED") {
            guest_panicked_ = true;
        }
    }
}

std::optional<std::string> QmpReader::take_answer() {
    if (answers_.empty()) {
        return std::nullopt;
    }
    std::string answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
}

std::string qmp_hello() {
    return line_of({{"execute", "qmp_capabilities"}});
}

std::string qmp_stop() {
    return line_of({{"execute", "stop"}});
}

std::string qmp_monitor(std::string_view command_line) {
    return line_of(
        {{"execute", "human-monitor-command"}, {"arguments", {{"command-line", command_line}}}});
}

std::string qmp_monitor(std::string_view command_line, unsigned cpu) {
    return line_of({{"execute", "human-monitor-command"},
                    {"arguments", {{"command-line", command_line}, {"cpu-index", cpu}}}});
}

}  // namespace qemu
