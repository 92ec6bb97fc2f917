/*
 * Writes every message of the table, in every version of its namespace and with every kind of content, into a
 * folder: <version>-<method>-<content>.xml. check_schema.py holds them against the schemas.
 */

#include <stdio.h>

#include "soap/rpc.h"

#include "tests/soap/files.h"
#include "tests/soap/make.h"

static const enum cwmp_version versions[] = {CWMP_1_0, CWMP_1_1, CWMP_1_2, CWMP_1_4};

static enum err write_file(const char *folder, const struct cwmp_message *message, const char *content,
                           struct arena *arena)
{
    const struct soap_dialect dialect = {.declaration = message->version == CWMP_1_1};
    struct text xml = TEXT_IN(arena);
    const char *path = arena_printf(arena, "%s/%s-%s-%s.xml", folder, cwmp_version_name(message->version),
                                    message->method_name, content);

    TRY(soap_encode(message, &dialect, &xml));
    if (!file_write(path, text_string(&xml), xml.len))
        return err_set(ERR_INTERNAL, "cannot write %s", path);
    return ERR_OK;
}

static enum err write_method(const char *folder, enum cwmp_method method, enum cwmp_version version,
                             struct arena *arena)
{
    for (enum make_style style = 0; style < MAKE_STYLE_COUNT; style++) {
        struct cwmp_message message = make_message(method, version, style, arena);

        message.header.id = "a<b>&\"c' \u00e9";
        if (version == CWMP_1_4 && method == CWMP_INFORM_RESPONSE)
            message.header.use_version = "1.4";
        if (version == CWMP_1_4 && method == CWMP_INFORM) {
            message.header.supported_versions = "1.0,1.4";
            message.header.session_timeout = 60;
        }
        TRY(err_while(write_file(folder, &message, make_style_name(style), arena), "%s",
                      message.method_name));
    }
    return ERR_OK;
}

static enum err write_all(const char *folder)
{
    AUTO_ARENA arena = arena_new(64 * 1024);

    for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++) {
        for (enum cwmp_method method = CWMP_UNKNOWN_METHOD + 1; method < CWMP_METHOD_COUNT; method++) {
            if (versions[i] >= rpcs[method].since)
                TRY(write_method(folder, method, versions[i], arena));
            arena_reset(arena);
        }
    }
    return ERR_OK;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    if (write_all(argv[1]) != ERR_OK) {
        fprintf(stderr, "%s\n", err_message());
        return 1;
    }
    return 0;
}
