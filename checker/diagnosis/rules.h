// What the checker knows by name. A rule is a pure question about a scene: it answers with an
// explanation only if the state shows its cause, and is silent otherwise.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/diagnosis/diagnosis.h"
#include "checker/diagnosis/scene.h"
#include "checker/judgement/control_flag.h"

namespace diagnosis {

struct Explanation {
    std::string cause;    // one sentence that names the CPU
    std::string meaning;  // why the machine then did what it did
    std::string advice;
    std::vector<judgement::ControlFlag::Register> compare = {};  // shown beside the BSP's
    std::optional<unsigned> cpu = {};    // if not the one that the scene is about
    std::vector<Exhibit> exhibits = {};  // beside those that every diagnosis has
};

struct Rule {
    std::string_view id;
    unsigned lab;  // whose handout explains it; 0 for the lab that is judged
    std::optional<Explanation> (*explain)(const Scene&);
};

/// Every rule. The first that answers wins, so the particular stands before the general.
std::span<const Rule> rules();

// NX and WP.
std::optional<Explanation> nxe_too_late(const Scene& scene);
std::optional<Explanation> nxe_missing(const Scene& scene);
std::optional<Explanation> wp_missing(const Scene& scene);
std::optional<Explanation> page_entry_garbage(const Scene& scene);
std::optional<Explanation> executes_no_execute(const Scene& scene);
std::optional<Explanation> writes_read_only(const Scene& scene);

// A control register written whole instead of bit by bit.
std::optional<Explanation> efer_overwritten(const Scene& scene);
std::optional<Explanation> efer_reserved_bits(const Scene& scene);
std::optional<Explanation> wrong_msr(const Scene& scene);
std::optional<Explanation> cr0_overwritten(const Scene& scene);
std::optional<Explanation> cr4_overwritten(const Scene& scene);
std::optional<Explanation> control_bit_differs(const Scene& scene);

// The identity map, by its pages.
std::optional<Explanation> identity_map_wrong_place(const Scene& scene);
std::optional<Explanation> identity_map_wrong_entry(const Scene& scene);
std::optional<Explanation> identity_map_partial(const Scene& scene);
std::optional<Explanation> identity_map_read_only(const Scene& scene);
std::optional<Explanation> identity_map_no_execute(const Scene& scene);
std::optional<Explanation> identity_map_user(const Scene& scene);
std::optional<Explanation> identity_map_too_much(const Scene& scene);
std::optional<Explanation> identity_map_not_one_page(const Scene& scene);
std::optional<Explanation> kernel_map_overwritten(const Scene& scene);

// The identity map, by the walk.
std::optional<Explanation> page_size_missing(const Scene& scene);
std::optional<Explanation> page_entry_at_zero(const Scene& scene);
std::optional<Explanation> page_table_loop(const Scene& scene);
std::optional<Explanation> page_table_nowhere(const Scene& scene);
std::optional<Explanation> page_table_empty(const Scene& scene);
std::optional<Explanation> page_entry_virtual(const Scene& scene);
std::optional<Explanation> page_entry_not_present(const Scene& scene);
std::optional<Explanation> huge_page_wrong_level(const Scene& scene);

// How an AP was started.
std::optional<Explanation> bsp_was_reset(const Scene& scene);
std::optional<Explanation> sipi_to_several(const Scene& scene);
std::optional<Explanation> sipi_wrong_destination(const Scene& scene);
std::optional<Explanation> mailbox_of_another(const Scene& scene);
std::optional<Explanation> mailbox_misplaced(const Scene& scene);
std::optional<Explanation> mailbox_missing(const Scene& scene);
std::optional<Explanation> sipi_wrong_page(const Scene& scene);
std::optional<Explanation> page_not_copied(const Scene& scene);
std::optional<Explanation> sipi_missing(const Scene& scene);
std::optional<Explanation> sipi_not_taken(const Scene& scene);
std::optional<Explanation> sipi_too_early(const Scene& scene);
std::optional<Explanation> init_after_sipi(const Scene& scene);

// How its commands were written.
std::optional<Explanation> icr_delivery_mode(const Scene& scene);
std::optional<Explanation> icr_level_missing(const Scene& scene);
std::optional<Explanation> init_with_vector(const Scene& scene);
std::optional<Explanation> commands_not_noted(const Scene& scene);

// From real mode to protected mode.
std::optional<Explanation> gdt_not_loaded(const Scene& scene);
std::optional<Explanation> wrong_selector(const Scene& scene);
std::optional<Explanation> paging_too_early(const Scene& scene);
std::optional<Explanation> cs_not_reloaded(const Scene& scene);
std::optional<Explanation> protected_mode_missing(const Scene& scene);
std::optional<Explanation> ap_sleeps(const Scene& scene);
std::optional<Explanation> precondition_broken(const Scene& scene);

// The trampoline's descriptor tables, as they lie in the page.
std::optional<Explanation> gdt_pointer_missing(const Scene& scene);
std::optional<Explanation> gdt_pointer_base(const Scene& scene);
std::optional<Explanation> gdt_pointer_limit(const Scene& scene);
std::optional<Explanation> gdt_null_missing(const Scene& scene);
std::optional<Explanation> descriptor_not_present(const Scene& scene);
std::optional<Explanation> descriptor_wrong_type(const Scene& scene);
std::optional<Explanation> descriptor_privilege(const Scene& scene);
std::optional<Explanation> descriptor_l_and_d(const Scene& scene);
std::optional<Explanation> descriptor_not_32_bit(const Scene& scene);
std::optional<Explanation> descriptor_not_64_bit(const Scene& scene);
std::optional<Explanation> descriptor_not_flat(const Scene& scene);

// The way to long mode.
std::optional<Explanation> cr3_missing(const Scene& scene);
std::optional<Explanation> cr3_truncated(const Scene& scene);
std::optional<Explanation> cr3_wrong(const Scene& scene);
std::optional<Explanation> identity_map_missing(const Scene& scene);
std::optional<Explanation> pae_missing(const Scene& scene);
std::optional<Explanation> long_mode_missing(const Scene& scene);
std::optional<Explanation> lme_missing(const Scene& scene);
std::optional<Explanation> paging_missing(const Scene& scene);
std::optional<Explanation> gdt_entry_missing(const Scene& scene);
std::optional<Explanation> cs_not_64_bit(const Scene& scene);
std::optional<Explanation> far_jump_selector(const Scene& scene);
std::optional<Explanation> segment_selector(const Scene& scene);
std::optional<Explanation> segment_limit(const Scene& scene);
std::optional<Explanation> far_jump_astray(const Scene& scene);
std::optional<Explanation> ran_astray(const Scene& scene);

// The way into C++.
std::optional<Explanation> entry_truncated(const Scene& scene);
std::optional<Explanation> entry_lost(const Scene& scene);
std::optional<Explanation> entry_check_wrong(const Scene& scene);
std::optional<Explanation> stack_missing(const Scene& scene);
std::optional<Explanation> stack_wrong(const Scene& scene);
std::optional<Explanation> stack_misaligned(const Scene& scene);
std::optional<Explanation> mailbox_not_passed(const Scene& scene);

// Each CPU's record, its GS base and its LAPIC's id.
std::optional<Explanation> gs_base_missing(const Scene& scene);
std::optional<Explanation> gs_base_shared(const Scene& scene);
std::optional<Explanation> gs_base_truncated(const Scene& scene);
std::optional<Explanation> gs_base_wrong(const Scene& scene);
std::optional<Explanation> record_of_another(const Scene& scene);
std::optional<Explanation> record_missing(const Scene& scene);
std::optional<Explanation> lapic_id_not_shifted(const Scene& scene);
std::optional<Explanation> lapic_id_wrong(const Scene& scene);

// Letters against state.
std::optional<Explanation> letters_only(const Scene& scene);
std::optional<Explanation> stage_left_out(const Scene& scene);

// In C++.
std::optional<Explanation> lapic_not_mapped(const Scene& scene);
std::optional<Explanation> sse_not_enabled(const Scene& scene);

// What holds a CPU up in the student's code, and a panic.
std::optional<Explanation> lock_held_by_itself(const Scene& scene);
std::optional<Explanation> lock_never_released(const Scene& scene);
std::optional<Explanation> halted_with_interrupts_off(const Scene& scene);
std::optional<Explanation> endless_loop(const Scene& scene);
std::optional<Explanation> kernel_panic(const Scene& scene);

// How the run ended, where no CPU faulted.
std::optional<Explanation> deliberate_reset(const Scene& scene);
std::optional<Explanation> flood(const Scene& scene);
std::optional<Explanation> seam_hang(const Scene& scene);
std::optional<Explanation> ap_not_started(const Scene& scene);

}  // namespace diagnosis
