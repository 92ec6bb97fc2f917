/* Lines of checkpoints, which come from a file: what is read is written in the same way, or it was refused.
 */
#include <string.h>

#include "acs/audit/checkpoint.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1024);
    const char *line = arena_memdup(arena, data, size);
    struct audit_checkpoint checkpoint;
    char again[AUDIT_CHECKPOINT_MAX];

    if (audit_checkpoint_read(line, &checkpoint) != ERR_OK)
        return 0;
    audit_checkpoint_write(&checkpoint, again);
    FUZZ_CHECK(strcmp(line, again) == 0);
    FUZZ_CHECK(checkpoint.seq > 0);
    return 0;
}
