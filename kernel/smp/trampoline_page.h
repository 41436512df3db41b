// The trampoline's image before it is copied; what lab 3 needs of it is in start_ap.h.
#pragma once

#include "trampoline/tables.h"

namespace smp {

/// The descriptor tables in the image, for lab 2 to fill.
trampoline::Tables& trampoline_image_tables();

}  // namespace smp
