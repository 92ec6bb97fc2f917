#include "acs/api/subscriber_body.h"

#include <string.h>

#include "acs/desk/person.h"

enum { FREE_MOST = 32, FREE_NAME_MAX = 32, FREE_VALUE_MAX = 200 };

struct work {
    const struct subscriber_policy *policy;
    struct complaints *complaints;
    struct json_writer json;
};

/* Members that become columns as they are: of the body itself, or of an object in it. */
static const struct plain {
    const char *object, *member, *column;
} plain[] = {
    {NULL,         "external_id", "external_id"    },
    {NULL,         "name",        "name"           },
    {NULL,         "login",       "login"          },
    {NULL,         "serial",      "serial"         },
    {NULL,         "notes",       "notes"          },
    {NULL,         "address",     "address"        },
    {"contract",   "number",      "contract"       },
    {"contract",   "plan",        "plan"           },
    {"contract",   "down_mbps",   "down_mbps"      },
    {"contract",   "up_mbps",     "up_mbps"        },
    {"contract",   "status",      "contract_status"},
    {"attributes", "olt",         "olt"            },
    {"attributes", "pon",         "pon"            },
    {"attributes", "cto",         "cto"            },
    {"attributes", "city",        "city"           },
    {"attributes", "technology",  "technology"     },
};

enum { PLAIN_COUNT = sizeof(plain) / sizeof(*plain) };

static void refuse(struct work *work, const char *pointer, const char *code, const char *pt, const char *en)
{
    complain(work->complaints,
             &(struct complaint){.pointer = pointer,
                                 .code = code,
                                 .detail = work->complaints->language == LANGUAGE_PT ? pt : en});
}

static bool is_null(const struct json *object, const char *name)
{
    const struct json *value = json_get(object, name);

    return value != NULL && json_kind(value) == JSON_NULL;
}

/* What is said to be null as a whole takes its parts along. */
static void write_plain(struct work *work, const struct json *body, const struct plain *row)
{
    const struct json *holder = row->object == NULL ? body : json_get(body, row->object);
    const struct json *value = json_get(holder, row->member);

    if (value == NULL && !(row->object != NULL && is_null(body, row->object)))
        return;
    json_key(&work->json, row->column);
    value == NULL ? json_put_null(&work->json) : json_put_value(&work->json, value);
}

static bool is_document(struct work *work, const char *given, char document[DOCUMENT_MAX])
{
    if (!document_read(given, document)) {
        refuse(work, "/document", "format", "deve ser um CPF (11 dígitos) ou um CNPJ (14)",
               "must be a CPF (11 digits) or a CNPJ (14)");
        return false;
    }
    if (!work->policy->check_documents || document_is_right(document))
        return true;
    refuse(work, "/document", "check_digits", "os dígitos verificadores não conferem",
           "its check digits are wrong");
    return false;
}

static void write_document(struct work *work, const struct json *body)
{
    const char *given = json_string(json_get(body, "document"), NULL);
    char document[DOCUMENT_MAX];

    if (json_get(body, "document") == NULL || (given != NULL && !is_document(work, given, document)))
        return;
    json_field_string(&work->json, "document", given == NULL ? NULL : document);
}

static void write_phone(struct work *work, const struct json *phones, size_t index)
{
    char number[PHONE_MAX];

    if (phone_read(json_string(json_at(phones, index), ""), number))
        json_put_string(&work->json, number);
    else
        refuse(work, arena_printf(work->complaints->arena, "/phones/%zu", index), "format",
               "deve ser um telefone com DDD, ou com + e o código do país",
               "must be a telephone number with its area code, or with + and the country's");
}

static void write_texts(struct work *work, const struct json *body, const char *name,
                        void (*write)(struct work *work, const struct json *list, size_t index))
{
    const struct json *list = json_get(body, name);

    if (list == NULL)
        return;
    json_key(&work->json, name);
    json_open_array(&work->json);
    for (size_t i = 0; i < json_count(list); i++)
        write(work, list, i);
    json_close_array(&work->json);
}

static void write_tag(struct work *work, const struct json *tags, size_t index)
{
    json_put_value(&work->json, json_at(tags, index));
}

/* ---- attributes of the provider's own ---- */

static bool is_known(const char *name)
{
    for (size_t i = 0; i < PLAIN_COUNT; i++)
        if (plain[i].object != NULL && strcmp(plain[i].object, "attributes") == 0 &&
            strcmp(plain[i].member, name) == 0)
            return true;
    return false;
}

static bool is_free_name(const char *name)
{
    size_t len = strlen(name);

    return len > 0 && len <= FREE_NAME_MAX && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

static bool is_free_value(const struct json *value)
{
    const char *text = json_string(value, NULL);

    if (json_kind(value) == JSON_NULL)
        return true;
    return text != NULL && *text != '\0' && text_utf8_length(text) <= FREE_VALUE_MAX;
}

static void write_free(struct work *work, const char *name, const struct json *value)
{
    const char *pointer = arena_printf(work->complaints->arena, "/attributes/%.40s", name);

    if (!is_free_name(name)) {
        refuse(work, pointer, "pattern", "o nome deve ter letras minúsculas, dígitos e _, até 32",
               "its name must be small letters, digits and _, 32 at most");
    } else if (!is_free_value(value)) {
        refuse(work, pointer, "type", "deve ser um texto de até 200 caracteres",
               "must be a text of 200 characters at most");
    } else {
        json_key(&work->json, name);
        json_put_value(&work->json, value);
    }
}

static void write_attributes(struct work *work, const struct json *body)
{
    const struct json *attributes = json_get(body, "attributes");

    if (attributes == NULL)
        return;
    json_key(&work->json, "attributes");
    if (json_kind(attributes) == JSON_NULL) {
        json_put_null(&work->json);
        return;
    }
    json_open_object(&work->json);
    if (json_count(attributes) > FREE_MOST)
        refuse(work, "/attributes", "count", "no máximo 32", "32 at most");
    for (size_t i = 0; i < json_count(attributes) && i < FREE_MOST; i++) {
        const char *name;
        const struct json *value = json_member(attributes, i, &name);

        if (!is_known(name))
            write_free(work, name, value);
    }
    json_close_object(&work->json);
}

const char *subscriber_columns(const struct json *body, const struct subscriber_policy *policy,
                               struct complaints *complaints)
{
    struct text out = TEXT_IN(complaints->arena);
    struct work work = {.policy = policy, .complaints = complaints, .json = JSON_WRITER(&out)};

    json_open_object(&work.json);
    for (size_t i = 0; i < PLAIN_COUNT; i++)
        write_plain(&work, body, &plain[i]);
    write_document(&work, body);
    write_texts(&work, body, "phones", write_phone);
    write_texts(&work, body, "tags", write_tag);
    write_attributes(&work, body);
    json_close_object(&work.json);
    return text_string(&out);
}
