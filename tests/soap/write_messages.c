/*
 * Writes every message of the table, in every version of its namespace and with every kind of content, into a
 * folder: <version>-<method>-<content>.xml; then what is read from the envelopes of another folder, written
 * again: <version>-<method>-<name of the file>. check_schema.py holds them against the schemas.
 */

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "soap/rpc.h"

#include "tests/soap/files.h"
#include "tests/soap/make.h"

static const enum cwmp_version versions[] = {CWMP_1_0, CWMP_1_1, CWMP_1_2, CWMP_1_4};

static enum err write_file(const char *folder, const struct cwmp_message *message, const char *content,
                           struct arena *arena)
{
    /* The schemas allow either form of what these switch. */
    const struct soap_dialect dialect = {.declaration = message->version == CWMP_1_1,
                                         .boolean_words = message->version == CWMP_1_0};
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

/* Schemas are by namespace: that of 1.2 has no headers of 1.4. */
static enum err rewrite(const char *folder, const char *path, struct soap_reader *reader, struct arena *arena)
{
    struct soap_input input = {0};
    struct soap_refusal refusal;
    struct cwmp_message message;
    const char *name = strrchr(path, '/') + 1;

    input.bytes = file_read(path, arena, &input.len);
    TRY(soap_decode(reader, &input, arena, &message, &refusal));
    if (message.version >= CWMP_1_2)
        message.version = CWMP_1_4;
    return write_file(folder, &message, arena_memdup(arena, name, strlen(name) - strlen(".xml")), arena);
}

static enum err rewrite_all(const char *folder, const char *envelopes)
{
    AUTO_ARENA arena = arena_new(64 * 1024);
    struct soap_reader *reader = soap_reader_new();
    enum err result = ERR_OK;
    glob_t found;

    if (glob(arena_printf(arena, "%s/[0-9]*.xml", envelopes), 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc && result == ERR_OK; i++)
            result = err_while(rewrite(folder, found.gl_pathv[i], reader, arena), "%s", found.gl_pathv[i]);
        globfree(&found);
    }
    soap_reader_free(reader);
    return result;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s FOLDER ENVELOPES\n", argv[0]);
        return 2;
    }
    if (write_all(argv[1]) != ERR_OK || rewrite_all(argv[1], argv[2]) != ERR_OK) {
        fprintf(stderr, "%s\n", err_message());
        return 1;
    }
    return 0;
}
