// Who decides whether an AP came up in time: exactly one of the two CPUs, once.
#pragma once

namespace smp {

/// The BSP is about to start `cpu`.
void expect_ap(unsigned cpu);

/// The AP says that it is ready for work. False if the BSP has given it up: it must not go on.
bool come_online(unsigned cpu);

/// The BSP stops waiting. False if the AP has come online after all.
bool give_up(unsigned cpu);

bool is_online(unsigned cpu);

}  // namespace smp
