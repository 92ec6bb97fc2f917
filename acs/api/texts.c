/* The texts of the desk: what is read out of each verdict, and the labels of a case; written anew, set back.
 */
#include <string.h>

#include "acs/api/routes.h"
#include "acs/api/settings.h"

static struct setting_key key_of(const struct desk_text *text)
{
    return (struct setting_key){"text", text->id, "*"};
}

static enum err find(struct call *call, const struct desk_text **ret)
{
    const struct desk_texts texts = desk_texts(call->arena);

    *ret = desk_text_find(&texts, call->captures[0]);
    return *ret != NULL ? ERR_OK : call_refuse(call, PROBLEM_NOT_FOUND, NULL);
}

/* ---- shown ---- */

static void write_places(struct call *call, const struct desk_text *text)
{
    json_key(&call->json, "places");
    json_open_array(&call->json);
    for (size_t i = 0; i < text->places.count; i++) {
        struct verdict_words example = desk_text_example(text, text->places.names[i]);

        json_open_object(&call->json);
        json_field_string(&call->json, "name", text->places.names[i]);
        json_field_both(&call->json, "example", example.pt, example.en);
        json_close_object(&call->json);
    }
    json_close_array(&call->json);
}

static void write_text(struct call *call, const struct desk_text *text, const struct setting_row *kept)
{
    const struct saying *saying = setting_saying(kept, call->arena);
    bool fits = saying != NULL && desk_text_takes(text, saying);

    json_field_string(&call->json, "id", text->id);
    json_field_string(&call->json, "group", text->group);
    json_field_string(&call->json, "about", text->about);
    json_field_string(&call->json, "part", text->part);
    json_field_int(&call->json, "shape", text->shape);
    json_field_int(&call->json, "most", (int64_t)text->max);
    json_field_both(&call->json, "value", fits ? saying->pt : text->pt, fits ? saying->en : text->en);
    json_field_both(&call->json, "default", text->pt, text->en);
    json_field_string(&call->json, "layer", fits ? "saved" : "built_in");
    json_field_bool(&call->json, "fits", fits || kept->value == NULL);
    write_places(call, text);
    setting_write_last(call, kept);
}

enum err api_text_list(struct call *call)
{
    const struct desk_texts texts = desk_texts(call->arena);
    const char *group = call_query(call, "group");
    struct setting_rows rows;

    TRY(setting_list(call->db, "text", call->arena, &rows));
    json_open_object(&call->json);
    json_key(&call->json, "data");
    json_open_array(&call->json);
    for (size_t i = 0; i < texts.count; i++) {
        struct setting_key key = key_of(&texts.items[i]);
        struct setting_row kept = setting_of(&rows, &key);

        if (group != NULL && strcmp(texts.items[i].group, group) != 0)
            continue;
        json_open_object(&call->json);
        write_text(call, &texts.items[i], &kept);
        json_close_object(&call->json);
    }
    json_close_array(&call->json);
    json_close_object(&call->json);
    return ERR_OK;
}

static enum err show(struct call *call, const struct desk_text *text)
{
    struct setting_key key = key_of(text);
    struct setting_row kept;

    TRY(setting_show(call->db, &key, false, call->arena, &kept));
    call_add_etag(call, kept.revision);
    json_open_object(&call->json);
    write_text(call, text, &kept);
    TRY(setting_write_history(call, &key));
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_text_show(struct call *call)
{
    const struct desk_text *text;

    TRY(find(call, &text));
    return show(call, text);
}

/* ---- changed ---- */

static const struct {
    const char *code;
    const char *pt, *en;
} faults[] = {
    [SAYING_IS_EMPTY] = {"length",      "não pode ficar vazio",                                   "must not be empty"              },
    [SAYING_IS_LONG] = {"length",      "número máximo de caracteres: ",                         "greatest number of characters: "},
    [SAYING_HAS_EDGE] = {"format",      "não pode começar nem terminar com espaço",
                         "must neither begin nor end with a blank"                                                                  },
    [SAYING_HAS_CONTROL] = {"format",      "tem uma quebra de linha ou um caractere que não se vê",
                         "has a line end, or a character that is not seen"                                                          },
    [SAYING_HAS_BRACE] = {"placeholder", "tem uma chave solta: escreva {assim}, ou sem chaves",
                         "has a brace by itself: write {so}, or without braces"                                                     },
    [SAYING_HAS_PLACE] = {"placeholder", "tem um campo que ninguém preenche aqui; os que há: ",
                         "has a place that nobody fills in here; there are: "                                                       },
};

static const char *list_places(const struct call *call, const struct saying_places *places)
{
    struct text out = TEXT_IN(call->arena);

    for (size_t i = 0; i < places->count; i++)
        text_printf(&out, "%s{%s}", i > 0 ? " " : "", places->names[i]);
    if (places->count == 0)
        text_puts(&out, call_say(call, "nenhum", "none"));
    return text_string(&out);
}

static enum err check(struct call *call, const struct desk_text *text, const char *language, const char *form)
{
    enum saying_fault fault = saying_check(form, &text->places, text->max, NULL);
    const char *said = call_say(call, faults[fault].pt, faults[fault].en);

    if (fault == SAYING_IS_FINE)
        return ERR_OK;
    if (fault == SAYING_IS_LONG)
        said = arena_printf(call->arena, "%s%zu", said, text->max);
    if (fault == SAYING_HAS_PLACE)
        said = arena_printf(call->arena, "%s%s", said, list_places(call, &text->places));
    return call_refuse_body(call, arena_printf(call->arena, "/%s", language), faults[fault].code, said);
}

static const char *write_value(struct call *call, const char *pt, const char *en)
{
    struct text out = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "pt-BR", pt);
    json_field_string(&json, "en", en);
    json_close_object(&json);
    return text_string(&out);
}

enum err api_text_set(struct call *call)
{
    const char *pt = json_string(json_get(call->body, "pt-BR"), "");
    const char *en = json_string(json_get(call->body, "en"), "");
    const struct desk_text *text;
    struct setting_key key;
    struct setting_row kept;

    TRY(find(call, &text));
    TRY(check(call, text, "pt-BR", pt));
    TRY(check(call, text, "en", en));
    key = key_of(text);
    TRY(setting_take(call, &key, &kept));
    TRY(setting_keep(call, &kept, write_value(call, pt, en),
                     json_string(json_get(call->body, "reason"), NULL)));
    return show(call, text);
}

enum err api_text_reset(struct call *call)
{
    const struct desk_text *text;
    struct setting_key key;
    struct setting_row kept;

    TRY(find(call, &text));
    key = key_of(text);
    TRY(setting_take(call, &key, &kept));
    if (kept.value != NULL)
        TRY(setting_keep(call, &kept, NULL, call_query(call, "reason")));
    call->status = 204;
    return ERR_OK;
}
