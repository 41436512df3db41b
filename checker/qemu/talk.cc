#include "checker/qemu/talk.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace qemu {

namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_packet = 4096;  // of QEMU's

std::uint8_t checksum(std::string_view body) {
    unsigned sum = 0;
    for (const char letter : body)
        sum += static_cast<unsigned char>(letter);
    return static_cast<std::uint8_t>(sum);
}

std::string packet(std::string_view body) {
    return fmt::format("${}#{:02x}", body, checksum(body));
}

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
    } else if (message.value("event", Json{}) == "SUSPEND") {
        suspended_ = true;
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

// "+$T05thread:02;#08": acknowledgements may stand between packets.
void GdbReader::append(std::string_view bytes) {
    partial_ += bytes;
    for (;;) {
        partial_.erase(0, partial_.find('$'));
        const std::size_t end = partial_.find('#');
        if (end == std::string::npos || partial_.size() < end + 3)
            break;
        const std::string_view body = std::string_view{partial_}.substr(1, end - 1);
        if (process::leading_number(std::string_view{partial_}.substr(end + 1, 2)) ==
            checksum(body))
            read_packet(body);
        partial_.erase(0, end + 3);
    }
    if (partial_.size() > longest_packet)
        partial_.clear();
}

// Threads are CPUs, counted from 1: "T05thread:02;", where there are clusters "thread:p01.02;".
void GdbReader::read_packet(std::string_view body) {
    constexpr std::string_view trapped = "T05";
    auto thread = process::after(body, "thread:");
    if (!body.starts_with(trapped) || !thread)
        return;
    if (thread->starts_with('p'))
        thread = process::after(*thread, ".");
    const auto number = thread ? process::leading_number(*thread) : std::nullopt;
    constexpr std::uint64_t most_threads = 4096;
    if (number && *number >= 1 && *number <= most_threads)
        stops_.push_back(static_cast<unsigned>(*number - 1));
}

std::optional<unsigned> GdbReader::take_stop() {
    if (stops_.empty())
        return {};
    const unsigned cpu = stops_.front();
    stops_.pop_front();
    return cpu;
}

std::string gdb_set_breakpoint(std::uint64_t address) {
    return packet(fmt::format("Z1,{:x},1", address));
}

std::string gdb_remove_breakpoint(std::uint64_t address) {
    return packet(fmt::format("z1,{:x},1", address));
}

std::string gdb_continue(std::optional<std::uint64_t> at) {
    return packet(at ? fmt::format("c{:x}", *at) : "c");
}

}  // namespace qemu
