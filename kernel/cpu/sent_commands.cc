#include "cpu/sent_commands.h"

#include "cpu/clock.h"
#include "cpu/cpu_number.h"

namespace cpu {

constinit SentCommands sent_commands{};

void note_command(SentCommand command) {
    if (!is_noted(command.command())) {
        return;
    }
    command.time_us = clock_runs() ? now_us() : SentCommand::no_clock;
    command.sender = cpu_number().value_or(0);
    sent_commands.add(command);
}

}  // namespace cpu
