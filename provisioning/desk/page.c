/* The page of a hand-off: one HTML file that needs nothing else. */
#include <math.h>
#include <string.h>

#include "provisioning/desk/handoff.h"

struct page {
    const struct json *document;
    struct text *out;
    bool portuguese;
};

static const char *say(const struct page *page, const char *pt, const char *en)
{
    return page->portuguese ? pt : en;
}

/* ---- text ---- */

/* U+202A…202E, U+2066…2069, U+200E, U+200F: they turn the direction of what follows. */
static bool turns_writing(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;

    if (byte[0] != 0xE2)
        return false;
    if (byte[1] == 0x80)
        return (byte[2] >= 0xAA && byte[2] <= 0xAE) || byte[2] == 0x8E || byte[2] == 0x8F;
    return byte[1] == 0x81 && byte[2] >= 0xA6 && byte[2] <= 0xA9;
}

static bool is_control(const char *at)
{
    unsigned char byte = (unsigned char)at[0];

    return (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F ||
           (byte == 0xC2 && (unsigned char)at[1] >= 0x80 && (unsigned char)at[1] < 0xA0);
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void desk_escape(const char *text, struct text *out)
{
    for (size_t step; *text != '\0'; text += step) {
        const char *escaped = entity(*text);

        step = text_utf8_step(text, strnlen(text, 4));
        if (step == 0 || is_control(text) || turns_writing(text))
            text_puts(out, "\xEF\xBF\xBD");
        else if (escaped != NULL)
            text_puts(out, escaped);
        else
            text_add(out, text, step);
        step = step == 0 ? 1 : step;
    }
}

static void put_value(const struct page *page, const struct json *value)
{
    struct text plain = TEXT_IN(page->out->arena);

    if (json_kind(value) == JSON_STRING)
        text_puts(&plain, json_string(value, ""));
    else if (json_kind(value) != JSON_NULL)
        json_print(value, &plain);
    desk_escape(text_string(&plain), page->out);
}

/* A text in two languages, or one that is the same in both. */
static const struct json *in_language(const struct page *page, const struct json *value)
{
    const struct json *found = json_get(value, page->portuguese ? "pt-BR" : "en");

    if (found == NULL)
        found = json_get(value, page->portuguese ? "pt" : "en");
    return found != NULL ? found : value;
}

/* ---- parts ---- */

static void put_heading(const struct page *page, const char *pt, const char *en)
{
    text_printf(page->out, "<h2>%s</h2>\n", say(page, pt, en));
}

struct column {
    const char *member;
    const char *pt, *en;
};

static void put_cells(const struct page *page, const struct json *row, const struct column *columns,
                      size_t count)
{
    text_puts(page->out, "<tr>");
    for (size_t i = 0; i < count; i++) {
        text_puts(page->out, "<td>");
        put_value(page, in_language(page, json_get(row, columns[i].member)));
        text_puts(page->out, "</td>");
    }
    text_puts(page->out, "</tr>\n");
}

static void put_table(const struct page *page, const struct json *rows, const struct column *columns,
                      size_t count)
{
    text_puts(page->out, "<table><tr>");
    for (size_t i = 0; i < count; i++)
        text_printf(page->out, "<th>%s</th>", say(page, columns[i].pt, columns[i].en));
    text_puts(page->out, "</tr>\n");
    for (size_t i = 0; i < json_count(rows); i++)
        put_cells(page, json_at(rows, i), columns, count);
    text_puts(page->out, "</table>\n");
}

#define TABLE(page, rows, columns) put_table(page, rows, columns, sizeof(columns) / sizeof(*(columns)))

/* Name and value of every member, one under the other. */
static void put_members(const struct page *page, const struct json *object)
{
    text_puts(page->out, "<table>\n");
    for (size_t i = 0; i < json_count(object); i++) {
        const char *name;
        const struct json *value = json_member(object, i, &name);

        if (json_kind(value) == JSON_NULL)
            continue;
        text_puts(page->out, "<tr><th>");
        desk_escape(name, page->out);
        text_puts(page->out, "</th><td>");
        put_value(page, in_language(page, value));
        text_puts(page->out, "</td></tr>\n");
    }
    text_puts(page->out, "</table>\n");
}

static void put_summary(const struct page *page)
{
    put_heading(page, "Resumo", "Summary");
    text_puts(page->out, "<pre>");
    put_value(page, json_get(page->document, "summary"));
    text_puts(page->out, "</pre>\n");
}

static void put_cause(const struct page *page, const struct json *cause)
{
    static const struct column columns[] = {
        {"fact",      "dado",      "fact"     },
        {"value",     "valor",     "value"    },
        {"unit",      "unidade",   "unit"     },
        {"age_s",     "idade (s)", "age (s)"  },
        {"threshold", "limite",    "threshold"},
    };

    text_puts(page->out, "<p><b>");
    put_value(page, in_language(page, json_get(cause, "headline")));
    text_puts(page->out, "</b> [");
    put_value(page, json_get(cause, "code"));
    text_puts(page->out, "] ");
    put_value(page, in_language(page, json_get(cause, "next")));
    text_puts(page->out, "</p>\n");
    TABLE(page, json_get(cause, "evidence"), columns);
}

static void put_verdict(const struct page *page)
{
    const struct json *causes = json_get(json_get(page->document, "verdict"), "causes");

    put_heading(page, "Veredito", "Verdict");
    for (size_t i = 0; i < json_count(causes); i++)
        put_cause(page, json_at(causes, i));
}

/* ---- graphs ---- */

enum { GRAPH_WIDTH = 640, GRAPH_HEIGHT = 90, GRAPH_EDGE = 6 };

struct extent {
    double first, last, least, most;
};

/* points: [[seconds, value], …] in order. False: there is nothing to draw. */
static bool measure(const struct json *points, struct extent *ret)
{
    *ret = (struct extent){.least = (double)INFINITY, .most = -(double)INFINITY};
    for (size_t i = 0; i < json_count(points); i++) {
        double value = json_real(json_at(json_at(points, i), 1), (double)NAN);

        if (!isfinite(value))
            return false;
        ret->least = fmin(ret->least, value);
        ret->most = fmax(ret->most, value);
    }
    if (json_count(points) < 2)
        return false;
    ret->first = json_real(json_at(json_at(points, 0), 0), 0);
    ret->last = json_real(json_at(json_at(points, json_count(points) - 1), 0), 0);
    return ret->last > ret->first;
}

static void put_line(const struct page *page, const struct json *points, const struct extent *extent)
{
    double height = extent->most > extent->least ? extent->most - extent->least : 1;

    text_puts(page->out, "<polyline fill=\"none\" stroke=\"#1565c0\" stroke-width=\"1.5\" points=\"");
    for (size_t i = 0; i < json_count(points); i++) {
        const struct json *point = json_at(points, i);
        double x = (json_real(json_at(point, 0), 0) - extent->first) / (extent->last - extent->first);
        double y = (json_real(json_at(point, 1), 0) - extent->least) / height;

        text_printf(page->out, "%.1f,%.1f ", GRAPH_EDGE + x * (GRAPH_WIDTH - 2 * GRAPH_EDGE),
                    GRAPH_HEIGHT - GRAPH_EDGE - y * (GRAPH_HEIGHT - 2 * GRAPH_EDGE));
    }
    text_puts(page->out, "\"/>");
}

static void put_graph(const struct page *page, const struct json *series)
{
    const struct json *points = json_get(series, "points");
    struct extent extent;

    if (!measure(points, &extent))
        return;
    text_puts(page->out, "<figure><figcaption>");
    put_value(page, json_get(series, "name"));
    text_printf(page->out, ": %.6g … %.6g ", extent.least, extent.most);
    put_value(page, json_get(series, "unit"));
    text_printf(page->out, "</figcaption><svg width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">",
                GRAPH_WIDTH, GRAPH_HEIGHT, GRAPH_WIDTH, GRAPH_HEIGHT);
    put_line(page, points, &extent);
    text_puts(page->out, "</svg></figure>\n");
}

static void put_graphs(const struct page *page)
{
    const struct json *all = json_get(page->document, "history");

    put_heading(page, "Últimas 24 h", "Last 24 h");
    for (size_t i = 0; i < json_count(all); i++)
        put_graph(page, json_at(all, i));
}

/* ---- the whole ---- */

static void put_lists(const struct page *page)
{
    static const struct column entries[] = {
        {"at",   "quando (UTC)", "when (UTC)"},
        {"by",   "quem",         "who"       },
        {"kind", "o quê",       "what"      },
        {"text", "texto",        "text"      },
        {"data", "dados",        "data"      },
    };
    static const struct column sessions[] = {
        {"started_at", "início (UTC)", "begun (UTC)"},
        {"ended_at",   "fim (UTC)",     "ended (UTC)"},
        {"result",     "resultado",     "result"     },
        {"rpc_count",  "pedidos",       "requests"   },
        {"detail",     "detalhe",       "detail"     },
    };
    static const struct column events[] = {
        {"at",          "quando (UTC)", "when (UTC)"},
        {"code",        "evento",       "event"     },
        {"command_key", "chave",        "key"       }
    };
    static const struct column facts[] = {
        {"name",  "dado",          "fact"         },
        {"value", "valor",         "value"        },
        {"unit",  "unidade",       "unit"         },
        {"at",    "lido em (UTC)", "read at (UTC)"}
    };

    put_heading(page, "Linha do tempo", "Timeline");
    TABLE(page, json_get(page->document, "entries"), entries);
    put_heading(page, "Sessões do aparelho", "Sessions of the device");
    TABLE(page, json_get(page->document, "sessions"), sessions);
    put_heading(page, "Eventos do aparelho", "Events of the device");
    TABLE(page, json_get(page->document, "events"), events);
    put_heading(page, "Dados conhecidos", "What is known");
    TABLE(page, json_get(page->document, "facts"), facts);
}

static void put_head(const struct page *page)
{
    text_printf(page->out,
                "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                "'unsafe-inline'\">\n<meta name=\"robots\" content=\"noindex\"><title>",
                say(page, "pt-BR", "en"));
    put_value(page, json_get(json_get(page->document, "case"), "protocol"));
    text_puts(
        page->out,
        "</title>\n<style>body{font:14px/1.45 system-ui,sans-serif;margin:24px;max-width:1100px;color:#222}"
        "h1{font-size:20px}h2{font-size:16px;margin:24px 0 6px;border-bottom:1px solid #ccc}"
        "table{border-collapse:collapse}td,th{border:1px solid #ddd;padding:2px 8px;text-align:left;"
        "vertical-align:top;overflow-wrap:anywhere}th{background:#f3f5f7;font-weight:600}"
        "pre{white-space:pre-wrap;background:#fffbe6;padding:8px;border:1px solid #eadf9c}"
        "figure{margin:8px 0}svg{border:1px solid #ddd;max-width:100%}</style></head><body>\n<h1>");
    put_value(page, json_get(json_get(page->document, "case"), "protocol"));
    text_puts(page->out, "</h1>\n");
}

/* Nothing where the document has none. */
static void put_part(const struct page *page, const char *name, const char *pt, const char *en)
{
    const struct json *part = json_get(page->document, name);

    if (json_count(part) == 0)
        return;
    put_heading(page, pt, en);
    put_members(page, part);
}

void desk_write_page(const struct json *document, bool portuguese, struct text *out)
{
    const struct page page = {document, out, portuguese};

    put_head(&page);
    put_summary(&page);
    put_members(&page, json_get(document, "case"));
    put_part(&page, "subscriber", "Cliente", "Customer");
    put_part(&page, "device", "Aparelho", "Device");
    put_verdict(&page);
    put_graphs(&page);
    put_lists(&page);
    text_printf(out, "<p>%s</p></body></html>\n",
                say(&page,
                    "Contém dados pessoais (LGPD): use só para este atendimento. Senhas foram retiradas.",
                    "Holds personal data (LGPD): for this case only. Passwords were taken out."));
}
