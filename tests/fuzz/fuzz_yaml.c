/* YAML: any bytes are a document whose parts lie inside it, or a refusal with a place. */
#include <string.h>

#include "acs/base/yaml.h"
#include "tests/fuzz/fuzz.h"

static void walk(const struct yaml *node, unsigned lines)
{
    FUZZ_CHECK(node->place.line >= 1 && node->place.line <= lines && node->place.column >= 1);
    FUZZ_CHECK((node->kind == YAML_SCALAR) == (node->text != NULL));
    for (size_t i = 0; i < node->count; i++)
        walk(&node->items[i], lines);
    for (size_t i = 0; node->kind == YAML_MAP && i < node->count; i++) {
        walk(&node->keys[i], lines);
        FUZZ_CHECK(yaml_get(node, node->keys[i].text) == &node->items[i]); /* each key once */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(4096);
    struct yaml_fault fault = {
        {0, 0},
        NULL
    };
    const struct yaml *root = NULL;
    unsigned lines = 2;

    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n' || data[i] == '\r' || data[i] >= 0x80; /* NEL, LS and PS end lines, too */
    if (yaml_read((const char *)data, size, arena, &root, &fault) == ERR_OK)
        walk(root, lines);
    else
        FUZZ_CHECK(root == NULL && fault.what != NULL && strstr(err_message(), fault.what) != NULL);
    return 0;
}
