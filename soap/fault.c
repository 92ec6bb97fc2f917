#include "soap/fault.h"

#include "soap/cwmp.h"

static const struct fault {
    uint32_t code;
    enum fault_retry retry;
    const char *meaning;
} faults[] = {
#define FAULT(code, retry, meaning) {code, FAULT_RETRY_##retry, meaning},
#include "soap/fault.def"
#undef FAULT
};

static const struct fault *find(uint32_t code)
{
    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
        if (faults[i].code == code)
            return &faults[i];
    return NULL;
}

const char *cwmp_fault_meaning(uint32_t code)
{
    const struct fault *fault = find(code);

    return fault == NULL ? NULL : fault->meaning;
}

enum fault_retry fault_retry(uint32_t code)
{
    const struct fault *fault = find(code);

    return fault == NULL ? FAULT_RETRY_NEVER : fault->retry;
}

struct cwmp_message cwmp_fault_message(const struct cwmp_message *request, uint32_t code, const char *text)
{
    const char *meaning = text == NULL ? cwmp_fault_meaning(code) : text;
    struct cwmp_message message = {
        .version = request->version,
        .header.id = request->header.id,
        .method = CWMP_FAULT,
        .method_name = cwmp_method_name(CWMP_FAULT),
    };

    message.body.fault = (struct cwmp_fault){
        .soap_code = code == CWMP_FAULT_INVALID_ARGUMENTS ? "Client" : "Server", /* */
        .soap_string = "CWMP fault",
        .code = code,
        .text = text_or_empty(meaning),
    };
    return message;
}
